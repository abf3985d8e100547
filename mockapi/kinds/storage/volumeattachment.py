"""storage.k8s.io/v1 VolumeAttachment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import grammar, under
from mockapi.kinds.storage.csidriver import driver_name
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    yield from under("attacher", driver_name(spec.get("attacher", "")))
    source = spec.get("source") or {}
    volume, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
    if volume is None and inline is None:
        yield fielderrors.required("source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    if volume is not None and inline is not None:
        yield fielderrors.forbidden("source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    if volume == "":
        yield fielderrors.required("source.persistentVolumeName", "must specify non empty persistentVolumeName")
    yield from under("nodeName", grammar(names.dns1123_subdomain, must=True)(spec.get("nodeName", "")))


class VolumeAttachmentStrategy(Strategy):
    """A volume that is, or is to be, attached to a node."""

    has_status = True
    status_keeps_metadata = True
    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = obj["spec"] != old["spec"]
        return [*self.validate(obj, request), *([fielderrors.invalid("spec", obj["spec"], IMMUTABLE)] if changed else [])]


def _attacher(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["attacher"])


def _volume(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["source"].get("persistentVolumeName") or "")


def _node(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["nodeName"])


def _attached(obj: Object, _now: datetime) -> bool:
    return bool((obj.get("status") or {}).get("attached"))


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttachment",
    plural="volumeattachments",
    namespaced=False,
    strategy=VolumeAttachmentStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Attacher", _attacher, format="name", documented_by="spec.attacher"),
        Column("PV", _volume, documented_by="spec.source.persistentVolumeName"),
        Column("Node", _node, documented_by="spec.nodeName"),
        Column("Attached", _attached, type="boolean", documented_by="status.attached"),
        AGE,
    ),
)
