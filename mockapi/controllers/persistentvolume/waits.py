"""How long something has been going on that takes its time."""

from __future__ import annotations

from collections.abc import Hashable

from mockapi.machinery.clock import Clock


class Waits:
    """Remembers when each thing began. A restart has it begin anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: dict[Hashable, float] = {}

    def has_begun(self, what: Hashable) -> bool:
        """Whether it is going on."""
        return what in self._began

    def left(self, what: Hashable, seconds: float) -> float:
        """How much is left of so many seconds, which begin with the first call; 0 when they are over, and it is forgotten."""
        began = self._began.setdefault(what, self._clock.monotonic())
        left = began + seconds - self._clock.monotonic()
        if left > 0:
            return left
        self.forget(what)
        return 0.0

    def forget(self, what: Hashable) -> None:
        """Ends it, if it is going on."""
        self._began.pop(what, None)
