"""Signals that ask the program to stop: what raises KeyboardInterrupt, and what must not be cut short."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Ctrl-C, a system that shuts down or a time limit, a terminal or connection that is gone.
STOP_SIGNALS = frozenset(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def raise_on_stop_signals() -> None:
    """Make each of them raise KeyboardInterrupt, so that all clean up in one way.

    What is ignored stays so: Ctrl-C in the background, a hangup under nohup.
    """
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def finish_first() -> Iterator[None]:
    """Let what is in the block be finished: signals that come meanwhile have no effect.

    It is for the last steps of a build, which take moments and must not be done by half.
    """
    if threading.current_thread() is not threading.main_thread():  # it gets no signals
        yield
        return
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        yield
    finally:
        for number, handler in before.items():
            # None: it was not set by Python, and cannot be.
            if handler is not None:
                signal.signal(number, handler)
