"""Show progress: a bar on a terminal, a line every ten seconds elsewhere."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO

from lscbsite.progress import Progress

# In seconds: when the bar appears, how often it moves, how often a line is written. Tests lower
# them.
BAR_DELAY, BAR_INTERVAL, LINE_INTERVAL = 0.5, 0.1, 10.0
_DESCRIPTIONS = {
    "wait": "waiting for another build into this folder",
    "scan": "looking at the files",
    "parse": "reading reports",
    "index": "linking reports",
    "lint": "checking reports",
    "plan": "planning pages",
    "render": "rendering pages",
    "write": "writing pages",
}


def create_progress(
    stream: TextIO | None, *, terminal: bool, silent: bool, writes: bool = True
) -> Progress:
    """Return a progress display for a stream: a bar on a terminal, lines elsewhere.

    With ``silent``, nothing is shown. ``writes`` is false if pages are rendered only to check them.
    """
    if stream is None or silent:
        return Progress()
    descriptions = _DESCRIPTIONS if writes else {**_DESCRIPTIONS, "render": "trying pages"}
    return _BarProgress(stream, descriptions) if terminal else _LineProgress(stream, descriptions)


class _DisplayedProgress(Progress):
    """Updates the display at most once in an interval."""

    def __init__(
        self, stream: TextIO, descriptions: Mapping[str, str], first: float, pause: float
    ) -> None:
        super().__init__()
        self._stream = stream
        self._descriptions = descriptions
        self._pause = pause
        self._next = time.monotonic() + first

    def begin(self, stage: str, steps: int = 0) -> None:
        super().begin(stage, steps)
        self._update()

    def advance(self, steps: int) -> None:
        super().advance(steps)
        self._update()

    def end(self) -> dict[str, float]:
        seconds = super().end()
        self._clear()
        return seconds

    def _update(self) -> None:
        if self.stage and (now := time.monotonic()) >= self._next:
            self._next = now + self._pause
            # A closed terminal must not stop the build.
            with suppress(OSError, ValueError):
                self._show()

    def _format_stage(self) -> str:
        return self._descriptions.get(self.stage, self.stage)

    def _format_count(self) -> str:
        return f"{self.done:,} of {self.steps:,}" if self.steps else ""

    def _show(self) -> None:
        raise NotImplementedError

    def _clear(self) -> None:
        pass


class _LineProgress(_DisplayedProgress):
    """Writes a line every ten seconds."""

    def __init__(self, stream: TextIO, descriptions: Mapping[str, str]) -> None:
        super().__init__(stream, descriptions, LINE_INTERVAL, LINE_INTERVAL)

    def _show(self) -> None:
        count = self._format_count()
        self._stream.write(f"{self._format_stage()}{': ' if count else ''}{count}\n")
        self._stream.flush()


class _BarProgress(_DisplayedProgress):
    """Draws a bar, and removes it at the end."""

    def __init__(self, stream: TextIO, descriptions: Mapping[str, str]) -> None:
        super().__init__(stream, descriptions, BAR_DELAY, BAR_INTERVAL)
        self._bar: Any = None
        self._task: Any = None

    def begin(self, stage: str, steps: int = 0) -> None:
        # Show the new stage at once: it may have no steps to count.
        if self._bar is not None:
            self._next = 0
        super().begin(stage, steps)

    def _show(self) -> None:
        now = {
            "description": self._format_stage(),
            "total": self.steps or None,
            "completed": self.done,
            "count": self._format_count(),
        }
        if self._bar is None:
            self._draw(now)
        else:
            self._bar.update(self._task, **now)
            self._bar.refresh()

    def _draw(self, now: dict[str, Any]) -> None:
        # Slow to import, and most builds end before the bar appears.
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        console = Console(file=self._stream, force_terminal=True)
        # No drawing thread (auto_refresh): processes are forked later.
        self._bar = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task(**now)
        self._bar.start()
        # Otherwise it would stay hidden if the build were killed.
        console.show_cursor(True)

    def _clear(self) -> None:
        if self._bar is not None:
            with suppress(OSError, ValueError):
                self._bar.stop()
            self._bar = None
