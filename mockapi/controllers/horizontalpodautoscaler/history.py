"""What was recommended and done of late, in memory only: after a restart an autoscaler begins anew, as a real one does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.machinery.meta import Object

# The longest stabilization window, and the longest period of a policy.
_LONGEST_WINDOW = timedelta(seconds=3600)
_LONGEST_PERIOD = timedelta(seconds=1800)


class Moment(NamedTuple):
    """A number of replicas at a time: recommended, added or taken away."""

    at: datetime
    replicas: int


class History:
    """Of one autoscaler."""

    def __init__(self) -> None:
        self.recommendations: list[Moment] = []
        self._added: list[Moment] = []
        self._removed: list[Moment] = []

    def recommend(self, replicas: int, now: datetime) -> None:
        """Remembers what metrics asked for."""
        self.recommendations = [*_since(self.recommendations, now - _LONGEST_WINDOW), Moment(now, replicas)]

    def scaled(self, before: int, after: int, now: datetime) -> None:
        """Remembers a change of the number of replicas."""
        change = Moment(now, abs(after - before))
        if after > before:
            self._added = [*_since(self._added, now - _LONGEST_PERIOD), change]
        else:
            self._removed = [*_since(self._removed, now - _LONGEST_PERIOD), change]

    def at_start_of(self, policy: Object, replicas: int, now: datetime) -> int:
        """How many replicas there were when the period of a policy that ends now began."""
        start = now - timedelta(seconds=policy["periodSeconds"])
        added, removed = (sum(each.replicas for each in _since(kind, start)) for kind in (self._added, self._removed))
        return replicas - added + removed


def _since(moments: Iterable[Moment], start: datetime) -> list[Moment]:
    return [each for each in moments if each.at > start]
