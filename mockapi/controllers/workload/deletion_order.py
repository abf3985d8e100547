"""Which pods go first when there are too many (KEP-2255 pod deletion cost, KEP-2185 random selection among pods of about one age)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cmp_to_key

from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Object, Objects, annotations_of, uid_of

_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def first_to_go(pods: Sequence[Object], related: Iterable[Object], count: int, now: datetime) -> Objects:
    """`count` of the pods. `related` are the pods of all owners that share the owner's controller: crowded nodes are thinned out first."""
    if count >= len(pods):
        return list(pods)
    crowd = Counter(_node(pod) for pod in related if podfacts.is_active(pod))

    def compare(one: Object, other: Object) -> int:
        return _compare(one, other, crowd, now)

    return sorted(pods, key=cmp_to_key(compare))[:count]


def _compare(one: Object, other: Object, crowd: Counter[str], now: datetime) -> int:
    ranks = _rank(one, crowd), _rank(other, crowd)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    ready = podfacts.ready_since(one), podfacts.ready_since(other)
    if podfacts.is_ready(one) and ready[0] != ready[1]:
        return _younger_first(ready[0], ready[1], one, other, now)
    restarts = _restarts(one), _restarts(other)
    if restarts[0] != restarts[1]:
        return -1 if restarts[0] > restarts[1] else 1
    births = podfacts.created(one), podfacts.created(other)
    return _younger_first(births[0], births[1], one, other, now) if births[0] != births[1] else 0


def _rank(pod: Object, crowd: Counter[str]) -> tuple[bool, int, bool, int, int]:
    """Unassigned before assigned, pending before running, unready before ready, cheap before dear, crowded before alone."""
    return bool(_node(pod)), _PHASES.get(podfacts.phase_of(pod), 0), podfacts.is_ready(pod), _cost(pod), -crowd[_node(pod)]


def _younger_first(moment: datetime | None, other_moment: datetime | None, one: Object, other: Object, now: datetime) -> int:
    """Ages are compared by their order of magnitude, and pods of one order in an arbitrary but fixed order."""
    if moment is None or other_moment is None:
        return -1 if moment is None else 1
    order = _magnitude(moment, now) - _magnitude(other_moment, now)
    return order or (-1 if uid_of(one) < uid_of(other) else 1)


def _magnitude(moment: datetime, now: datetime) -> int:
    nanoseconds = (now - moment).total_seconds() * 1e9
    return int(math.log2(nanoseconds)) if nanoseconds > 0 else -1


def _node(pod: Object) -> str:
    return str(pod["spec"].get("nodeName") or "")


def _cost(pod: Object) -> int:
    try:
        return int(annotations_of(pod).get(_COST, "0"))
    except ValueError:
        return 0


def _restarts(pod: Object) -> tuple[int, int]:
    """The most restarts of a container, and of a sidecar."""
    status = pod.get("status") or {}
    sidecars = {container["name"] for container in pod["spec"].get("initContainers") or () if container.get("restartPolicy") == "Always"}
    regular = [state.get("restartCount", 0) for state in status.get("containerStatuses") or ()]
    beside = [state.get("restartCount", 0) for state in status.get("initContainerStatuses") or () if state["name"] in sidecars]
    return max(regular, default=0), max(beside, default=0)
