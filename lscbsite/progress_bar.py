"""Show progress: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO

from lscbsite.progress import Progress

# In seconds: from when on a build is worth a bar, how often that moves, how often there is a line.
_LONG, _MOVES, _LINES = 0.5, 0.1, 10.0
_DESCRIPTIONS = {
    "wait": "waiting for another build into this folder",
    "read": "looking at the files",
    "parse": "reading reports",
    "link": "linking reports",
    "check": "checking reports",
    "plan": "planning pages",
    "render": "writing pages",
}


def create_progress(
    stream: TextIO | None, *, terminal: bool, silent: bool, writes: bool = True
) -> Progress:
    """Return what shows on a stream how far a build is: as a bar, if that is a terminal's.

    ``silent`` leaves the stream to others; ``writes`` is whether pages are more than tried.
    """
    if stream is None or silent:
        return Progress()
    descriptions = _DESCRIPTIONS if writes else {**_DESCRIPTIONS, "render": "trying pages"}
    return _BarProgress(stream, descriptions) if terminal else _LineProgress(stream, descriptions)


class _DisplayedProgress(Progress):
    """Looks at the clock whenever something was done."""

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
            # A terminal that went away must not stop the build.
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
        super().__init__(stream, descriptions, _LINES, _LINES)

    def _show(self) -> None:
        count = self._format_count()
        self._stream.write(f"{self._format_stage()}{': ' if count else ''}{count}\n")
        self._stream.flush()


class _BarProgress(_DisplayedProgress):
    """Draws a bar, and takes it away in the end."""

    def __init__(self, stream: TextIO, descriptions: Mapping[str, str]) -> None:
        super().__init__(stream, descriptions, _LONG, _MOVES)
        self._bar: Any = None
        self._task: Any = None

    def begin(self, stage: str, steps: int = 0) -> None:
        # What a stage is shows at once: there may be nothing more to hear of it.
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
        # Slow to import: most builds are over before there is a bar.
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        console = Console(file=self._stream, force_terminal=True)
        # No thread that draws: processes are going to be forked.
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
        # It would stay hidden if the build were killed.
        console.show_cursor(True)

    def _clear(self) -> None:
        if self._bar is not None:
            with suppress(OSError, ValueError):
                self._bar.stop()
            self._bar = None
