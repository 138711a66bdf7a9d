"""Progress of a build: its stages, and the steps of each."""

import time


class Progress:
    """Measures the time of each stage; subclasses display the progress.

    ``stage`` is the current stage, ``steps`` the number of its steps (0: unknown), and ``done``
    how many of them are done.
    """

    def __init__(self) -> None:
        self.stage = ""
        self.steps = self.done = 0
        self._seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def begin(self, stage: str, steps: int = 0) -> None:
        """Begin a stage."""
        now = time.perf_counter()
        if self.stage:
            self._seconds[self.stage] = self._seconds.get(self.stage, 0) + now - self._since
        self.stage, self.steps, self.done, self._since = stage, steps, 0, now

    def advance(self, steps: int) -> None:
        """Count steps that were done."""
        self.done += steps

    def end(self) -> dict[str, float]:
        """End the last stage; return the seconds that each stage took, in order."""
        self.begin("")
        return self._seconds
