"""Lists of status conditions, whose order is their history: a condition that changes moves to the end."""

from __future__ import annotations

from mockapi.machinery.meta import Object, Objects


def find(conditions: Objects, type: str) -> Object | None:
    """The condition of that type."""
    return next((condition for condition in conditions if condition["type"] == type), None)


def without(conditions: Objects, type: str) -> Objects:
    """All conditions but those of that type."""
    return [condition for condition in conditions if condition["type"] != type]


def updated(conditions: Objects, new: Object) -> Objects:
    """The list with a condition brought up to date.

    One that has the same status and reason stays as it is; one that has the same status keeps its lastTransitionTime.
    """
    present = find(conditions, new["type"])
    if present and present["status"] == new["status"]:
        if present["reason"] == new["reason"]:
            return conditions
        new = {**new, "lastTransitionTime": present["lastTransitionTime"]}
    return [*without(conditions, new["type"]), new]
