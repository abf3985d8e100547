"""Definitions as OpenAPI v3 component schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions, Schema, json_type, reference

_COMPONENTS = "#/components/schemas/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
DELETE_OPTIONS, STATUS, PATCH, WATCH_EVENT = (f"{_META}.{name}" for name in ("DeleteOptions", "Status", "Patch", "WatchEvent"))


def ref(name: str) -> Schema:
    """A reference to a component schema."""
    return {"$ref": _COMPONENTS + name}


def name_of(definitions: Definitions, kind: Kind) -> str:
    """The component that describes a kind: its definition, or for kinds that Kubernetes does not know a name in the same style."""
    return definitions.name_of(kind.group, kind.version, kind.kind) or _coined(kind)


def components(definitions: Definitions, kinds: Iterable[Kind], roots: Iterable[str]) -> dict[str, Schema]:
    """The component schemas of the kinds, of the other roots and of all that these refer to, by name."""
    found = {_coined(kind): _own(kind) for kind in kinds if definitions.name_of(kind.group, kind.version, kind.kind) is None}
    waiting = [name_of(definitions, kind) for kind in kinds] + [f"{_META}.ObjectMeta", *roots]
    while waiting:
        name = waiting.pop()
        if name not in found and name in definitions:
            found[name] = converted(definitions[name])
            waiting += _referred(definitions[name])
    return dict(sorted(found.items()))


def converted(schema: Schema) -> Schema:
    """A definition in OpenAPI v3's dialect: no null in types, references as component references, no enumeration of the type's own name."""
    result: Schema = {}
    for key, value in schema.items():
        match key:
            case "type":
                result["type"] = json_type(schema)
            case "properties":
                result["properties"] = {name: _property(name, inner) for name, inner in value.items()}
            case "items" | "additionalProperties" if isinstance(value, dict):
                result[key] = converted(value)
            case "oneOf":
                result["oneOf"] = [converted(inner) for inner in value]
            case "$ref":
                pass
            case _:
                result[key] = value
    return _with_reference(result, schema)


def _with_reference(result: Schema, schema: Schema) -> Schema:
    """In OpenAPI v3 a reference has no siblings: with a description beside it, it goes into allOf."""
    name = reference(schema)
    if name is None:
        return result
    return {**result, "allOf": [ref(name)]} if result else ref(name)


def _property(name: str, schema: Schema) -> Schema:
    if name in {"kind", "apiVersion"}:
        schema = {key: value for key, value in schema.items() if key != "enum"}
    return converted(schema)


def _referred(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        name = reference(value) if isinstance(value.get("$ref"), str) else None
        if name is not None:
            yield name
        for inner in value.values():
            yield from _referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _referred(inner)


def _coined(kind: Kind) -> str:
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def _own(kind: Kind) -> Schema:
    """The schema of a kind without a definition: its own or that of its codec, completed by what every object has."""
    schema: Schema = kind.codec.schema if kind.codec is not None else {"type": "object", **kind.schema}
    metadata = {"description": "Names and describes the object.", "allOf": [ref(f"{_META}.ObjectMeta")]}
    every: Schema = {"apiVersion": _text("The version of the schema."), "kind": _text("The kind of the object."), "metadata": metadata}
    group_version_kind = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    properties = {**(schema.get("properties") or {}), **every}
    return {**schema, "properties": properties, "x-kubernetes-group-version-kind": [group_version_kind]}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}
