"""storage.k8s.io/v1 StorageClass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNSET
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

DEFAULT_ANNOTATIONS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_POLICIES = ("Delete", "Retain")
_MODES = ("Immediate", "WaitForFirstConsumer")
_MOST_PARAMETERS, _LONGEST_PARAMETERS = 512, 256 * 1024


def is_default(storage_class: Object) -> bool:
    """Whether claims without a class get this one."""
    return any(annotations_of(storage_class).get(annotation) == "true" for annotation in DEFAULT_ANNOTATIONS)


def _errors(obj: Object) -> Iterator[FieldError]:
    yield from under("provisioner", _provisioner(obj.get("provisioner", "")))
    yield from under("parameters", parameters(obj.get("parameters") or {}))
    if obj["reclaimPolicy"] not in _POLICIES:
        yield fielderrors.not_supported("reclaimPolicy", obj["reclaimPolicy"], _POLICIES)
    if obj["volumeBindingMode"] not in _MODES:
        yield fielderrors.not_supported("volumeBindingMode", obj["volumeBindingMode"], _MODES)
    yield from under("allowedTopologies", _topologies(obj.get("allowedTopologies") or []))


def _provisioner(value: str) -> Iterator[FieldError]:
    if not value:
        yield fielderrors.required("", value)
    else:
        yield from (fielderrors.invalid("", value, message) for message in names.qualified_name(value.lower()))


def parameters(values: dict[str, str]) -> Iterator[FieldError]:
    """What a class tells its driver: not too much of it."""
    if len(values) > _MOST_PARAMETERS:
        yield fielderrors.too_long("", _MOST_PARAMETERS)
        return
    if "" in values:
        yield fielderrors.invalid("", "", "field can not be empty.")
    if sum(names.size(key) + names.size(value) for key, value in values.items()) > _LONGEST_PARAMETERS:
        yield fielderrors.too_long("", _LONGEST_PARAMETERS)


def _topologies(terms: list[Object]) -> Iterator[FieldError]:
    seen: list[dict[str, frozenset[str]]] = []
    for position, term in enumerate(terms):
        found: dict[str, frozenset[str]] = {}
        for index, requirement in enumerate(term.get("matchLabelExpressions") or ()):
            place = f"[{position}].matchLabelExpressions[{index}]"
            yield from under(place, _requirement(requirement))
            if requirement.get("key", "") in found:
                yield fielderrors.duplicate(f"{place}.key", requirement.get("key", ""))
            found[requirement.get("key", "")] = frozenset(requirement.get("values") or ())
        if found in seen:
            yield fielderrors.duplicate(f"[{position}].matchLabelExpressions", "")
        seen.append(found)


def _requirement(requirement: Object) -> Iterator[FieldError]:
    values = requirement.get("values") or []
    if not values:
        yield fielderrors.required("values")
    for index, value in enumerate(values):
        if value in values[:index]:
            yield fielderrors.duplicate(f"values[{index}]", value)
    key = requirement.get("key", "")
    yield from (fielderrors.invalid("key", key, message) for message in names.qualified_name(key))


def _fixed(obj: Object, old: Object) -> Iterator[FieldError]:
    if (obj.get("parameters") or {}) != (old.get("parameters") or {}):
        yield fielderrors.forbidden("parameters", "updates to parameters are forbidden.")
    if obj["provisioner"] != old["provisioner"]:
        yield fielderrors.forbidden("provisioner", "updates to provisioner are forbidden.")
    if obj["reclaimPolicy"] != old["reclaimPolicy"]:
        yield fielderrors.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.")
    if obj["volumeBindingMode"] != old["volumeBindingMode"]:
        yield fielderrors.invalid("volumeBindingMode", obj["volumeBindingMode"], IMMUTABLE)


class StorageClassStrategy(Strategy):
    """How volumes of a class are made."""

    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        for field, value in (("reclaimPolicy", _POLICIES[0]), ("volumeBindingMode", _MODES[0])):
            if obj.get(field) is None:
                obj[field] = value

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(_errors(obj))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*self.validate(obj, request), *_fixed(obj, old)]


def _name(obj: Object, _now: datetime) -> str:
    return f"{obj['metadata']['name']}{' (default)' if is_default(obj) else ''}"


def _provisioner_cell(obj: Object, _now: datetime) -> str:
    return str(obj["provisioner"])


def _policy(obj: Object, _now: datetime) -> str:
    return str(obj.get("reclaimPolicy") or UNSET)


def _mode(obj: Object, _now: datetime) -> str:
    return str(obj.get("volumeBindingMode") or UNSET)


def _expands(obj: Object, _now: datetime) -> bool:
    return bool(obj.get("allowVolumeExpansion"))


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="StorageClass",
    plural="storageclasses",
    namespaced=False,
    short_names=("sc",),
    strategy=StorageClassStrategy(),
    columns=(
        Column("Name", _name, format="name", documented_by="metadata.name"),
        Column("Provisioner", _provisioner_cell, documented_by="provisioner"),
        Column("ReclaimPolicy", _policy, documented_by="reclaimPolicy"),
        Column("VolumeBindingMode", _mode, documented_by="volumeBindingMode"),
        Column("AllowVolumeExpansion", _expands, documented_by="allowVolumeExpansion"),
        AGE,
    ),
)
