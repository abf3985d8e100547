"""core/v1 Namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mockapi.machinery import errors, names
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, invalid
from mockapi.machinery.meta import Key, Object, name_of
from mockapi.machinery.objectmeta import is_qualified_finalizer
from mockapi.registry.body import Body
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import ALL_VERBS, Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.resources import Resources
from mockapi.registry.strategy import Strategy, zero_filled
from mockapi.registry.subresource import STATUS, Subresource, governed

_FINALIZER = "kubernetes"
_PROTECTED = ("default", "kube-system", "kube-public")
_NAME_LABEL = "kubernetes.io/metadata.name"


class NamespaceStrategy(Strategy):
    """A namespace goes when its content is gone: its finalizers are in the spec and taken away through /finalize."""

    name_rule = staticmethod(names.dns1123_label)
    returns_deleted = True
    has_status = True
    revalidates_metadata = True
    deletes_in_two_steps = True

    def default(self, obj: Object) -> None:
        # Set by the server so that selectors can name a namespace (KEP-2161).
        if name_of(obj):
            obj["metadata"]["labels"] = {**(obj["metadata"].get("labels") or {}), _NAME_LABEL: name_of(obj)}

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        self.default(obj)  # again, now that a generated name is known
        obj["status"] = {"phase": "Active"}
        finalizers = obj["spec"].get("finalizers") or []
        obj["spec"]["finalizers"] = finalizers if _FINALIZER in finalizers else [*finalizers, _FINALIZER]

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        obj["spec"] = old["spec"]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        path = SPEC.child("finalizers")
        return [error for finalizer in obj["spec"].get("finalizers") or () for error in _finalizer_errors(finalizer, path)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return []

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        phase, expected = obj["status"].get("phase"), "Terminating" if old["metadata"].get("deletionTimestamp") else "Active"
        if phase == expected:
            return []
        when = "not " if expected == "Terminating" else ""
        return [invalid("status.Phase", phase, f"may only be '{expected}' if `deletionTimestamp` is {when}empty")]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return zero_filled({"status.phase": (obj.get("status") or {}).get("phase")})

    def refuse_deletion(self, obj: Object, request: Request) -> None:
        if name_of(obj) in _PROTECTED:
            raise errors.forbidden("namespaces", "", name_of(obj), "this namespace may not be deleted")

    def delays_deletion(self, obj: Object) -> bool:
        return bool(obj["spec"].get("finalizers")) or super().delays_deletion(obj)

    def mark_deleted(self, obj: Object, request: Request) -> None:
        del obj["metadata"]["deletionGracePeriodSeconds"]
        obj["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}


class FinalizeStrategy(NamespaceStrategy):
    """The rules of /finalize, which alone may change spec.finalizers."""

    revalidates_metadata = False
    subresource = "finalize"

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        """Unlike on the namespace itself, the client's finalizers count."""

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        finalizers, path = obj["spec"].get("finalizers") or (), SPEC.child("finalizers")
        return [error for position, finalizer in enumerate(finalizers) for error in _finalizer_errors(finalizer, path.item(position))]


def finalize(resources: Resources, key: Key, body: Object, request: Request) -> Object:
    """PUT on /finalize. StatusError 400, 404, 409 or 422."""
    return resources.update(governed(KIND, _FINALIZE), key, Body(body), request).object


_FINALIZE = FinalizeStrategy()


def _finalizer_errors(finalizer: str, path: Path) -> Iterator[FieldError]:
    yield from (invalid(path, finalizer, message) for message in names.qualified_name(finalizer))
    if not is_qualified_finalizer(finalizer):
        yield invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")


def _phase(obj: Object, _now: datetime) -> Any:
    return (obj.get("status") or {}).get("phase", "")


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    namespaced=False,
    short_names=("ns",),
    verbs=tuple(verb for verb in ALL_VERBS if verb != "deletecollection"),
    strategy=NamespaceStrategy(),
    columns=(NAME, Column("Status", _phase, documented_by="status.phase"), AGE),
    subresources=(Subresource("finalize", verbs=("update",), handlers=(("update", finalize),)), STATUS),
)
