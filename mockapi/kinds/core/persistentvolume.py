"""core/v1 PersistentVolume."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.core import volume_rules
from mockapi.kinds.core.resource_names import round_amounts
from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import part, under, without_backsteps
from mockapi.kinds.podspec.internal import internal_diff
from mockapi.kinds.podspec.scheduling import node_selector
from mockapi.kinds.podspec.volume_defaults import default_source, fill
from mockapi.kinds.podspec.volumes import ONE_TYPE, source_errors
from mockapi.kinds.podspec.warnings import OLD_VOLUMES
from mockapi.machinery import fielderrors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.machinery.quantity import ZERO
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_POLICIES = ("Delete", "Recycle", "Retain")
# The types of volumes in the order in which the API server looks for them.
_TYPES = (
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
)


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    yield from volume_rules.access_modes(spec.get("accessModes") or [], "")
    yield from under("capacity", _capacity(spec.get("capacity") or {}))
    if policy not in _POLICIES:
        yield fielderrors.not_supported("persistentVolumeReclaimPolicy", policy, _POLICIES)
    yield from part(spec, "nodeAffinity", _node_affinity)
    yield from _source(spec)
    if policy == "Recycle" and posixpath.normpath((spec.get("hostPath") or {}).get("path") or ".") == "/":
        yield fielderrors.forbidden("persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")
    yield from part(spec, "storageClassName", volume_rules.class_name)
    yield from part(spec, "volumeMode", volume_rules.volume_mode)
    yield from _attributes_class(spec)


def _capacity(capacity: dict[str, str]) -> Iterator[FieldError]:
    if not capacity:
        yield fielderrors.required("")
    if list(capacity) != ["storage"]:
        yield fielderrors.not_supported("", dict(sorted(capacity.items())) or None, ("storage",))
    for resource, text in sorted(capacity.items()):
        if amount(text) < ZERO:
            yield fielderrors.invalid(f"[{resource}]", amount(text).value, "must be a valid resource quantity")
        yield from under(f"[{resource}]", volume_rules.positive(text))


def _node_affinity(affinity: Object) -> Iterator[FieldError]:
    if affinity.get("required") is None:
        yield fielderrors.required("required", "must specify required node constraints")
    yield from part(affinity, "required", node_selector)


def _source(spec: Object) -> Iterator[FieldError]:
    given = [kind for kind in _TYPES if spec.get(kind) is not None]
    if not given:
        yield fielderrors.required("", "must specify a volume type")
    for position, kind in enumerate(given):
        if position:
            yield fielderrors.forbidden(kind, ONE_TYPE)
        elif kind == "local":
            yield from _local(spec)
        elif kind == "csi":
            yield from under("csi", _csi(spec["csi"]))
        else:
            yield from under(kind, source_errors(kind, spec[kind]))


def _local(spec: Object) -> Iterator[FieldError]:
    path = spec["local"].get("path")
    if path:
        yield from under("local.path", without_backsteps(path))
    else:
        yield fielderrors.required("local.path")
    if not (spec.get("nodeAffinity") or {}).get("required"):
        yield fielderrors.required("nodeAffinity", "Local volume requires node affinity")


def _csi(source: Object) -> Iterator[FieldError]:
    yield from source_errors("csi", source)
    if not source.get("volumeHandle"):
        yield fielderrors.required("volumeHandle")
    for field in ("controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"):
        yield from part(source, field, _secret)


def _secret(reference: Object) -> Iterator[FieldError]:
    for field in ("name", "namespace"):
        if not reference.get(field):
            yield fielderrors.required(field)


def _attributes_class(spec: Object) -> Iterator[FieldError]:
    chosen = spec.get("volumeAttributesClassName")
    if chosen is None:
        return
    if not chosen:
        yield fielderrors.required("volumeAttributesClassName", "an empty string is disallowed")
    yield from under("volumeAttributesClassName", volume_rules.class_name(chosen))
    if spec.get("csi") is None:
        yield fielderrors.required("csi", "has to be specified when using volumeAttributesClassName")


def _change_errors(spec: Object, old: Object) -> Iterator[FieldError]:
    sources = [{kind: each[kind] for kind in _TYPES if each.get(kind) is not None} for each in (old, spec)]
    if sources[0] != sources[1]:
        sentence = "spec.persistentvolumesource is immutable after creation\n" + internal_diff("PersistentVolumeSource", *sources)
        yield fielderrors.forbidden("spec.persistentvolumesource", sentence)
    if spec.get("volumeMode") != old.get("volumeMode"):
        yield fielderrors.invalid("volumeMode", spec.get("volumeMode"), IMMUTABLE)
    if old.get("nodeAffinity") is not None and spec.get("nodeAffinity") != old["nodeAffinity"]:
        yield fielderrors.invalid("nodeAffinity", spec.get("nodeAffinity"), f"{IMMUTABLE}, except for updating from beta label to GA")


class PersistentVolumeStrategy(Strategy):
    """Storage of the cluster, which claims are bound to."""

    has_status = True
    returns_deleted = True
    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        round_amounts(spec.get("capacity"))
        fill(spec, persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")
        for kind in _TYPES:
            if spec.get(kind) is not None:
                default_source(kind, spec[kind])
        fill(obj.setdefault("status", {}), phase="Pending")

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        obj["status"] = {"phase": "Pending", "lastPhaseTransitionTime": timestamp(request.clock.now())}

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        status, before = obj.setdefault("status", {}), old.get("status") or {}
        given, known = status.get("lastPhaseTransitionTime"), before.get("lastPhaseTransitionTime")
        if status.get("phase") != before.get("phase") and (given is None or given == known):
            status["lastPhaseTransitionTime"] = timestamp(request.clock.now())

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """The real server checks the whole object twice."""
        whole = [*self.validate_metadata(obj, False), *self.validate(obj, request)]
        return [*self.validate(obj, request), *whole, *_change_errors(obj["spec"], old["spec"])]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec = obj["spec"]
        found = list(volume_rules.class_annotation_warnings(obj))
        if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
            advice = "Instead, the recommended approach is to use dynamic provisioning."
            found.append(f"spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. {advice}")
        found += [f"spec.{kind}: {text}" for kind, text in OLD_VOLUMES.items() if spec.get(kind) is not None]
        return [*found, *volume_rules.fraction_warnings(spec.get("capacity"), "spec.capacity")]


def _capacity_cell(obj: Object, _now: datetime) -> str:
    return str((obj["spec"].get("capacity") or {}).get("storage", "0"))


def _modes(obj: Object, _now: datetime) -> str:
    return volume_rules.short_modes(obj["spec"].get("accessModes"))


def _policy(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("persistentVolumeReclaimPolicy", ""))


def _phase(obj: Object, _now: datetime) -> str:
    return volume_rules.phase(obj)


def _claim(obj: Object, _now: datetime) -> str:
    claim = obj["spec"].get("claimRef")
    return "" if claim is None else f"{claim.get('namespace', '')}/{claim.get('name', '')}"


def _class(obj: Object, _now: datetime) -> str:
    return volume_rules.storage_class_of(obj)


def _attributes(obj: Object, _now: datetime) -> str:
    return volume_rules.or_unset(obj["spec"].get("volumeAttributesClassName"))


def _reason(obj: Object, _now: datetime) -> str:
    return str((obj.get("status") or {}).get("reason", ""))


def _mode(obj: Object, _now: datetime) -> str:
    return volume_rules.or_unset(obj["spec"].get("volumeMode"))


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolume",
    plural="persistentvolumes",
    namespaced=False,
    short_names=("pv",),
    strategy=PersistentVolumeStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Capacity", _capacity_cell, documented_by="spec.capacity"),
        Column("Access Modes", _modes, documented_by="spec.accessModes"),
        Column("Reclaim Policy", _policy, documented_by="spec.persistentVolumeReclaimPolicy"),
        Column("Status", _phase, documented_by="status.phase"),
        Column("Claim", _claim, documented_by="spec.claimRef"),
        Column("StorageClass", _class, description="StorageClass of the pv"),
        Column("VolumeAttributesClass", _attributes, description="VolumeAttributesClass of the pv"),
        Column("Reason", _reason, documented_by="status.reason"),
        AGE,
        Column("VolumeMode", _mode, priority=1, documented_by="spec.volumeMode"),
    ),
)
