"""Pods that wait for a node: those whose turn it is, most urgent first, and those that nothing can be done for until something changes."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from mockapi.machinery.clock import Clock
from mockapi.machinery.meta import Key

# A pod that is just being looked at: any change may concern it.
EVERYTHING = "*"


class _Parked(NamedTuple):
    priority: int
    plugins: frozenset[str]
    since: float


class PodQueue:
    """Each pod is in one of the two places or in none. May be used from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._urgent: list[tuple[int, int, Key]] = []
        self._active: dict[Key, tuple[int, int]] = {}  # only these entries of the heap count
        self._parked: dict[Key, _Parked] = {}
        self._by_plugin: dict[str, dict[Key, None]] = {}

    def __contains__(self, key: Key) -> bool:
        """Whether it is the pod's turn, now or soon."""
        return key in self._active

    def add(self, key: Key, priority: int) -> None:
        """It is the pod's turn; one that is in the queue already keeps its place unless its priority is another."""
        with self._lock:
            self._add(key, priority)

    def pop(self) -> Key | None:
        """The pod of the highest priority, of several the one that is there longest; parked until something is done about it."""
        with self._lock:
            while self._urgent:
                rank, number, key = heapq.heappop(self._urgent)
                if self._active.get(key) == (rank, number):
                    del self._active[key]
                    self._park(key, -rank, {EVERYTHING})
                    return key
            return None

    def park(self, key: Key, plugins: Collection[str]) -> None:
        """Nothing can be done for a pod that was popped until something changes that concerns one of the plugins."""
        with self._lock:
            if key in self._parked:
                self._park(key, self._parked[key].priority, plugins)

    @property
    def plugins(self) -> set[str]:
        """All plugins that pods are parked for."""
        with self._lock:
            return {plugin for plugin, keys in self._by_plugin.items() if keys}

    def is_parked(self, key: Key) -> bool:
        """Whether the pod was looked at, and waits for a change."""
        return key in self._parked

    def parked_for(self, key: Key) -> float | None:
        """How many seconds the pod has been parked; None when it is not."""
        parked = self._parked.get(key)
        return None if parked is None else self._clock.monotonic() - parked.since

    def forget(self, key: Key) -> None:
        """The pod needs no node any more."""
        with self._lock:
            self._active.pop(key, None)
            self._unpark(key)

    def wake(self, plugins: Collection[str], concerned: Callable[[Key, frozenset[str]], bool] = lambda key, plugins: True) -> list[Key]:
        """It is the turn of the pods that were parked for one of the plugins, and are concerned; returns their keys."""
        with self._lock:
            found = {key: self._parked[key].plugins for plugin in (*plugins, EVERYTHING) for key in self._by_plugin.get(plugin, ())}
        return self.wake_these([key for key, refusing in found.items() if EVERYTHING in refusing or concerned(key, refusing)])

    def wake_these(self, keys: Iterable[Key]) -> list[Key]:
        """It is the turn of those of the pods that are parked; returns their keys."""
        with self._lock:
            return self._activate([key for key in keys if key in self._parked])

    def _activate(self, keys: Iterable[Key]) -> list[Key]:
        woken = list(keys)
        for key in woken:
            self._add(key, self._parked[key].priority)
        return woken

    def _add(self, key: Key, priority: int) -> None:
        self._unpark(key)
        known = self._active.get(key)
        if known is None or known[0] != -priority:
            entry = self._active[key] = (-priority, next(self._order))
            heapq.heappush(self._urgent, (*entry, key))

    def _park(self, key: Key, priority: int, plugins: Collection[str]) -> None:
        self._unpark(key)
        self._parked[key] = _Parked(priority, frozenset(plugins), self._clock.monotonic())
        for plugin in plugins:
            self._by_plugin.setdefault(plugin, {})[key] = None

    def _unpark(self, key: Key) -> None:
        parked = self._parked.pop(key, None)
        for plugin in parked.plugins if parked else ():
            del self._by_plugin[plugin][key]
