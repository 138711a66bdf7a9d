"""Processes: those that work on chunks, of this machine or of a cluster; one beside this one."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from lscbsite.stopping import STOP_SIGNALS

if TYPE_CHECKING:  # slow to import, and not needed where there is little to do
    from concurrent.futures import Executor, Future
    from multiprocessing.context import BaseContext

_T = TypeVar("_T")
# From how many new files on processes are worth their start.
WORTH_PROCESSES = 48
# In seconds.
_MOMENT = 0.3


class WorkersFailedError(Exception):
    """What should do the work cannot; the message says why and what to do."""


class Workers:
    """Runs pure functions on chunks, the results in order; the processes start when needed.

    ``jobs`` is the number of processes, ``executor`` makes what runs them (None: this machine's
    processes). With one job, and none given, everything runs in this process. An executor that
    does more or fewer things at a time than ``jobs`` has an attribute of that name.
    """

    def __init__(self, jobs: int, executor: "Callable[[], Executor] | None" = None) -> None:
        self._jobs = jobs
        self._make = executor
        self._executor: Executor | None = None

    def run(
        self, function: Callable[..., _T], chunks: Iterable[tuple[Any, ...]], *, worth: bool
    ) -> Iterator[_T]:
        """Yield what ``function`` returns for each chunk of arguments.

        ``worth`` says whether there is enough to do for processes to be started. A few chunks
        more than there are processes are under way at a time, so that all is never in memory.

        Raises:
            WorkersFailedError: the processes were ended, or the cluster cannot be used.

        """
        if not worth or (self._jobs < 2 and self._make is None):
            for chunk in chunks:
                yield function(*chunk)
            return
        from concurrent.futures import BrokenExecutor

        executor = self._started()
        most = 2 * getattr(executor, "jobs", self._jobs)
        under_way: deque[Future[_T]] = deque()
        try:
            for chunk in chunks:
                under_way.append(_submit(executor, function, *chunk))
                if len(under_way) > most:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenExecutor as error:
            # A signal to all ends the processes, too, and may reach this one a moment later.
            time.sleep(_MOMENT)
            raise WorkersFailedError(
                "a working process was ended by the system, perhaps for want of memory;"
                " try --jobs 1"
            ) from error

    def start(self, function: Callable[[], object]) -> None:
        """Start this machine's processes, if there may be several; each begins with a function.

        Raises:
            WorkersFailedError: the processes cannot be started.

        """
        if self._jobs > 1 and self._make is None:
            self._started()
            self.prepare(function)

    def prepare(self, function: Callable[..., object], *arguments: Any) -> None:
        """Let the worker processes run something in the background, without waiting for it."""
        if self._executor is not None:
            for _ in range(getattr(self._executor, "jobs", self._jobs)):
                with suppress(RuntimeError):  # broken; the next run reports it
                    _submit(self._executor, function, *arguments)

    def close(self) -> None:
        """End the processes, whatever they do."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _started(self) -> "Executor":
        if self._executor is None:
            self._executor = self._make() if self._make else start_processes(self._jobs)
        return self._executor


def _submit(executor: "Executor", function: Callable[..., _T], *arguments: Any) -> "Future[_T]":
    """Give something to do to an executor, which may start a process for it."""
    with _explain_start_failure():
        return executor.submit(function, *arguments)


def start_processes(jobs: int, context: "BaseContext | None" = None) -> "Executor":
    """Return so many processes of this machine, started in the system's or another way."""
    from lscbsite.process_pool import ProcessPool

    with _hold_signals(), _explain_start_failure():
        return ProcessPool(jobs, context)


@contextmanager
def run_in_background(
    function: Callable[[], _T], kind: Any, *, worth: bool
) -> Iterator[Callable[[], _T]]:
    """Run a function in a process of its own meanwhile; give what waits for its result.

    The result, of the type ``kind``, has a form in msgpack. The function runs in this process,
    when its result is wanted, where it is not ``worth`` another, the system has none of that sort
    (Windows), threads forbid it, as what they hold would be held there for ever, or it failed.
    """
    possible = hasattr(os, "fork") and threading.active_count() == 1
    started = _fork(function) if worth and possible else None
    if started is None:
        yield function
        return
    child, pipe = started

    @lru_cache(maxsize=1)
    def result() -> bytes | None:
        with open(pipe, "rb") as end:  # noqa: PTH123 (a pipe has no path)
            data = end.read()
        _, status = os.waitpid(child, 0)
        return data if status == 0 else None

    def wanted() -> _T:
        data = result()
        if data is None:
            return function()
        found: _T = msgspec.msgpack.decode(data, type=kind)
        return found

    try:
        yield wanted
    except BaseException:
        # Nobody wants the result any more. (If it is there, the number may be another's by now.)
        if not result.cache_info().currsize:
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        result()


def _fork(function: Callable[[], object]) -> tuple[int, int] | None:
    """Start a process like this one; returns its number and the pipe with the result, encoded."""
    receiving, sending = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(receiving)
        os.close(sending)
        return None
    if child == 0:
        # Whatever happens, nothing that is the other's may be done here: no cleaning up, no word.
        status = 1
        with suppress(BaseException):
            os.close(receiving)
            with open(sending, "wb") as end:  # noqa: PTH123 (a pipe has no path)
                end.write(msgspec.msgpack.encode(function()))
            status = 0
        os._exit(status)
    os.close(sending)
    return child, receiving


@contextmanager
def _explain_start_failure() -> Iterator[None]:
    """Say what it means if the system refuses a process, or what processes need."""
    try:
        yield
    except (OSError, NotImplementedError) as error:
        raise WorkersFailedError(
            f"the system does not let working processes start ({error}); try --jobs 1"
        ) from error


@contextmanager
def _hold_signals() -> Iterator[None]:
    """Hold signals back while processes start: they inherit that until they are ready for them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows has none
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
