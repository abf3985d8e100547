"""Types for the managed fields of custom resources, made of their structural schemas."""

from __future__ import annotations

from mockapi.registry.apply.lists import Associative, PlainList
from mockapi.registry.apply.maps import Deduced, Granular
from mockapi.registry.apply.types import Atomic, Scalar, Type
from mockapi.registry.structural.shape import Schema, items, preserves, properties, values

_SCALARS = {"string": "string", "boolean": "boolean", "integer": "numeric", "number": "numeric"}
_UNTYPED = Scalar("untyped")
_DEDUCED = Deduced()


def custom_type(schema: Schema, metadata: Type) -> Type:
    """The type of a custom resource; `metadata` is that of its metadata."""
    root = _struct(schema)
    root.fields |= {"apiVersion": Scalar("string"), "kind": Scalar("string"), "metadata": metadata}
    return root


def _type(schema: Schema) -> Type:
    if schema.get("x-kubernetes-int-or-string"):
        return _UNTYPED
    kind = schema.get("type", "")
    if kind == "array":
        return _list(schema)
    if kind == "object":
        return Atomic(_struct(schema)) if schema.get("x-kubernetes-map-type") == "atomic" else _struct(schema)
    return Scalar(_SCALARS[kind]) if kind in _SCALARS else _DEDUCED


def _struct(schema: Schema) -> Granular:
    fields = {name: _type(inner) for name, inner in properties(schema).items()}
    element = values(schema)
    if element is not None:
        return Granular(fields, _type(element))
    return Granular(fields, _DEDUCED if preserves(schema) or not fields else None)


def _list(schema: Schema) -> Type:
    item = items(schema) or {}
    kind = schema.get("x-kubernetes-list-type", "atomic")
    if kind == "atomic":
        return Atomic(PlainList(_type(item)))
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    defaults = {key: inner["default"] for key, inner in properties(item).items() if key in keys and "default" in inner}
    return Associative(_type(item), keys, defaults)
