"""Events go an hour after they were last written (kube-apiserver's --event-ttl)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Toolbox, Watch

_EVENTS = "events"
_TTL = 3600.0
_INTERVAL = 60.0
_ROUND = Key("", "round")


class _Mark(NamedTuple):
    """The revision that the log had reached at a time."""

    time: float
    revision: int


class EventTTL(Controller):
    """Looks once a minute for events that were not written since the log was where it was an hour ago: no event has to be read.

    A restart gives those that are there another hour.
    """

    name = "event-ttl"
    component = "kube-apiserver"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._cache = toolbox.client.resources.database.cache
        self._marks: deque[_Mark] = deque()

    def watches(self) -> Mapping[str, Watch]:
        return {}

    def seeds(self) -> Iterable[Key]:
        return [_ROUND]

    def reconcile(self, key: Key) -> float | None:
        now = self.clock.monotonic()
        self._marks.append(_Mark(now, self._cache.catch_up()))
        outlived = -1
        while self._marks[0].time <= now - _TTL:
            outlived = self._marks.popleft().revision
        for record in self._cache.list(_EVENTS):
            if record.revision <= outlived:
                self.client.delete(_EVENTS, *record.key)
        return _INTERVAL
