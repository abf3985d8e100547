"""Rules of x-kubernetes-map-type, x-kubernetes-list-type and x-kubernetes-list-map-keys."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.fielderrors import FieldError, Path, forbidden, invalid, not_supported, required
from mockapi.registry.structural.shape import Schema, items, properties

_MAP_TYPES = ("atomic", "granular")
_LIST_TYPES = ("atomic", "set", "map")
_MAP_TYPE, _LIST_TYPE, _KEYS = "x-kubernetes-map-type", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
_ATOMIC_IN_SET = "must be atomic as item of a list with x-kubernetes-list-type=set"


def map_type_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """Only objects have a map type."""
    declared = schema.get(_MAP_TYPE)
    if declared is None:
        return
    yield from _type_errors(schema, "object", _MAP_TYPE, path)
    if declared not in _MAP_TYPES:
        yield not_supported(path.child(_MAP_TYPE), declared, _MAP_TYPES)


def list_type_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """Only lists have a list type; what identifies the items must be there."""
    declared, keys = schema.get(_LIST_TYPE), schema.get(_KEYS) or []
    if declared is not None:
        wrong = list(_type_errors(schema, "array", _LIST_TYPE, path))
        yield from wrong
        if declared == "set" and not wrong:
            yield from _set_errors(items(schema) or {}, path.child("items"))
        if declared not in _LIST_TYPES:
            yield not_supported(path.child(_LIST_TYPE), declared, _LIST_TYPES)
    if keys and declared != "map":
        sentence = f"must be map if {_KEYS} is non-empty"
        yield required(path.child(_LIST_TYPE), sentence) if declared is None else invalid(path.child(_LIST_TYPE), declared, sentence)
    if declared == "map":
        yield from _map_errors(schema, keys, path)
    if declared in {"set", "map"}:
        yield from _identity_errors(schema, str(declared), keys, path.child("items"))


def _type_errors(schema: Schema, wanted: str, extension: str, path: Path) -> Iterator[FieldError]:
    kind, sentence = schema.get("type", ""), f"must be {wanted} if {extension} is specified"
    if kind != wanted:
        yield invalid(path.child("type"), kind, sentence) if kind else required(path.child("type"), sentence)


def _set_errors(item: Schema, path: Path) -> Iterator[FieldError]:
    if item.get("type") == "array" and item.get(_LIST_TYPE) not in {None, "atomic"}:
        yield invalid(path.child(_LIST_TYPE), item[_LIST_TYPE], _ATOMIC_IN_SET)
    if item.get("type") == "object" and item.get(_MAP_TYPE) != "atomic":
        yield invalid(path.child(_MAP_TYPE), item.get(_LIST_TYPE), _ATOMIC_IN_SET)


def _map_errors(schema: Schema, keys: list[str], path: Path) -> Iterator[FieldError]:
    if not keys:
        yield required(path.child(_KEYS), "must not be empty if x-kubernetes-list-type is map")
    item = items(schema)
    if item is None:
        yield required(path.child("items"), "must have a schema if x-kubernetes-list-type is map")
        return
    if item.get("type") != "object":
        yield invalid(path.child("items", "type"), item.get("type", ""), "must be object if parent array's x-kubernetes-list-type is map")
        return
    for position, key in enumerate(keys):
        found = properties(item).get(key)
        if found is None:
            yield invalid(path.child(_KEYS), keys, "entries must all be names of item properties")
        elif found.get("type") in {"array", "object"}:
            where = path.child("items", "properties").key(key).child("type")
            yield invalid(where, item["type"], "must be a scalar type if parent array's x-kubernetes-list-type is map")
        if key in keys[:position]:
            yield invalid(path.child(_KEYS), keys, "must not contain duplicate entries")


def _identity_errors(schema: Schema, declared: str, keys: list[str], path: Path) -> Iterator[FieldError]:
    item = items(schema) or {}
    if item.get("nullable"):
        yield forbidden(path.child("nullable"), f"cannot be nullable when x-kubernetes-list-type is {declared}")
    for key in keys if declared == "map" else ():
        found = properties(item).get(key)
        if found is None:
            continue
        where = path.child("properties").key(key)
        if key not in (item.get("required") or ()) and found.get("default") is None:
            sentence = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            yield required(where.child("default"), sentence)
        if found.get("nullable"):
            yield forbidden(where.child("nullable"), "this property is in x-kubernetes-list-map-keys, so it cannot be nullable")
