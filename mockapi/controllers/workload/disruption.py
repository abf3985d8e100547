"""What a pod's status says of an end that is not its own doing (the condition DisruptionTarget, KEP-3329)."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.clock import timestamp
from mockapi.machinery.conditions import with_condition
from mockapi.machinery.meta import Object


def disrupted(pod: Object, reason: str, message: str, now: datetime) -> Object:
    """The pod with the condition that names who is to delete it."""
    conditions = pod["status"].get("conditions")
    held = with_condition(conditions, "DisruptionTarget", "True", reason, message, timestamp(now))
    return {**pod, "status": {**pod["status"], "conditions": held}}
