"""Progress of a build: its stages, and steps within them."""

import time


class Progress:
    """Notes how long each stage takes. Who wants to show how far a build is extends this.

    ``stage`` is the one that is under way, of ``steps`` steps (0: not known), ``done`` of which
    are done.
    """

    def __init__(self) -> None:
        self.stage = ""
        self.steps = self.done = 0
        self._seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def begin(self, stage: str, steps: int = 0) -> None:
        """Say that a stage begins."""
        now = time.perf_counter()
        if self.stage:
            self._seconds[self.stage] = self._seconds.get(self.stage, 0) + now - self._since
        self.stage, self.steps, self.done, self._since = stage, steps, 0, now

    def advance(self, steps: int) -> None:
        """Say that so many steps more are done."""
        self.done += steps

    def end(self) -> dict[str, float]:
        """End the last stage; return the seconds that each stage took, in their order."""
        self.begin("")
        return self._seconds
