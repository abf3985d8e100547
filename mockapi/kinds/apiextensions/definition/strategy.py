"""The hooks of CustomResourceDefinition."""

from __future__ import annotations

from mockapi.kinds.apiextensions.definition.approval import approval_errors
from mockapi.kinds.apiextensions.definition.names import name_errors
from mockapi.kinds.apiextensions.definition.spec import immutable_errors, spec_errors
from mockapi.kinds.apiextensions.definition.versions import stored_version_errors
from mockapi.kinds.apiextensions.schemas.walk import unrecognized_formats
from mockapi.machinery import names
from mockapi.machinery.clock import timestamp
from mockapi.machinery.conditions import is_true, with_condition
from mockapi.machinery.fielderrors import SPEC, FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_object_meta, validate_object_meta_update
from mockapi.registry.definitions import CLEANUP_FINALIZER, ESTABLISHED, TERMINATING
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_STATUS = Path("status")
_HTTPS = 443


class DefinitionStrategy(Strategy):
    """A definition declares a resource; a controller accepts its names, and then every server serves it."""

    has_status = True
    status_keeps_metadata = True
    keeps_generation = True
    deletes_in_two_steps = True

    def default(self, obj: Object) -> None:
        spec = obj["spec"]
        declared = spec["names"]
        if declared.get("kind"):
            declared["singular"] = declared.get("singular") or declared["kind"].lower()
            declared["listKind"] = declared.get("listKind") or declared["kind"] + "List"
        if spec.get("conversion") is None:
            spec["conversion"] = {"strategy": "None"}
        service = ((spec["conversion"].get("webhook") or {}).get("clientConfig") or {}).get("service")
        if service is not None and service.get("port") is None:
            service["port"] = _HTTPS

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        _note_storage_version(obj)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        obj["status"] = dict(obj["status"])
        _note_storage_version(obj)

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        spec = obj["spec"]
        wanted = f"{spec['names'].get('plural', '')}.{spec.get('group', '')}"

        def rule(name: str) -> list[str]:
            mismatch = [] if name == wanted else ['must be spec.names.plural+"."+spec.group']
            return names.dns1123_subdomain(name) + mismatch

        return validate_object_meta(obj["metadata"], namespaced=False, name_rule=rule)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        changes = validate_object_meta_update(obj["metadata"], old["metadata"])
        return [*validate_object_meta(obj["metadata"], namespaced=False, name_rule=names.path_segment_name), *changes, *changes]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return [*spec_errors(obj["spec"], SPEC), *_status_errors(obj), *approval_errors(obj, None)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [
            *spec_errors(obj["spec"], SPEC, old["spec"]),
            *immutable_errors(obj["spec"], old["spec"], SPEC, established=is_true(old, ESTABLISHED)),
            *_status_errors(obj),
            *approval_errors(obj, old),
        ]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(name_errors(obj["status"]["acceptedNames"], _STATUS.child("acceptedNames")))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [f'unrecognized format "{name}"' for name in unrecognized_formats(obj["spec"])]

    def delays_deletion(self, obj: Object) -> bool:
        """What the definition defines goes first: its deletion always begins by waiting."""
        return not obj["metadata"].get("deletionTimestamp") or super().delays_deletion(obj)

    def mark_deleted(self, obj: Object, request: Request) -> None:
        """The real server marks definitions in a way of its own, which knows no grace period and leaves the generation as it is."""
        meta, status = obj["metadata"], obj["status"]
        del meta["deletionGracePeriodSeconds"]
        meta["generation"] -= 1
        if CLEANUP_FINALIZER not in (meta.get("finalizers") or ()):
            meta["finalizers"] = [*(meta.get("finalizers") or ()), CLEANUP_FINALIZER]
        sentence = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
        now = timestamp(request.clock.now())
        status["conditions"] = with_condition(status.get("conditions"), TERMINATING, "True", "InstanceDeletionPending", sentence, now)


def _status_errors(obj: Object) -> list[FieldError]:
    status = obj["status"]
    return [
        *name_errors(status["acceptedNames"], _STATUS.child("acceptedNames")),
        *stored_version_errors(status.get("storedVersions"), obj["spec"].get("versions") or [], _STATUS.child("storedVersions")),
    ]


def _note_storage_version(obj: Object) -> None:
    """Remembers every version in which objects may be stored."""
    status = obj["status"]
    stored = list(status.get("storedVersions") or ())
    storage = next((version["name"] for version in obj["spec"].get("versions") or () if version["storage"]), None)
    if storage is not None and storage not in stored:
        status["storedVersions"] = [*stored, storage]
