"""When a node counts as silent, and what its conditions are then (KEP-589: the lease is the heartbeat, the status a report)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Object, Objects, uid_of

# kube-controller-manager: nodeMonitorGracePeriod, nodeStartupGracePeriod.
_GRACE = timedelta(seconds=50)
_STARTUP_GRACE = timedelta(seconds=60)
_CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


def ready_status(node: Object) -> str | None:
    """The status of the node's condition Ready: True, False or Unknown; None while nobody has said."""
    ready = _ready(node)
    return str(ready["status"]) if ready else None


class _Seen(NamedTuple):
    """A report of a node, and when it was seen here."""

    uid: str
    report: Object | None
    at: datetime


class Heartbeats:
    """When each node was heard of last, by the clock of this process, as clocks of nodes may differ."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def deadline(self, node: Object, lease: Object | None, now: datetime) -> datetime:
        """When the node counts as silent, if it is not heard of until then."""
        name = node["metadata"]["name"]
        seen, report = self._seen.get(name), _ready(node)
        if seen is None or seen.uid != uid_of(node) or seen.report != report:
            seen = self._seen[name] = _Seen(uid_of(node), report, now)
        return max(seen.at, min(_renewed(lease) or seen.at, now)) + (_GRACE if report else _STARTUP_GRACE)

    def forget(self, name: str) -> None:
        """Forgets a node that is gone."""
        self._seen.pop(name, None)


def silent(node: Object, now: datetime) -> Objects:
    """The conditions of a node that is not heard of any more."""
    present = {condition["type"]: condition for condition in _conditions(node)}
    unknown = {kind: _unknown(kind, present.get(kind), node, timestamp(now)) for kind in _CONDITIONS}
    return [unknown.pop(condition["type"], condition) for condition in _conditions(node)] + list(unknown.values())


def _unknown(kind: str, before: Object | None, node: Object, now: str) -> Object:
    if before is None:
        reason, message, heartbeat = "NodeStatusNeverUpdated", "Kubelet never posted node status.", node["metadata"]["creationTimestamp"]
    elif before["status"] == "Unknown":
        return before
    else:
        reason, message = "NodeStatusUnknown", "Kubelet stopped posting node status."
        heartbeat = before.get("lastHeartbeatTime")
    times = {"lastHeartbeatTime": heartbeat, "lastTransitionTime": now}
    return {"type": kind, "status": "Unknown", **times, "reason": reason, "message": message}


def _renewed(lease: Object | None) -> datetime | None:
    renewed = (lease or {}).get("spec", {}).get("renewTime")
    return parse_timestamp(renewed) if renewed else None


def _ready(node: Object) -> Object | None:
    return next((condition for condition in _conditions(node) if condition["type"] == "Ready"), None)


def _conditions(node: Object) -> Objects:
    return (node.get("status") or {}).get("conditions") or []
