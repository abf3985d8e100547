"""What may change of a Pod once it is made, by which subresource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.kinds.podspec.internal import internal_diff
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE

_FROZEN = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_FROZEN_BY_RESIZE = "only cpu and memory resources are mutable"
_IMAGE_LISTS = ("containers", "initContainers")
_MAX_INT32 = 2**31 - 1
_RESIZABLE = ("cpu", "memory")


def update_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    """The errors of an update of a pod's own fields."""
    spec, before = obj["spec"], old["spec"]
    for field in _IMAGE_LISTS:
        if len(spec.get(field) or ()) != len(before.get(field) or ()):
            yield fielderrors.forbidden(f"spec.{field}", "pod updates may not add or remove containers")
            return
    for position, container in enumerate(spec.get("containers") or ()):
        if not container.get("image"):
            yield fielderrors.required(f"spec.containers[{position}].image")
    yield from _deadline_errors(spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"))
    yield from _toleration_errors(spec, before)
    yield from _gate_errors(spec, before)
    yield from _frozen_errors(spec, before)


def _deadline_errors(deadline: int | None, before: int | None) -> Iterator[FieldError]:
    place = "spec.activeDeadlineSeconds"
    if deadline is not None:
        if not 0 <= deadline <= _MAX_INT32:
            yield fielderrors.invalid(place, deadline, f"must be between 0 and {_MAX_INT32}, inclusive")
        elif before is not None and before < deadline:
            yield fielderrors.invalid(place, deadline, "must be less than or equal to previous value")
    elif before is not None:
        yield fielderrors.invalid(place, None, "must not update from a positive integer to nil value")


def _toleration_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Tolerations may be added, and their time be changed; on a node, none may go."""
    kept = [_without_seconds(each) for each in spec.get("tolerations") or ()]
    for each in before.get("tolerations") or ():
        if _without_seconds(each) not in kept:
            yield fielderrors.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
            return


def _without_seconds(toleration: Object) -> Object:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}


def _gate_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    known = {gate.get("name") for gate in before.get("schedulingGates") or ()}
    for gate in spec.get("schedulingGates") or ():
        if gate.get("name") not in known:
            sentence = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            yield fielderrors.forbidden("spec.schedulingGates", sentence)


def _frozen_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    munged = _with_changeable_fields_of(before, spec)
    if munged != before:
        difference = internal_diff("PodSpec", before, munged)
        yield fielderrors.forbidden("spec", f"{_FROZEN}\n{difference}")


def _with_changeable_fields_of(before: Object, spec: Object) -> Object:
    """The new spec with everything that may change put back to what it was."""
    munged = dict(spec)
    for field in _IMAGE_LISTS:
        if munged.get(field):
            munged[field] = [_with(now, "image", was.get("image")) for now, was in zip(munged[field], before[field], strict=True)]
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        munged = _with(munged, field, before.get(field))
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    if before.get("schedulingGates"):
        munged = _with_placement_of(munged, before)
    return munged


def _with_placement_of(munged: Object, before: Object) -> Object:
    """While gates hold a pod, where it may go can still be narrowed (KEP-3838)."""
    added = before.get("nodeSelector") or {}
    if added.items() <= (munged.get("nodeSelector") or {}).items():
        munged = _with(munged, "nodeSelector", before.get("nodeSelector"))
    affinity = (munged.get("affinity") or {}).get("nodeAffinity")
    if (before.get("affinity") or {}).get("nodeAffinity") is None and affinity is not None:
        rest = {name: value for name, value in munged["affinity"].items() if name != "nodeAffinity"}
        munged = _with(munged, "affinity", rest or before.get("affinity"))
    return munged


def _with(obj: Object, field: str, value: Any) -> Object:
    rest = {name: each for name, each in obj.items() if name != field}
    return rest if value is None else {**rest, field: value}


def status_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    """The errors of an update of a pod's status."""
    status, before = obj.get("status") or {}, old.get("status") or {}
    if status.get("qosClass") != before.get("qosClass"):
        yield fielderrors.invalid("status.qosClass", status.get("qosClass", ""), IMMUTABLE)
    restart = old["spec"].get("restartPolicy")
    for field in ("containerStatuses", "initContainerStatuses"):
        yield from _resurrections(field, status, before, restart)


def _resurrections(field: str, status: Object, before: Object, restart: str | None) -> Iterator[FieldError]:
    """A container that ended for good does not come back."""
    if restart == "Always":
        return
    ended = {each["name"]: (each.get("state") or {}).get("terminated") for each in before.get(field) or ()}
    for position, each in enumerate(status.get(field) or ()):
        was = ended.get(each["name"])
        if was is None or (was.get("exitCode") and restart == "OnFailure"):
            continue
        if (each.get("state") or {}).get("terminated") is None:
            yield fielderrors.forbidden(f"status.{field}[{position}].state", "may not be transitioned to non-terminated state")


def ephemeral_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    """Containers for debugging may be added, and stay as they are (KEP-277)."""
    place = "spec.ephemeralContainers"
    now = {each["name"]: each for each in obj["spec"].get("ephemeralContainers") or ()}
    for each in old["spec"].get("ephemeralContainers") or ():
        name = each["name"]
        if name not in now:
            yield fielderrors.forbidden(place, f'existing ephemeral containers "{name}" may not be removed\n')
        elif now[name] != each:
            difference = internal_diff("EphemeralContainer", each, now[name])
            yield fielderrors.forbidden(place, f'existing ephemeral containers "{name}" may not be changed\n{difference}')


def resize_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    """A resize changes amounts of CPU and memory, and never the quality-of-service class (KEP-1287)."""
    if _without_amounts(obj["spec"]) != _without_amounts(old["spec"]):
        yield fielderrors.forbidden("spec", _FROZEN_BY_RESIZE)


def _without_amounts(spec: Object) -> Object:
    return {**spec, **{field: [_fixed(each) for each in spec[field]] for field in _IMAGE_LISTS if spec.get(field)}}


def _fixed(container: Object) -> Object:
    resources = dict(container.get("resources") or {})
    for side in ("limits", "requests"):
        resources[side] = {name: text for name, text in (resources.get(side) or {}).items() if name not in _RESIZABLE}
    return {**container, "resources": resources}
