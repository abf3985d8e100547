"""Conditions in the status of objects (metav1.Condition and its older relatives)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError, Path
from mockapi.machinery.meta import Object, Objects

_STATUSES = ("False", "True", "Unknown")
_REASON_LIMIT = 1024
_MESSAGE_LIMIT = 32768


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


def condition_errors(conditions: Objects) -> Iterator[FieldError]:
    """The errors of a list of metav1.Condition, relative to it."""
    seen: set[str] = set()
    for position, condition in enumerate(conditions):
        place, name = ROOT.item(position), condition.get("type", "")
        if name in seen:
            yield fielderrors.duplicate(place.child("type"), name)
        seen.add(name)
        yield from _errors(condition, place)


def _errors(condition: Object, place: Path) -> Iterator[FieldError]:
    name, status, generation = condition.get("type", ""), condition.get("status", ""), condition.get("observedGeneration") or 0
    for message in names.qualified_name(name):
        yield fielderrors.invalid(place.child("type"), name, message)
    if status not in _STATUSES:
        yield fielderrors.not_supported(place.child("status"), status, _STATUSES)
    if generation < 0:
        yield fielderrors.invalid(place.child("observedGeneration"), generation, "must be greater than or equal to zero")
    if not condition.get("lastTransitionTime"):
        yield fielderrors.required(place.child("lastTransitionTime"), "must be set")
    yield from _reason_errors(condition.get("reason", ""), place.child("reason"))
    if names.size(condition.get("message", "")) > _MESSAGE_LIMIT:
        yield fielderrors.too_long(place.child("message"), _MESSAGE_LIMIT)


def _reason_errors(reason: str, place: Path) -> Iterator[FieldError]:
    if not reason:
        yield fielderrors.required(place, "must be set")
        return
    for message in names.condition_reason(reason):
        yield fielderrors.invalid(place, reason, message)
    if names.size(reason) > _REASON_LIMIT:
        yield fielderrors.too_long(place, _REASON_LIMIT)
