"""Rules of a definition's spec (apiextensions.k8s.io/v1 CustomResourceDefinitionSpec), in the order of the real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.kinds.apiextensions.definition.conversion import conversion_errors
from mockapi.kinds.apiextensions.definition.names import missing_names, name_errors
from mockapi.kinds.apiextensions.definition.parts import column_errors, selectable_field_errors, subresource_errors
from mockapi.kinds.apiextensions.definition.versions import common, first_version_errors, one_version_errors, place, version_errors
from mockapi.kinds.apiextensions.schemas.validation import schema_errors
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, Path, invalid, not_supported, required
from mockapi.machinery.meta import Object, Objects

_SCOPES = ("Cluster", "Namespaced")
_IMMUTABLE = "field is immutable"


def spec_errors(spec: Object, path: Path, old: Object | None = None) -> Iterator[FieldError]:
    """All errors of a spec; `old` is what it replaces."""
    versions: Objects = spec.get("versions") or []
    yield from _group_errors(spec.get("group", ""), path.child("group"))
    yield from _scope_errors(spec.get("scope", ""), path.child("scope"))
    for position, version in enumerate(versions):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            yield required(place("schema", path, position).child("openAPIV3Schema"))
    shared = common(versions)
    for position, version in enumerate(versions):
        yield from one_version_errors(version, path.child("versions").item(position))
        own = {part: value for part, value in version.items() if part not in shared}
        yield from _part_errors(own, version, path, position)
    yield from version_errors(versions, path.child("versions"))
    yield from first_version_errors(versions, path)
    yield from missing_names(spec["names"], path.child("names"))
    yield from name_errors(spec["names"], path.child("names"))
    yield from _part_errors(shared, versions[0] if versions else {}, path, None)
    yield from conversion_errors(spec.get("conversion") or {}, path.child("conversion"))
    if spec.get("preserveUnknownFields"):
        sentence = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        yield invalid(path.child("preserveUnknownFields"), True, sentence)


def immutable_errors(spec: Object, old: Object, path: Path, *, established: bool) -> Iterator[FieldError]:
    """What may not change: the resource's name, and of an established definition all that storage depends on."""
    fields = [("scope",), ("names", "kind")] if established else []
    for field in [*fields, ("group",), ("names", "plural")]:
        new, before = _at(spec, field), _at(old, field)
        if new != before:
            yield invalid(path.child(*field), new, _IMMUTABLE)


def _part_errors(parts: Object, version: Object, path: Path, position: int | None) -> Iterator[FieldError]:
    """The errors of the given parts of a version, or of what is common to all versions."""
    has_status = (version.get("subresources") or {}).get("status") is not None
    schema: Object = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    if schema and parts.get("schema"):
        yield from schema_errors(schema, place("schema", path, position).child("openAPIV3Schema"), status=has_status)
    if parts.get("subresources"):
        yield from subresource_errors(parts["subresources"], place("subresources", path, position))
    for index, column in enumerate(parts.get("additionalPrinterColumns") or ()):
        yield from column_errors(column, place("additionalPrinterColumns", path, position).item(index))
    if parts.get("selectableFields"):
        yield from selectable_field_errors(parts["selectableFields"], schema, place("selectableFields", path, position))


def _group_errors(group: str, path: Path) -> Iterator[FieldError]:
    messages = names.dns1123_subdomain(group)
    if not group:
        yield required(path)
    elif messages:
        yield invalid(path, group, ",".join(messages))
    elif "." not in group:
        yield invalid(path, group, "should be a domain with at least one dot")


def _scope_errors(scope: str, path: Path) -> Iterator[FieldError]:
    if not scope:
        yield required(path)
    elif scope not in _SCOPES:
        yield not_supported(path, scope, _SCOPES)


def _at(spec: Object, field: tuple[str, ...]) -> Any:
    value: Any = spec
    for name in field:
        value = value.get(name, "")
    return value
