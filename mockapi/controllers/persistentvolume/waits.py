"""How long something has been going on that takes its time; each thing is known by the key of its object."""

from __future__ import annotations

from mockapi.machinery.clock import Clock
from mockapi.machinery.meta import Key


class Waits:
    """Remembers when each thing began. A restart has it begin anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: dict[Key, float] = {}

    def going_on(self) -> list[Key]:
        """All that is going on."""
        return list(self._began)

    def has_begun(self, what: Key) -> bool:
        """Whether it is going on."""
        return what in self._began

    def left(self, what: Key, seconds: float) -> float:
        """How much is left of so many seconds, which begin with the first call; 0 when they are over, and it is forgotten."""
        began = self._began.setdefault(what, self._clock.monotonic())
        left = began + seconds - self._clock.monotonic()
        if left > 0:
            return left
        self.forget(what)
        return 0.0

    def forget(self, what: Key) -> None:
        """Ends it, if it is going on."""
        self._began.pop(what, None)
