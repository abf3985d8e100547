"""How long a failed pod is left alone before it makes room for another: twice as long each time, for each node."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

# The limits of kube-controller-manager, in seconds.
_FIRST = 1.0
_LONGEST = 900.0


class _Entry(NamedTuple):
    seconds: float
    since: float


class Backoff:
    """Counts failures by key. Moments are seconds of a monotonic clock. What has not failed for long is forgotten."""

    def __init__(self) -> None:
        self._entries: dict[Hashable, _Entry] = {}

    def left(self, key: Hashable, now: float) -> float:
        """The seconds that are still to be waited; 0 or less when there are none."""
        entry = self._entries.get(key)
        return entry.since + entry.seconds - now if entry else 0.0

    def failed(self, key: Hashable, now: float) -> None:
        """Counts one more failure, which is dealt with now."""
        self._entries = {key: entry for key, entry in self._entries.items() if now - entry.since <= 2 * _LONGEST}
        entry = self._entries.get(key)
        self._entries[key] = _Entry(min(entry.seconds * 2, _LONGEST) if entry else _FIRST, now)
