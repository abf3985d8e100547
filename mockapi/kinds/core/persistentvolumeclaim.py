"""core/v1 PersistentVolumeClaim."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime

from mockapi.kinds.core import volume_rules
from mockapi.kinds.core.resource_names import round_amounts
from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import label_selector, part, under
from mockapi.kinds.podspec.internal import internal_diff
from mockapi.kinds.podspec.volume_defaults import fill
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.machinery.quantity import ZERO
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_CLAIM_KIND = "PersistentVolumeClaim"
_SNAPSHOTS = "snapshot.storage.k8s.io"
_FIXED = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
_SIZE = "spec.resources.requests.storage"


def claim_spec_errors(spec: Object) -> Iterator[FieldError]:
    """The errors of a PersistentVolumeClaimSpec, relative to it."""
    yield from volume_rules.access_modes(spec.get("accessModes") or [], "at least 1 access mode is required")
    yield from part(spec, "selector", label_selector)
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is None:
        yield fielderrors.required("resources[storage]")
    else:
        yield from under("resources[storage]", volume_rules.positive(size))
    yield from part(spec, "storageClassName", volume_rules.class_name)
    yield from part(spec, "volumeMode", volume_rules.volume_mode)
    for field in ("dataSource", "dataSourceRef"):
        yield from part(spec, field, _data_source)
    yield from _data_sources_agree(spec)
    yield from part(spec, "volumeAttributesClassName", volume_rules.class_name)


def _data_source(source: Object) -> Iterator[FieldError]:
    for field in ("name", "kind"):
        if not source.get(field):
            yield fielderrors.required(field)
    group = source.get("apiGroup") or ""
    if not group and source.get("kind") != _CLAIM_KIND:
        sentence = f"must be '{_CLAIM_KIND}' when referencing the default apiGroup"
        yield fielderrors.invalid("", source.get("kind", ""), sentence)
    if group:
        yield from (fielderrors.invalid("apiGroup", group, message) for message in names.dns1123_subdomain(group))


def _data_sources_agree(spec: Object) -> Iterator[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is None or reference is None:
        return
    if any(source.get(field) != reference.get(field) for field in ("apiGroup", "kind", "name")):
        yield fielderrors.invalid("", "dataSource", "must match dataSourceRef")


def _change_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    spec, before = deepcopy(obj["spec"]), deepcopy(old["spec"])
    if not before.get("volumeName"):
        before["volumeName"] = spec.get("volumeName", "")
    if before.get("storageClassName") is None and spec.get("storageClassName") is not None:
        del spec["storageClassName"]
    if (obj.get("status") or {}).get("phase") == "Bound":
        _set_size(spec, _size(before))
        _set(spec, "volumeAttributesClassName", before.get("volumeAttributesClassName"))
    if _without_empty(spec) != _without_empty(before):
        yield fielderrors.forbidden("spec", _FIXED + internal_diff("PersistentVolumeClaimSpec", before, spec))
    yield from _shrinking(obj, old)
    if obj["spec"].get("volumeMode") != old["spec"].get("volumeMode"):
        yield fielderrors.invalid("volumeMode", obj["spec"].get("volumeMode"), IMMUTABLE)
    if old["spec"].get("volumeAttributesClassName") is not None and obj["spec"].get("volumeAttributesClassName") is None:
        yield fielderrors.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden")


def _shrinking(obj: Object, old: Object) -> Iterator[FieldError]:
    """A size may shrink to undo a growth that failed, but never to what there is already (KEP-1790)."""
    size, before = amount(_size(obj["spec"]) or "0"), amount(_size(old["spec"]) or "0")
    actual = amount(((old.get("status") or {}).get("capacity") or {}).get("storage") or "0")
    if size < before and size <= actual:
        yield fielderrors.forbidden(_SIZE, "field can not be less than status.capacity")


def _size(spec: Object) -> str | None:
    return ((spec.get("resources") or {}).get("requests") or {}).get("storage")


def _set_size(spec: Object, size: str | None) -> None:
    requests = (spec.get("resources") or {}).get("requests")
    if requests:
        _set(requests, "storage", size)


def _set(obj: Object, field: str, value: object) -> None:
    obj.pop(field, None)
    if value is not None:
        obj[field] = value


def _without_empty(spec: Object) -> Object:
    return {field: value for field, value in spec.items() if value not in (None, {}, []) and (value or field == "storageClassName")}


class PersistentVolumeClaimStrategy(Strategy):
    """A wish for storage."""

    has_status = True
    returns_deleted = True
    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        fill(spec, volumeMode="Filesystem")
        for field in ("limits", "requests"):
            round_amounts((spec.get("resources") or {}).get(field))
        round_amounts((obj.get("status") or {}).get("capacity"))
        fill(obj.setdefault("status", {}), phase="Pending")

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        obj["status"] = {"phase": "Pending"}
        _drop_odd_source(obj["spec"])
        _unify_sources(obj["spec"])

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        if old["spec"].get("dataSource") is None and old["spec"].get("dataSourceRef") is None:
            _drop_odd_source(obj["spec"])
        _unify_sources(obj["spec"])

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, claim_spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """The real server checks the whole object twice."""
        whole = [*self.validate_metadata(obj, True), *self.validate(obj, request)]
        return [*self.validate(obj, request), *whole, *_change_errors(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        capacity = (obj.get("status") or {}).get("capacity") or {}
        return [
            fielderrors.invalid(f"status.capacity[{resource}]", amount(text).value, "must be a valid resource quantity")
            for resource, text in sorted(capacity.items())
            if amount(text) < ZERO
        ]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        found = list(volume_rules.class_annotation_warnings(obj))
        for field in ("requests", "limits"):
            found += volume_rules.fraction_warnings((obj["spec"].get("resources") or {}).get(field), f"spec.resources.{field}")
        return found


def _drop_odd_source(spec: Object) -> None:
    """Of dataSource only claims and snapshots are kept; for anything else there is dataSourceRef."""
    source = spec.get("dataSource")
    if source is not None and (source.get("apiGroup") or "", source.get("kind")) not in {("", _CLAIM_KIND), (_SNAPSHOTS, "VolumeSnapshot")}:
        del spec["dataSource"]


def _unify_sources(spec: Object) -> None:
    """Either of dataSource and dataSourceRef is copied to the other, if that is absent."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if reference is not None:
        reference.pop("namespace", None)  # CrossNamespaceVolumeDataSource is off by default
    if source is not None and reference is None:
        spec["dataSourceRef"] = dict(source)
    elif source is None and reference is not None:
        spec["dataSource"] = dict(reference)


def _is_bound(obj: Object) -> bool:
    return bool(obj["spec"].get("volumeName"))


def _phase(obj: Object, _now: datetime) -> str:
    return volume_rules.phase(obj)


def _volume(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("volumeName", ""))


def _capacity(obj: Object, _now: datetime) -> str:
    if not _is_bound(obj):
        return ""
    return str(((obj.get("status") or {}).get("capacity") or {}).get("storage", "0"))


def _modes(obj: Object, _now: datetime) -> str:
    return volume_rules.short_modes((obj.get("status") or {}).get("accessModes")) if _is_bound(obj) else ""


def _class(obj: Object, _now: datetime) -> str:
    return volume_rules.storage_class_of(obj)


def _attributes(obj: Object, _now: datetime) -> str:
    return volume_rules.or_unset(obj["spec"].get("volumeAttributesClassName"))


def _mode(obj: Object, _now: datetime) -> str:
    return volume_rules.or_unset(obj["spec"].get("volumeMode"))


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolumeClaim",
    plural="persistentvolumeclaims",
    short_names=("pvc",),
    strategy=PersistentVolumeClaimStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Status", _phase, documented_by="status.phase"),
        Column("Volume", _volume, documented_by="spec.volumeName"),
        Column("Capacity", _capacity, documented_by="status.capacity"),
        Column("Access Modes", _modes, documented_by="status.accessModes"),
        Column("StorageClass", _class, description="StorageClass of the pvc"),
        Column("VolumeAttributesClass", _attributes, description="VolumeAttributesClass of the pvc"),
        AGE,
        Column("VolumeMode", _mode, priority=1, documented_by="spec.volumeMode"),
    ),
)
