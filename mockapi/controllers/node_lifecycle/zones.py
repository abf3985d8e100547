"""How much of each zone is lost: a control plane that sees whole zones go silent blames the network, and evicts less or not at all."""

from __future__ import annotations

import threading
from collections import defaultdict

from mockapi.machinery.meta import Object, labels_of

# kube-controller-manager: nodeEvictionRate, secondaryNodeEvictionRate, unhealthyZoneThreshold, largeClusterSizeThreshold.
_NODES_A_SECOND = 0.1
_SECONDARY_NODES_A_SECOND = 0.01
_UNHEALTHY_SHARE = 0.55
_LARGE = 50
_FEW = 2


def zone_of(node: Object) -> str:
    """The name of a node's zone, with its region; nodes without either share one."""
    labels = labels_of(node)
    return f"{labels.get('topology.kubernetes.io/region', '')}:{labels.get('topology.kubernetes.io/zone', '')}"


class Zones:
    """Which nodes are ready, by zone. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._home: dict[str, str] = {}
        self._ready: defaultdict[str, set[str]] = defaultdict(set)
        self._lost: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, name: str, zone: str, *, ready: bool) -> bool:
        """Takes a node's state down; whether the pace of evictions has changed anywhere."""
        with self._lock:
            before = self._paces()
            self._leave(name)
            self._home[name] = zone
            (self._ready if ready else self._lost)[zone].add(name)
            return self._paces() != before

    def drop(self, name: str) -> bool:
        """Forgets a node; whether the pace of evictions has changed anywhere."""
        with self._lock:
            before = self._paces()
            self._leave(name)
            return self._paces() != before

    def pace(self, zone: str) -> float:
        """How many nodes of the zone may be given up in a second."""
        with self._lock:
            return self._pace(zone)

    def lost(self) -> list[str]:
        """The nodes that are not ready."""
        with self._lock:
            return [name for names in self._lost.values() for name in names]

    def all_lost(self) -> bool:
        """Whether no node of the cluster is ready: then it is the control plane that is cut off."""
        with self._lock:
            return self._all_lost()

    def _leave(self, name: str) -> None:
        zone = self._home.pop(name, None)
        if zone is not None:
            self._ready[zone].discard(name)
            self._lost[zone].discard(name)

    def _paces(self) -> dict[str, float]:
        return {zone: self._pace(zone) for zone in {*self._ready, *self._lost}}

    def _all_lost(self) -> bool:
        return not any(self._ready.values())

    def _pace(self, zone: str) -> float:
        ready, lost = len(self._ready[zone]), len(self._lost[zone])
        if self._all_lost():
            return 0.0
        if ready and lost > _FEW and lost / (lost + ready) >= _UNHEALTHY_SHARE:
            return _SECONDARY_NODES_A_SECOND if lost + ready > _LARGE else 0.0
        return _NODES_A_SECOND
