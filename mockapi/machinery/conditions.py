"""Conditions in the status of objects (metav1.Condition and its older relatives)."""

from __future__ import annotations

from mockapi.machinery.meta import Object, Objects


def is_true(obj: Object, name: str) -> bool:
    """Whether the condition is there and True."""
    return any(condition["type"] == name and condition["status"] == "True" for condition in obj["status"].get("conditions") or ())


def with_condition(conditions: Objects | None, name: str, status: str, reason: str, message: str, now: str) -> Objects:
    """The conditions with this one set; its time stays while its status does."""
    new = {"type": name, "status": status, "lastTransitionTime": now, "reason": reason, "message": message}
    result = [dict(condition) for condition in conditions or ()]
    for condition in result:
        if condition["type"] == name:
            kept = condition.get("lastTransitionTime", now) if condition["status"] == status else now
            condition.update(new, lastTransitionTime=kept)
            return result
    return [*result, new]
