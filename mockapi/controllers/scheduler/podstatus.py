"""Conditions of pods, as the scheduler writes them."""

from __future__ import annotations

from mockapi.machinery.clock import Clock, timestamp
from mockapi.machinery.meta import Object, Objects

SCHEDULED = "PodScheduled"


def condition_of(pod: Object, name: str) -> Object:
    """The condition of that type; an empty one when there is none."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return next((condition for condition in conditions if condition["type"] == name), {})


def with_condition(pod: Object, clock: Clock, name: str, status: str, reason: str, message: str) -> Objects:
    """The pod's conditions with this one set, in its place; its time stays while its status does."""
    present = condition_of(pod, name)
    same = present.get("status") == status and "lastTransitionTime" in present
    condition = {
        "type": name,
        "observedGeneration": pod["metadata"].get("generation", 0),
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": present["lastTransitionTime"] if same else timestamp(clock.now()),
        "reason": reason,
        "message": message,
    }
    conditions = pod["status"].get("conditions") or []
    return [condition if each is present else each for each in conditions] if present else [*conditions, condition]
