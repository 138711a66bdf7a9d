"""Run calls on a Dask cluster instead of this machine's processes."""

import logging
import pickle
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib.util import find_spec
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from lscbsite.incremental.fingerprint import digest_program
from lscbsite.workers import WorkersFailedError

# In seconds: how long to wait for a scheduler, and for workers. Tests use less.
ANSWER_TIMEOUT, NO_WORKERS_TIMEOUT = 5.0, 10.0
# The first message of a scheduler has this in it.
_GREETING = b"pickle-protocol"
_ALONE = Lock()


class AddressError(Exception):
    """A cluster's address cannot be used; the message says why."""


def connect_cluster(address: str) -> Callable[[], Executor]:
    """Return a function that connects to the cluster at ``dask://host:port``.

    Raises:
        AddressError: the address is not valid, or Dask is not installed.

    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or address.partition("://")[0].lower() != "dask":
        raise AddressError(f'"{address}" is not the address of a Dask cluster: dask://HOST:PORT')
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise AddressError(f'"{address}" has more in it than dask://HOST:PORT')
    if find_spec("distributed") is None:
        raise AddressError("Dask is not installed here; install it: pip install 'lscbsite[dask]'")
    return partial(_Cluster, host, port)


class _Cluster(Executor):
    """Runs calls on the workers of a cluster; ``jobs`` is how many run at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._name = f"{f'[{host}]' if ':' in host else host}:{port}"
        self._check_scheduler(host, port)
        import dask
        import distributed

        # Our own errors say the same more clearly, and the size of chunks is deliberate.
        for logger in ("distributed", "distributed.client", "tornado", "tornado.application"):
            logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})
        try:
            client: Any = distributed.Client
            self._client = client(
                f"tcp://{self._name}", timeout=ANSWER_TIMEOUT, set_as_default=False
            )
            self.jobs = max(1, sum(self._client.nthreads().values()))
        except Exception as error:
            raise self._make_error("no Dask scheduler answers there") from error
        self._program = digest_program()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function of lscbsite on a worker."""
        call = pickle.dumps(RemoteCall(self._program, pickle.dumps((fn, args, kwargs))))
        with self._explain_errors():
            try:
                future = self._client.submit(pickle.loads, call, pure=False)
            except OSError as error:
                raise self._make_error("the connection to it was lost") from error
        return _Result(partial(self._wait_for_result, future))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Disconnect; the cluster drops what it still does for this build."""
        with suppress(Exception):
            self._client.close(timeout=ANSWER_TIMEOUT)

    def _check_scheduler(self, host: str, port: int) -> None:
        """Raise if no scheduler answers at the address; the library would wait for ever."""
        try:
            with socket.create_connection((host, port), ANSWER_TIMEOUT) as connection:
                connection.settimeout(ANSWER_TIMEOUT)
                heard = connection.recv(4096)
        except TimeoutError as error:
            raise self._make_error("no Dask scheduler answers there") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise self._make_error(f"no Dask scheduler can be reached there ({reason})") from error
        if _GREETING not in heard:
            raise self._make_error("what answers there is not a Dask scheduler")

    def _wait_for_result(self, future: Any) -> Any:
        """Return the result of a call; raise if the cluster has no workers for a while."""
        last = time.monotonic()
        with self._explain_errors():
            while True:
                try:
                    return future.result(timeout=1)
                except TimeoutError:
                    # It may be done since then; otherwise, the call itself raised this.
                    if future.done():
                        return future.result(timeout=ANSWER_TIMEOUT)
                if self._client.scheduler_info().get("workers"):
                    last = time.monotonic()
                elif time.monotonic() - last > NO_WORKERS_TIMEOUT:
                    raise self._make_error("it has no workers", "start some (dask worker)")

    @contextmanager
    def _explain_errors(self) -> Iterator[None]:
        """Turn Dask's exceptions inside the block into messages that authors understand."""
        from distributed import KilledWorker

        try:
            yield
        except WorkersFailedError:
            raise
        except KilledWorker as error:
            reason = "the workers that took a part of the site were ended"
            fix = "give them more memory, or build without --executor"
            raise self._make_error(reason, fix) from error
        except (CancelledError, Exception) as error:
            unknown = isinstance(error, ImportError) and (error.name or "").startswith("lscbsite")
            if unknown or (
                isinstance(error, AttributeError) and "lscbsite.dask_executor" in str(error)
            ):
                fix = "install the same version there as here, and restart the workers"
                raise self._make_error("a worker does not have this lscbsite", fix) from error
            if isinstance(error, CancelledError) or self._client.status != "running":
                raise self._make_error("the connection to it was lost") from error
            raise

    def _make_error(
        self, reason: str, fix: str = "start it, correct --executor, or build without"
    ) -> WorkersFailedError:
        return WorkersFailedError(f"the cluster at dask://{self._name}: {reason}; {fix}")


class _Result(Future[Any]):
    """The result of a call on a worker."""

    def __init__(self, wait: Callable[[], Any]) -> None:
        super().__init__()
        self._wait = wait

    def result(self, timeout: float | None = None) -> Any:  # noqa: ARG002
        """Wait for the result, and return it."""
        return self._wait()


class RemoteCall:
    """A call that is made when it is unpickled.

    The scheduler unpickles the call but not the bytes inside, so it does not need lscbsite. The
    worker compares versions of the program before it unpickles the bytes.
    """

    def __init__(self, program: bytes, call: bytes) -> None:
        self._parts = program, call

    def __reduce__(self) -> tuple[Any, ...]:
        return _run_call, self._parts


def _run_call(program: bytes, call: bytes) -> Any:
    if _digest_local_program() != program:
        from distributed import get_worker

        raise WorkersFailedError(
            f"the worker {get_worker().address} has another version of lscbsite, of a library or"
            " of Python than this machine; install the same there, and restart it"
        )
    function, arguments, keywords = pickle.loads(call)  # noqa: S301 (from the cluster's own client)
    # Parsing is not thread-safe, and a worker may have threads.
    with _ALONE:
        return function(*arguments, **keywords)


@cache
def _digest_local_program() -> bytes:
    """Return the digest of this worker's program, as it was when it started."""
    return digest_program()
