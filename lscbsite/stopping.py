"""Exit codes, and signals that ask the program to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Exit codes: wrong usage or something that cannot be used, and stopped by a signal (128 + SIGINT).
UNABLE = 2
INTERRUPTED = 130
# Ctrl-C; a shutdown or a time limit; a terminal or connection that was closed.
STOP_SIGNALS = frozenset(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def raise_on_stop_signals() -> None:
    """Raise KeyboardInterrupt on each stop signal, so that every stop cleans up in the same way.

    Ignored signals stay ignored: Ctrl-C in the background, a hangup under nohup.
    """
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def finish_first(*, then_stop: bool = False) -> Iterator[None]:
    """Ignore stop signals inside the block, or with ``then_stop``, hold them until it has ended.

    For the last steps of a build, which are quick and must not be left half done.
    """
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # only the main thread gets signals
        yield
        return
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append(number)

    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, hold if then_stop else signal.SIG_IGN)
        yield
    finally:
        for number, handler in before.items():
            # None: not set by Python, so Python cannot restore it.
            if handler is not None:
                signal.signal(number, handler)
        for number in held[:1]:
            signal.raise_signal(number)
