"""The rules of metadata that every kind shares.

The real server reports some errors more than once, because several layers check the same rule. On update the generic layer calls
`validate_object_meta` (name rule: `names.path_segment_name`) and `validate_object_meta_update`. Then the kind's strategy calls
`validate_object_meta_update` again and, when it also checks the object as a new one (Service does), `validate_object_meta`. So a bad
label stands three times in the causes of a Deployment and four times in those of a Service; a changed immutable field or a late
finalizer stands twice. A create is checked by the kind alone, and by the generic layer only when the kind finds nothing.
Built-in kinds add `validate_kube_finalizer_names` to each of their own two checks; the generic layer and custom resources do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import METADATA, FieldError, Path
from mockapi.machinery.meta import Object

IMMUTABLE = "field is immutable"

_ANNOTATIONS_LIMIT = 256 * 1024
_MANAGER_LIMIT = 128
_SUBRESOURCE_LIMIT = 256
_ORPHAN = "orphan"
_FOREGROUND = "foregroundDeletion"
STANDARD_FINALIZERS = frozenset({"kubernetes", _ORPHAN, _FOREGROUND})
_BANNED_OWNERS = frozenset({("", "v1", "Event")})
_REFERENCE_FIELDS = ("apiVersion", "kind", "name", "uid")
_IMMUTABLE_FIELDS = {"name": "", "namespace": "", "uid": "", "creationTimestamp": None}
_IMMUTABLE_DELETION_FIELDS = ("deletionTimestamp", "deletionGracePeriodSeconds")


def validate_object_meta(meta: Object, *, namespaced: bool, name_rule: names.NameRule, path: Path = METADATA) -> list[FieldError]:
    """The errors of a new object's metadata, its name already generated; also of a pod template's when a name is set."""
    return [
        *_name_errors(meta, name_rule, path),
        *_namespace_errors(meta.get("namespace") or "", namespaced, path.child("namespace")),
        *_generation_errors(meta.get("generation") or 0, path.child("generation")),
        *validate_labels(meta.get("labels") or {}, path.child("labels")),
        *validate_annotations(meta.get("annotations") or {}, path.child("annotations")),
        *validate_owner_references(meta.get("ownerReferences") or [], path.child("ownerReferences")),
        *validate_finalizers(meta.get("finalizers") or [], path.child("finalizers")),
        *_managed_fields_errors(meta.get("managedFields") or [], path.child("managedFields")),
    ]


def validate_object_meta_update(new: Object, old: Object, path: Path = METADATA) -> list[FieldError]:
    """The errors of metadata `new` that is to replace `old`."""
    return [
        *_late_finalizers(new, old, path.child("finalizers")),
        *_version_errors(new, old, path),
        *_immutable_errors(new, old, path),
        *validate_labels(new.get("labels") or {}, path.child("labels")),
        *validate_annotations(new.get("annotations") or {}, path.child("annotations")),
        *validate_owner_references(new.get("ownerReferences") or [], path.child("ownerReferences")),
        *_managed_fields_errors(new.get("managedFields") or [], path.child("managedFields")),
    ]


def is_qualified_finalizer(finalizer: str) -> bool:
    """Whether a finalizer has a domain or is one that Kubernetes itself uses."""
    return "/" in finalizer or finalizer in STANDARD_FINALIZERS


def validate_kube_finalizer_names(meta: Object, path: Path = METADATA) -> list[FieldError]:
    """What built-in kinds ask of finalizers besides: a name without a domain must be one that Kubernetes itself uses."""
    sentence = "name is neither a standard finalizer name nor is it fully qualified"
    return [
        fielderrors.invalid(path.child("finalizers").item(position), finalizer, sentence)
        for position, finalizer in enumerate(meta.get("finalizers") or [])
        if not is_qualified_finalizer(finalizer)
    ]


def validate_labels(labels: Mapping[str, str], path: Path) -> list[FieldError]:
    """The errors of a map of labels, also of one that selects by labels (`spec.selector`)."""
    errors = []
    for key, value in labels.items():
        errors += _invalid(path, key, names.qualified_name(key))
        errors += _invalid(path, value, names.label_value(value))
    return errors


def validate_annotations(annotations: Mapping[str, str], path: Path) -> list[FieldError]:
    """The errors of a map of annotations: their keys, whose case does not matter, and their size in all."""
    errors = [error for key in annotations for error in _invalid(path, key, names.qualified_name(key.lower()))]
    if sum(names.size(key) + names.size(value) for key, value in annotations.items()) > _ANNOTATIONS_LIMIT:
        errors.append(fielderrors.too_long(path, _ANNOTATIONS_LIMIT))
    return errors


def validate_owner_references(references: list[Object], path: Path) -> list[FieldError]:
    """The errors of metadata.ownerReferences; they name the list, not its items."""
    errors: list[FieldError] = []
    first = ""
    for reference in references:
        errors += _owner_errors(reference, path)
        if not reference.get("controller"):
            continue
        owner = f"{reference.get('kind', '')}/{reference.get('name', '')}"
        if first:
            found = f'Only one reference can have Controller set to true. Found "true" in references for {first} and {owner}'
            errors.append(fielderrors.invalid(path, [_in_order(each) for each in references], found))
        first = first or owner
    return errors


def validate_finalizers(finalizers: list[str], path: Path) -> list[FieldError]:
    """The errors of metadata.finalizers that hold for every kind."""
    errors = [error for finalizer in finalizers for error in _invalid(path, finalizer, names.qualified_name(finalizer))]
    if {_ORPHAN, _FOREGROUND} <= set(finalizers):
        errors.append(fielderrors.invalid(path, finalizers, f"finalizer {_ORPHAN} and {_FOREGROUND} cannot be both set"))
    return errors


def _invalid(path: Path, value: Any, messages: Iterable[str]) -> list[FieldError]:
    return [fielderrors.invalid(path, value, message) for message in messages]


def _name_errors(meta: Object, name_rule: names.NameRule, path: Path) -> Iterator[FieldError]:
    if prefix := meta.get("generateName"):
        yield from _invalid(path.child("generateName"), prefix, name_rule(names.completed(prefix)))
    if name := meta.get("name"):
        yield from _invalid(path.child("name"), name, name_rule(name))
    else:
        yield fielderrors.required(path.child("name"), "name or generateName is required")


def _namespace_errors(namespace: str, namespaced: bool, path: Path) -> list[FieldError]:
    if namespaced:
        return _invalid(path, namespace, names.dns1123_label(namespace)) if namespace else [fielderrors.required(path)]
    return [fielderrors.forbidden(path, "not allowed on this type")] if namespace else []


def _generation_errors(generation: int, path: Path) -> list[FieldError]:
    return [fielderrors.invalid(path, generation, "must be greater than or equal to 0")] if generation < 0 else []


def _owner_errors(reference: Object, path: Path) -> Iterator[FieldError]:
    group, version = _group_version(reference.get("apiVersion", ""))
    if not version:
        yield fielderrors.invalid(path.child("apiVersion"), reference.get("apiVersion", ""), "version must not be empty")
    for field in _REFERENCE_FIELDS[1:]:
        if not reference.get(field):
            yield fielderrors.invalid(path.child(field), "", "must not be empty")
    kind = reference.get("kind", "")
    if (group, version, kind) in _BANNED_OWNERS:
        yield fielderrors.invalid(path, _in_order(reference), f"{group}/{version}, Kind={kind} is disallowed from being an owner")


def _group_version(api_version: str) -> tuple[str, str]:
    """The two parts of an apiVersion, both empty when it has more slashes than one."""
    group, _, version = api_version.rpartition("/")
    return ("", "") if "/" in group else (group, version)


def _in_order(reference: Object) -> Object:
    """An owner reference as Kubernetes prints it: its fields in their declared order."""
    shown: Object = {field: reference.get(field, "") for field in _REFERENCE_FIELDS}
    for field in ("controller", "blockOwnerDeletion"):
        if reference.get(field) is not None:
            shown[field] = reference[field]
    return shown


def _managed_fields_errors(entries: list[Object], path: Path) -> Iterator[FieldError]:
    for position, entry in enumerate(entries):
        item = path.item(position)
        if entry.get("operation") not in {"Apply", "Update"}:
            yield fielderrors.invalid(item.child("operation"), entry.get("operation", ""), "must be `Apply` or `Update`")
        if entry.get("fieldsType", "") not in {"", "FieldsV1"}:
            yield fielderrors.invalid(item.child("fieldsType"), entry["fieldsType"], "must be `FieldsV1`")
        yield from validate_field_manager(entry.get("manager", ""), item.child("manager"))
        if names.size(entry.get("subresource", "")) > _SUBRESOURCE_LIMIT:
            yield fielderrors.too_long(item.child("subresource"), _SUBRESOURCE_LIMIT)


def validate_field_manager(manager: str, path: Path) -> Iterator[FieldError]:
    """The errors of a field manager's name, in managedFields or in the parameter `fieldManager`."""
    if names.size(manager) > _MANAGER_LIMIT:
        yield fielderrors.too_long(path, _MANAGER_LIMIT)
    offset = 0
    for character in manager:
        if not character.isprintable():
            yield fielderrors.invalid(path, manager, f"invalid character U+{ord(character):04X} (at position {offset})")
        offset += len(character.encode())


def _late_finalizers(new: Object, old: Object, path: Path) -> list[FieldError]:
    added = set(new.get("finalizers") or []) - set(old.get("finalizers") or [])
    if not old.get("deletionTimestamp") or not added:
        return []
    listed = ", ".join(fielderrors.printed(finalizer) for finalizer in sorted(added))
    sentence = f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}"
    return [fielderrors.forbidden(path, sentence)]


def _version_errors(new: Object, old: Object, path: Path) -> Iterator[FieldError]:
    if not new.get("resourceVersion"):
        yield fielderrors.invalid(path.child("resourceVersion"), "", "must be specified for an update")
    if (new.get("generation") or 0) < (old.get("generation") or 0):
        yield fielderrors.invalid(path.child("generation"), new.get("generation") or 0, "must not be decremented")


def _immutable_errors(new: Object, old: Object, path: Path) -> Iterator[FieldError]:
    for field, zero in _IMMUTABLE_FIELDS.items():
        value = new.get(field) or zero
        if value != (old.get(field) or zero):
            yield fielderrors.invalid(path.child(field), value, IMMUTABLE)
    for field in _IMMUTABLE_DELETION_FIELDS:
        if new.get(field) != old.get(field):
            yield fielderrors.invalid(path.child(field), new.get(field), IMMUTABLE)
