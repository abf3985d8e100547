"""The scale subresource: autoscaling/v1 Scale as a view of a parent's replicas, the same for every kind that can be scaled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import SPEC, invalid
from mockapi.machinery.meta import Key, Object
from mockapi.machinery.selectors import selector_from_map, selector_from_object
from mockapi.registry.admission import UPDATE, Attributes
from mockapi.registry.apply.fieldmanager import MANAGED_FIELDS
from mockapi.registry.apply.scaling import ScaledFields
from mockapi.registry.applying import Applier
from mockapi.registry.body import Body, Patch
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.copying import copy_of
from mockapi.registry.kind import Column, Kind
from mockapi.registry.ownership import Ownership
from mockapi.registry.patching import Patcher
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.reads import Reads
from mockapi.registry.request import Request
from mockapi.registry.subresource import Scale
from mockapi.registry.writes import Writes, place

# The view's own type; it is served only below other kinds.
SCALE_KIND = Kind(
    group="autoscaling",
    version="v1",
    kind="Scale",
    plural="scale",
    columns=(
        NAME,
        Column("Desired", lambda scale, _now: scale["spec"].get("replicas", 0), type="integer", documented_by="spec.replicas"),
        Column("Available", lambda scale, _now: scale["status"]["replicas"], type="integer", documented_by="status.replicas"),
        AGE,
    ),
)
_NAME = "scale"
_SHOWN = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
_PRECONDITIONS = ("uid", "resourceVersion")


class Scales:
    """GET, PUT and PATCH on /scale of kinds that declare it."""

    def __init__(self, reads: Reads, writes: Writes, pipeline: Pipeline, patcher: Patcher, ownership: Ownership, applier: Applier) -> None:
        self._reads = reads
        self._writes = writes
        self._pipeline = pipeline
        self._patcher = patcher
        self._ownership = ownership
        self._applier = applier

    def get(self, kind: Kind, key: Key) -> Object:
        """The Scale of an object. StatusError 404."""
        return _view(kind, self._reads.get(kind, key).object)

    def update(self, kind: Kind, key: Key, body: Body, request: Request) -> Object:
        """Scales an object to what a Scale says. StatusError 400, 404, 409 or 422."""
        sent = self._pipeline.decoded(SCALE_KIND, body, request)
        return self._update(kind, key, lambda _: copy_of(sent), request)

    def patch(self, kind: Kind, key: Key, patch: Patch, request: Request) -> Object:
        """Scales an object by a patch of its Scale. StatusError 400, 404, 409 or 422."""
        return self._update(kind, key, lambda scale: self._patcher.apply(SCALE_KIND, scale, patch, request), request)

    def apply(self, kind: Kind, key: Key, patch: Patch, request: Request) -> Object:
        """Applies a Scale. StatusError 400, 404, 409 or 422."""
        return self._change(kind, key, lambda scale: self._applier.apply(SCALE_KIND, scale, patch, request, _NAME), request)

    def _update(self, kind: Kind, key: Key, make: Callable[[Object], Object], request: Request) -> Object:
        def owned(scale: Object) -> Object:
            wanted = make(copy_of(scale))
            self._ownership.updated(SCALE_KIND, wanted, scale, request, _NAME)
            return wanted

        return self._change(kind, key, owned, request)

    def _change(self, kind: Kind, key: Key, make: Callable[[Object], Object], request: Request) -> Object:
        def scaled(parent: Object) -> Object:
            declared, meta = _declared(kind), parent["metadata"]
            fields = ScaledFields(meta.pop(MANAGED_FIELDS, None), kind.api_version, declared.replicas, SCALE_KIND.api_version)
            scale = _view(kind, parent)
            scale["metadata"][MANAGED_FIELDS] = fields.of_scale()
            wanted = make(scale)
            place(kind, wanted, key.namespace)
            self._pipeline.admit(Attributes(UPDATE, kind, wanted, _view(kind, parent), request, _NAME, part_of=key))
            _check(key, wanted)
            # A uid or version that the client sends must be the parent's: the write sees to that.
            meta |= {field: wanted["metadata"][field] for field in _PRECONDITIONS if wanted["metadata"].get(field)}
            _set(parent, declared.replicas, (wanted.get("spec") or {}).get("replicas", 0))
            if entries := fields.of_object(wanted["metadata"].get(MANAGED_FIELDS)):
                meta[MANAGED_FIELDS] = entries
            return parent

        return _view(kind, self._writes.change(kind, key, scaled, request, _NAME))


def _declared(kind: Kind) -> Scale:
    subresource = kind.subresource("scale")
    if subresource is None or subresource.scale is None:
        raise errors.unknown_resource()
    return subresource.scale


def _check(key: Key, wanted: Object) -> None:
    name = wanted["metadata"].get("name")
    if name != key.name:
        raise errors.bad_request(f"the name of the object ({name}) does not match the name on the URL ({key.name})")
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    if replicas < 0:
        problem = invalid(SPEC.child("replicas"), replicas, "must be greater than or equal to 0")
        raise errors.invalid(SCALE_KIND.kind, SCALE_KIND.group, key.name, [problem])


def _view(kind: Kind, parent: Object) -> Object:
    declared = _declared(kind)
    meta = {field: parent["metadata"][field] for field in _SHOWN if field in parent["metadata"]}
    replicas = _get(parent, declared.replicas) or 0
    status: Object = {"replicas": _get(parent, declared.status_replicas) or 0}
    if selector := _selector_text(_get(parent, declared.selector)):
        status["selector"] = selector
    spec = {"replicas": replicas} if replicas else {}
    return {"kind": SCALE_KIND.kind, "apiVersion": SCALE_KIND.api_version, "metadata": meta, "spec": spec, "status": status}


def _selector_text(selector: Any) -> str:
    """A LabelSelector, or a plain map as a ReplicationController has it, in the form of a labelSelector parameter."""
    if not isinstance(selector, dict):
        return str(selector or "")
    structured = {"matchLabels", "matchExpressions"} >= set(selector)
    return str(selector_from_object(selector) if structured else selector_from_map(selector))


def _get(obj: Any, path: str) -> Any:
    for part in path.split("."):
        obj = (obj or {}).get(part)
    return obj


def _set(obj: Object, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for part in parents:
        obj = obj.setdefault(part, {})
    obj[last] = value
