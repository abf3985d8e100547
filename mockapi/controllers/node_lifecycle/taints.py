"""The taints that follow from a node's conditions (Node.spec.taints, KEP-382)."""

from __future__ import annotations

from mockapi.controllers.node_lifecycle.health import ready_status
from mockapi.machinery.meta import Object, Objects

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_READINESS = {"False": NOT_READY, "Unknown": UNREACHABLE}
_TROUBLES = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
}
_KEPT = {NOT_READY, UNREACHABLE, _UNSCHEDULABLE, *_TROUBLES.values()}


def evicting_key(node: Object) -> str | None:
    """The key of the taint that has pods leave the node; None when they may stay."""
    return _READINESS.get(ready_status(node) or "")


def is_evicting(node: Object) -> bool:
    """Whether the node has a taint by which pods leave a lost node."""
    return any(_evicts(taint) for taint in node["spec"].get("taints") or ())


def with_scheduling_taints(node: Object, taints: Objects, now: str) -> Objects:
    """The taints with those that keep new pods away as the conditions and spec.unschedulable want them."""
    wanted = _keys(node)
    present = {taint["key"] for taint in taints if taint["effect"] == "NoSchedule"}
    kept = [taint for taint in taints if taint["effect"] != "NoSchedule" or taint["key"] not in _KEPT or taint["key"] in wanted]
    return [*kept, *(_taint(key, "NoSchedule", now) for key in wanted if key not in present)]


def with_evicting_taint(taints: Objects, key: str | None, now: str) -> Objects:
    """The taints with this one, or none, of those that have pods leave."""
    kept = [taint for taint in taints if not _evicts(taint) or taint["key"] == key]
    there = any(_evicts(taint) for taint in kept)
    return kept if key is None or there else [*kept, _taint(key, "NoExecute", now)]


def _keys(node: Object) -> list[str]:
    conditions = {condition["type"]: condition["status"] for condition in (node.get("status") or {}).get("conditions") or ()}
    keys = [_READINESS[conditions["Ready"]]] if conditions.get("Ready") in _READINESS else []
    keys += [key for kind, key in _TROUBLES.items() if conditions.get(kind) == "True"]
    return [*keys, _UNSCHEDULABLE] if node["spec"].get("unschedulable") else keys


def _evicts(taint: Object) -> bool:
    return taint["effect"] == "NoExecute" and taint["key"] in {NOT_READY, UNREACHABLE}


def _taint(key: str, effect: str, now: str) -> Object:
    return {"key": key, "effect": effect, "timeAdded": now}
