"""A StatefulSet's status (apps/v1 StatefulSetStatus), and what it asks of its pods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mockapi.controllers.statefulset.identity import revision_name
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Object, is_terminating, name_of


def exists(pod: Object) -> bool:
    """Whether the pod is in the API, not only planned."""
    return podfacts.phase_of(pod) != ""


def is_up(pod: Object) -> bool:
    """Whether it is running and ready."""
    return podfacts.phase_of(pod) == "Running" and podfacts.is_ready(pod)


def is_usable(pod: Object, min_ready_seconds: int, now: datetime) -> bool:
    """Whether it is running, available and not going."""
    return is_up(pod) and podfacts.is_available(pod, min_ready_seconds, now) and not is_terminating(pod)


def min_ready_seconds(statefulset: Object) -> int:
    """spec.minReadySeconds."""
    return int(statefulset["spec"].get("minReadySeconds") or 0)


def calculate(statefulset: Object, pods: Iterable[Object], current: Object, update: Object, collisions: int, now: datetime) -> Object:
    """The status that counts these pods; counts of zero but `replicas` and `availableReplicas` are left out."""
    there = [pod for pod in pods if exists(pod)]
    ready = [pod for pod in there if is_up(pod)]
    revisions = [revision_name(pod) for pod in there if not is_terminating(pod)]
    counts = {
        "readyReplicas": len(ready),
        "currentReplicas": revisions.count(name_of(current)),
        "updatedReplicas": revisions.count(name_of(update)),
    }
    return {
        "observedGeneration": statefulset["metadata"]["generation"],
        "replicas": len(there),
        "availableReplicas": sum(podfacts.is_available(pod, min_ready_seconds(statefulset), now) for pod in ready),
        "currentRevision": name_of(current),
        "updateRevision": name_of(update),
        "collisionCount": collisions,
        **{name: count for name, count in counts.items() if count},
    }


def completed(statefulset: Object, status: Object) -> Object:
    """The status, in which a rolling update that has reached all pods makes its revision the current one."""
    replicas = statefulset["spec"]["replicas"]
    counts = [status.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "replicas")]
    if statefulset["spec"]["updateStrategy"]["type"] != "RollingUpdate" or counts != [replicas] * 3:
        return status
    current = {"currentReplicas": replicas} if replicas else {}
    return {**status, **current, "currentRevision": status["updateRevision"]}
