"""What may change of a Job's spec: hardly anything, but the template of a suspended one in part (KEP-2926, KEP-5440)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from mockapi.kinds.apps import workload
from mockapi.kinds.batch.job_spec import INDEXED
from mockapi.kinds.podspec.internal import internal_form
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE

# The fields that never change, and the names of the internal types of those that are objects.
_FIXED_FIELDS = {
    "completionMode": "",
    "podFailurePolicy": "PodFailurePolicy",
    "backoffLimitPerIndex": "",
    "managedBy": "",
    "successPolicy": "SuccessPolicy",
}
# What the pods of a suspended job may still be told about where they run; so may their resources.
_SCHEDULING = ("nodeSelector", "tolerations", "schedulingGates")
# How the API server prints a value that is absent.
_NOTHING = "null"


def change_errors(job: Object, old: Object) -> Iterator[FieldError]:
    """The errors of a change of a Job's spec, relative to it."""
    spec, before = job["spec"], old["spec"]
    yield from _completions(spec, before)
    if spec.get("selector") != before.get("selector"):
        yield fielderrors.invalid("selector", workload.selector_form(spec.get("selector")) or _NOTHING, IMMUTABLE)
    yield from _template(spec["template"], before["template"], changeable=_may_change_template(old))
    for field, type_name in _FIXED_FIELDS.items():
        if spec.get(field) != before.get(field):
            yield fielderrors.invalid(field, _printed(spec.get(field), type_name), IMMUTABLE)


def _printed(value: Any, type_name: str) -> Any:
    if value is None:
        return _NOTHING
    return internal_form(type_name, value) if type_name else value


def _completions(spec: Object, before: Object) -> Iterator[FieldError]:
    """Only a job with indexes can grow or shrink, and only together with its parallelism."""
    value = spec.get("completions")
    if value == before.get("completions"):
        return
    if spec.get("completionMode") != INDEXED:
        yield fielderrors.invalid("completions", _printed(value, ""), IMMUTABLE)
    elif value is not None and value != spec.get("parallelism"):
        yield fielderrors.invalid("completions", value, "can only be modified in tandem with spec.parallelism")


def _may_change_template(old: Object) -> bool:
    """Whether a Job is suspended, and surely has no pods."""
    status = old.get("status") or {}
    if not old["spec"].get("suspend") or status.get("active"):
        return False
    conditions = status.get("conditions") or ()
    return not status.get("startTime") or any(each["type"] == "Suspended" and each["status"] == "True" for each in conditions)


def _template(template: Object, before: Object, *, changeable: bool) -> Iterator[FieldError]:
    """The template never changes while there are pods. Of a suspended job, pods may still be told where and with what they run."""
    if changeable:
        if template["spec"] != _changeable_spec(template["spec"], before["spec"]):
            yield fielderrors.invalid("template.spec", internal_form("PodSpec", template["spec"]), IMMUTABLE)
    elif template != before:
        yield fielderrors.invalid("template", _template_form(template), IMMUTABLE)


def _changeable_spec(spec: Object, before: Object) -> Object:
    """The old spec of the pods, with what may change of it as in the new one."""
    kept: Object = deepcopy(before)
    _carry(spec, kept, _SCHEDULING)
    if spec.get("affinity") or kept.get("affinity"):
        _carry(spec.get("affinity") or {}, kept.setdefault("affinity", {}), ("nodeAffinity",))
        if not kept["affinity"]:
            _carry(spec, kept, ("affinity",))
    for field in ("containers", "initContainers"):
        for container, new in zip(kept.get(field) or (), spec.get(field) or (), strict=False):
            _carry(new, container, ("resources",))
    return kept


def _carry(source: Object, target: Object, fields: tuple[str, ...]) -> None:
    for field in fields:
        target.pop(field, None)
        if field in source:
            target[field] = source[field]


def _template_form(template: Object) -> Object:
    """A pod template as the API server's internal type is printed."""
    return {**(template.get("metadata") or {}), "Spec": internal_form("PodSpec", template["spec"])}
