"""Processes that work on chunks: of this machine, or of a cluster."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

_T = TypeVar("_T")


class Workers:
    """Runs pure functions on chunks, the results in order; the processes start when needed.

    ``jobs`` is the number of processes, ``executor`` makes what runs them (None: this machine's
    processes). With one job, and none given, everything runs in this process.
    """

    def __init__(self, jobs: int, executor: Callable[[], Executor] | None = None) -> None:
        self._jobs = jobs
        self._make = executor
        self._executor: Executor | None = None

    def run(
        self, function: Callable[..., _T], chunks: Iterable[tuple[Any, ...]], *, worth: bool
    ) -> Iterator[_T]:
        """Yield what ``function`` returns for each chunk of arguments.

        ``worth`` says whether there is enough to do for processes to be started. A few chunks
        more than there are processes are under way at a time, so that all is never in memory.
        """
        if not worth or (self._jobs < 2 and self._make is None):
            for chunk in chunks:
                yield function(*chunk)
            return
        executor = self._started()
        under_way: deque[Future[_T]] = deque()
        for chunk in chunks:
            under_way.append(executor.submit(function, *chunk))
            if len(under_way) > 2 * self._jobs:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def close(self) -> None:
        """Stop the processes."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _started(self) -> Executor:
        if self._executor is None:
            if self._make is not None:
                self._executor = self._make()
            else:
                from concurrent.futures import ProcessPoolExecutor

                self._executor = ProcessPoolExecutor(self._jobs)
        return self._executor
