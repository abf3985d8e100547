"""Which pods wait for a ConfigMap or Secret: their kubelet looks again when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from mockapi.machinery.meta import Key


class Dependency(NamedTuple):
    """An object by resource and key."""

    resource: str
    key: Key


class Dependencies:
    """Who looked at what. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[Key, set[Dependency]] = {}
        self._waiting: dict[Dependency, set[Key]] = {}

    def forget(self, pod: Key) -> None:
        """The pod waits for nothing, until it looks again."""
        if pod not in self._of:
            return
        with self._lock:
            for dependency in self._of.pop(pod, ()):
                waiting = self._waiting[dependency]
                waiting.discard(pod)
                if not waiting:
                    del self._waiting[dependency]

    def add(self, pod: Key, dependency: Dependency) -> None:
        """The pod has looked at an object, there or not."""
        with self._lock:
            self._of.setdefault(pod, set()).add(dependency)
            self._waiting.setdefault(dependency, set()).add(pod)

    def waiting_for(self, dependency: Dependency) -> Iterable[Key]:
        """The pods that have looked at an object since they were last forgotten."""
        with self._lock:
            return tuple(self._waiting.get(dependency, ()))
