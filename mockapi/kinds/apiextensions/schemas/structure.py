"""Which schemas are structural: every field has a type, and only what is specified may be judged by allOf, anyOf, oneOf and not."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.apiextensions.schemas.walk import JUNCTORS
from mockapi.machinery.fielderrors import FieldError, Path, forbidden, invalid, required
from mockapi.registry.structural.shape import Schema, is_embedded, items, preserves, properties, values

_ROOT, _FIELD, _ITEM = "at the root", "for specified object fields", "for specified array items"
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
# What may not stand within allOf, anyOf, oneOf and not, and how it would have to be.
_SHAPING = {
    "type": "must be empty to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    "default": "must be undefined to be structural",
    "additionalProperties": "must be undefined to be structural",
    "x-kubernetes-preserve-unknown-fields": "must be false to be structural",
    "x-kubernetes-embedded-resource": "must be false to be structural",
    "x-kubernetes-int-or-string": "must be false to be structural",
    "x-kubernetes-list-map-keys": "must be empty to be structural",
    "x-kubernetes-list-type": "must be undefined to be structural",
    "x-kubernetes-map-type": "must be undefined to be structural",
}


def structural_errors(schema: Schema, path: Path) -> list[FieldError]:
    """Why a schema is not structural, sorted by text as the real server sorts them."""
    return sorted(_errors(schema, _ROOT, path), key=str)


def _errors(schema: Schema, level: str, path: Path) -> Iterator[FieldError]:
    for name, field in properties(schema).items():
        yield from _errors(field, _FIELD, path.child("properties").key(name))
    for extension, inner, below in (("items", items(schema), _ITEM), ("additionalProperties", values(schema), _FIELD)):
        if inner is not None:
            yield from _errors(inner, below, path.child(extension))
    yield from _type_errors(schema, level, path)
    if level == _ROOT or is_embedded(schema):
        yield from _meta_errors(schema, path)
    if is_embedded(schema):
        yield from _embedded_errors(schema, path)
    yield from _judging_errors(schema, path)


def _type_errors(schema: Schema, level: str, path: Path) -> Iterator[FieldError]:
    kind, where = schema.get("type", ""), path.child("type")
    if is_embedded(schema) and kind != "object":
        sentence = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid(where, kind, sentence) if kind else required(where, sentence)
    elif schema.get("x-kubernetes-int-or-string"):
        if kind:
            yield invalid(where, kind, "must be empty if x-kubernetes-int-or-string is true")
    elif not kind and not preserves(schema):
        yield required(where, f"must not be empty {level}")
    if level == _ROOT and kind and kind != "object":
        yield invalid(where, kind, "must be object at the root")


def _meta_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """apiVersion, kind and metadata are specified already; a schema may narrow names, no more."""
    fields = properties(schema)
    for name in ("kind", "apiVersion"):
        if name in fields and fields[name].get("type", "") != "string":
            yield invalid(path.child("properties").key(name).child("type"), fields[name].get("type", ""), "must be string")
    if "metadata" not in fields:
        return
    metadata, where = fields["metadata"], path.child("properties").key("metadata")
    if metadata.get("type", "") != "object":
        yield invalid(where.child("type"), metadata.get("type", ""), "must be object")
    if metadata.keys() - {"type", "description", "properties"} or properties(metadata).keys() - {"name", "generateName"}:
        yield forbidden(where, "must not specify anything other than name and generateName, but metadata is implicitly specified")


def _embedded_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    if schema.get("additionalProperties") is not None:
        yield forbidden(path.child("additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set")
    if not preserves(schema) and not properties(schema):
        sentence = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        yield required(path.child("properties"), sentence)


def _judging_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """The errors of allOf, anyOf, oneOf and not. An integer or a string may be told by them."""
    telling = schema.get("x-kubernetes-int-or-string")
    for name in JUNCTORS:
        for position, inner in enumerate(schema.get(name) or ()):
            if telling and name == "anyOf" and schema["anyOf"] == _INT_OR_STRING:
                continue
            if telling and name == "allOf" and position == 0 and inner.get("anyOf") == _INT_OR_STRING:
                inner = {field: value for field, value in inner.items() if field != "anyOf"}  # noqa: PLW2901
            yield from _judged_errors(inner, schema, path.child(name).item(position), path)
    if schema.get("not") is not None:
        yield from _judged_errors(schema["not"], schema, path.child("not"), path)


def _judged_errors(judging: Schema, judged: Schema, path: Path, at: Path) -> Iterator[FieldError]:
    """The errors of a schema that only judges; `judged` is the structural one, which stands at `at`."""
    for field, sentence in _SHAPING.items():
        if judging.get(field):
            yield forbidden(path.child(field), sentence)
    for name, inner in properties(judging).items():
        where, specified = path.child("properties").key(name), at.child("properties").key(name)
        if name == "metadata":
            yield forbidden(where, "must not be specified in a nested context")
        if name not in properties(judged):
            yield required(specified, f"because it is defined in {where}")
        yield from _judged_errors(inner, properties(judged).get(name, inner), where, specified)
    inner_items = items(judging)
    if inner_items is not None:
        if items(judged) is None:
            yield required(at.child("items"), f"because it is defined in {path.child('items')}")
        yield from _judged_errors(inner_items, items(judged) or inner_items, path.child("items"), at.child("items"))
    for name in JUNCTORS:
        for position, inner in enumerate(judging.get(name) or ()):
            yield from _judged_errors(inner, judged, path.child(name).item(position), at)
    if judging.get("not") is not None:
        yield from _judged_errors(judging["not"], judged, path.child("not"), at)
