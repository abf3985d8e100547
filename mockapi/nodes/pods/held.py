"""Whether somebody wrote a pod's status by hand, which its kubelet then leaves until the cause of what it says changes."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object

# Components that write parts of a status which are not a kubelet's.
_COMPONENTS = frozenset({"kubelet", "kube-scheduler", "kube-controller-manager", "kube-apiserver"})
_FIELDS = ("f:phase", "f:containerStatuses", "f:initContainerStatuses")
_CONDITIONS = ('k:{"type":"Ready"}', 'k:{"type":"ContainersReady"}', 'k:{"type":"Initialized"}')


def held_since(pod: Object) -> datetime | None:
    """When a client last wrote what a kubelet reports, as metadata.managedFields tell; None when none did."""
    times = [
        parse_timestamp(entry["time"])
        for entry in pod["metadata"].get("managedFields") or ()
        if entry.get("subresource") == "status" and entry.get("manager") not in _COMPONENTS and _reports(entry)
    ]
    return max(times, default=None)


def _reports(entry: Object) -> bool:
    fields = (entry.get("fieldsV1") or {}).get("f:status") or {}
    conditions = fields.get("f:conditions") or {}
    return any(field in fields for field in _FIELDS) or any(condition in conditions for condition in _CONDITIONS)
