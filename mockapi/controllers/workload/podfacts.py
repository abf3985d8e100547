"""What a pod's status says: active, ready, available (Pod.status; Deployment.spec.minReadySeconds)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object, is_terminating

READY = "Ready"
_FINISHED = frozenset({"Succeeded", "Failed"})

_METADATA = (
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
    "annotations",
    "finalizers",
)


def outline(pod: Object) -> Object:
    """What those who count, judge and choose among many pods need of each: for Informer.outlines."""
    meta, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    return {
        "metadata": {
            **{field: meta[field] for field in _METADATA if field in meta},
            "labels": _same(tuple((meta.get("labels") or {}).items())),
            "ownerReferences": [_same(tuple(reference.items())) for reference in meta.get("ownerReferences") or ()],
        },
        "spec": {"nodeName": spec.get("nodeName"), **({"initContainers": spec["initContainers"]} if spec.get("initContainers") else {})},
        "status": {
            "phase": status.get("phase"),
            "reason": status.get("reason"),
            "conditions": [condition for condition in status.get("conditions") or () if condition["type"] == READY],
            "containerStatuses": [{"restartCount": each.get("restartCount", 0)} for each in status.get("containerStatuses") or ()],
            **({"initContainerStatuses": status["initContainerStatuses"]} if status.get("initContainerStatuses") else {}),
        },
    }


@lru_cache(maxsize=4096)
def _same(items: tuple[tuple[str, Any], ...]) -> Object:
    """One object for all pods that have the same labels, or the same owner."""
    return dict(items)


def phase_of(pod: Object) -> str:
    """status.phase, or "" when there is no status yet."""
    return str((pod.get("status") or {}).get("phase") or "")


def is_finished(pod: Object) -> bool:
    """Whether none of its containers will run again."""
    return phase_of(pod) in _FINISHED


def is_active(pod: Object) -> bool:
    """Whether it counts as a replica: neither finished nor going."""
    return not is_finished(pod) and not is_terminating(pod)


def is_ready(pod: Object) -> bool:
    """Whether its Ready condition is True."""
    return (_ready_condition(pod) or {}).get("status") == "True"


def ready_since(pod: Object) -> datetime | None:
    """When it became ready; None when it is not, or when nothing says since when."""
    condition = _ready_condition(pod) or {}
    moment = condition.get("lastTransitionTime")
    return parse_timestamp(moment) if moment and condition["status"] == "True" else None


def is_available(pod: Object, min_ready_seconds: int, now: datetime) -> bool:
    """Whether it has been ready for so long."""
    if min_ready_seconds == 0:
        return is_ready(pod)
    since = ready_since(pod)
    return since is not None and since + timedelta(seconds=min_ready_seconds) <= now


def next_availability(pods: Iterable[Object], min_ready_seconds: int, now: datetime) -> float | None:
    """Seconds until the first of the pods that are ready, but not for long enough, becomes available. None: there is none."""
    moments = [since + timedelta(seconds=min_ready_seconds) for pod in pods if (since := ready_since(pod))]
    return min(((moment - now).total_seconds() for moment in moments if moment > now), default=None)


def created(obj: Object) -> datetime:
    """metadata.creationTimestamp."""
    return parse_timestamp(obj["metadata"]["creationTimestamp"])


def _ready_condition(pod: Object) -> Object | None:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return next((condition for condition in conditions if condition["type"] == READY), None)
