"""A pool of processes that does not wait for ever when one of them dies.

The standard library's pool hands all results through one pipe with one lock: a process that is
killed while it holds them, perhaps for lack of memory, makes the pool wait for ever. Here each
process has a pipe of its own, and a thread that watches both the pipe and the process.
"""

import os
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pickle import PicklingError
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from lscbsite.stopping import STOP_SIGNALS

_T = TypeVar("_T")
# How long a process that was killed may take to be gone, in seconds.
_KILL_TIMEOUT = 1.0


class _Worker(NamedTuple):
    """A process, and this side's end of the pipe to it."""

    process: BaseProcess
    connection: "Connection[Any, Any]"


class ProcessPool(Executor):
    """Runs calls in processes of this machine; they all start at once."""

    def __init__(self, jobs: int, context: BaseContext | None = None) -> None:
        """Start ``jobs`` processes, in the system's way or in that of ``context``.

        Raises:
            OSError: the system does not allow so many.

        """
        context = context or get_context()
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        try:
            for _ in range(jobs):
                self._workers.append(_start_worker(context))
        except BaseException:
            self._kill()
            raise
        for worker in self._workers:
            self._idle.put(worker)
        # Started only now: a process that is forked beside threads may wait for their locks.
        self._threads = ThreadPoolExecutor(jobs)

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Call a function in the next process that is free.

        The result raises BrokenExecutor if any process ends before it has answered.
        """
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """End the processes at once, whatever they do: they hold nothing that could be lost."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._kill()
        self._threads.shutdown(wait=wait)

    def _call(self, function: Callable[..., _T], args: Any, kwargs: Any) -> _T:
        worker = self._idle.get()
        try:
            worker.connection.send((function, args, kwargs))
            succeeded, answer = _receive(worker)
        except (EOFError, OSError) as error:
            # The results of the other processes are useless then, and may take long.
            self._kill()
            raise BrokenExecutor from error
        finally:
            self._idle.put(worker)
        if succeeded:
            return answer  # type: ignore[no-any-return]
        raise answer

    def _kill(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join(_KILL_TIMEOUT)


def _receive(worker: _Worker) -> Any:
    """Wait for what a process answers.

    Raises:
        EOFError, OSError: it ended before that, perhaps half-way through its answer.

    """
    wait([worker.connection, worker.process.sentinel])
    if not worker.connection.poll():
        raise EOFError
    return worker.connection.recv()


def _start_worker(context: BaseContext) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
    try:
        process.start()
    finally:
        # Nobody else holds this end: when the process is gone, reading ends.
        theirs.close()
    return _Worker(process, ours)


def _serve(connection: "Connection[Any, Any]") -> None:
    """Answer calls until there are no more: what a working process does."""
    _prepare_signals()
    # Without this, a process whose parent was killed would wait for ever, and hold its locks.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, args, kwargs = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = True, function(*args, **kwargs)
        except Exception as error:
            error.add_note(traceback.format_exc())
            answer = False, error
        try:
            connection.send(answer)
        except (PicklingError, TypeError, AttributeError) as error:  # nothing was sent yet
            connection.send((False, RuntimeError(f"an answer that cannot be sent: {error}")))


def _prepare_signals() -> None:
    """Let this process end silently when the build is stopped."""
    for number in STOP_SIGNALS:
        # What is ignored, as Ctrl-C is in the background, is ignored by all.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        with suppress(OSError):
            parent.join()
        os._exit(1)
