"""A look at a workload costs time for each of its pods: one at many pods is not repeated for every pod that changes."""

from __future__ import annotations

from mockapi.machinery.clock import Clock
from mockapi.machinery.meta import Key

_MANY = 50
# So many seconds for each pod pass until the next look.
_PAUSE = 0.001


class Pace:
    """Remembers when workloads of many pods may be looked at again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_look: dict[Key, float] = {}

    def wait(self, key: Key) -> float:
        """The seconds that are still to pass; 0 when a look may be taken now."""
        wait = self._next_look.get(key, 0.0) - self._clock.monotonic()
        if wait > 0:
            return wait
        self._next_look.pop(key, None)
        return 0.0

    def looked(self, key: Key, pods: int) -> None:
        """Notes a look at so many pods."""
        if pods > _MANY:
            self._next_look[key] = self._clock.monotonic() + pods * _PAUSE
