"""From schemas to types, and from JSON values to the values that expressions see."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mockapi.registry.cel.formatting import parse_duration
from mockapi.registry.cel.types import BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, ObjectType, Type, list_of, map_of
from mockapi.registry.cel.values import UnorderedList
from mockapi.registry.structural.shape import Schema, is_embedded, items, properties, values

Convert = Callable[[Any], Any]

_KEYWORDS = "true false null in as break const continue else for function if import let loop package namespace return var void while"
_WORDS = frozenset(_KEYWORDS.split())
_ESCAPES = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))
_PLAIN = {"boolean": BOOL, "integer": INT, "number": DOUBLE, "string": STRING}
_FORMATS = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}
_TEXT: Schema = {"type": "string"}
_NAMES: Schema = {"type": "object", "properties": {"name": _TEXT, "generateName": _TEXT}}


def escaped(name: str) -> str | None:
    """A field's name as expressions write it; None when they cannot."""
    if name in _WORDS:
        return f"__{name}__"
    for letters, replacement in _ESCAPES:
        name = name.replace(letters, replacement)
    return name if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) else None


def with_meta(schema: Schema) -> Schema:
    """The schema of a whole object as rules see it: of its metadata only the names."""
    return {**schema, "properties": {**properties(schema), "apiVersion": _TEXT, "kind": _TEXT, "metadata": _NAMES}}


def type_of_schema(schema: Schema, name: str, *, object_root: bool = False) -> Type | None:
    """The type of a schema's values; `name` names objects in errors. None for values that rules cannot see."""
    if schema.get("x-kubernetes-int-or-string"):
        return DYN
    match schema.get("type", ""):
        case "array":
            inner = items(schema)
            item = type_of_schema(inner, f"{name}.@idx", object_root=is_embedded(inner)) if inner is not None else None
            return None if item is None else list_of(item)
        case "object":
            return _object_type(with_meta(schema) if object_root or is_embedded(schema) else schema, name)
        case "":
            return DYN if schema.get("x-kubernetes-preserve-unknown-fields") else None
        case plain:
            return _FORMATS.get(schema.get("format", ""), STRING) if plain == "string" else _PLAIN.get(plain)


def _object_type(schema: Schema, name: str) -> Type | None:
    rest = values(schema)
    if rest is not None:
        value = type_of_schema(rest, f"{name}.@elem", object_root=is_embedded(rest))
        return None if value is None else map_of(STRING, value)
    fields = {}
    for field, inner in properties(schema).items():
        shown, declared = escaped(field), type_of_schema(inner, f"{name}.{field}", object_root=is_embedded(inner))
        if shown is not None and declared is not None:
            fields[shown] = (field, declared)
    return ObjectType(name, fields=fields)


def converter(schema: Schema, *, object_root: bool = False) -> Convert:
    """The function that turns JSON values of a schema into those of expressions."""
    if schema.get("x-kubernetes-int-or-string"):
        return _unchanged
    match schema.get("type", ""):
        case "array":
            return _list_converter(schema)
        case "object":
            return _object_converter(with_meta(schema) if object_root or is_embedded(schema) else schema)
        case "number":
            return lambda value: float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        case "string":
            return _PARSERS.get(schema.get("format", ""), _unchanged)
    return _unchanged


def _unchanged(value: Any) -> Any:
    return value


def _list_converter(schema: Schema) -> Convert:
    each = converter(items(schema) or {})
    kind, keys = schema.get("x-kubernetes-list-type"), tuple(schema.get("x-kubernetes-list-map-keys") or ())

    def convert(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        converted = [each(item) for item in value]
        return UnorderedList(converted, keys if kind == "map" else ()) if kind in {"set", "map"} else converted

    return convert


def _object_converter(schema: Schema) -> Convert:
    rest = values(schema)
    if rest is not None:
        each = converter(rest)
        return lambda value: {name: each(inner) for name, inner in value.items()} if isinstance(value, dict) else value
    fields = {name: converter(inner) for name, inner in properties(schema).items()}

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: fields[name](inner) for name, inner in value.items() if name in fields}

    return convert


def _parsed(parse: Convert) -> Convert:
    """A text in another form; one that cannot be read is left to be told by the schema."""

    def convert(value: Any) -> Any:
        try:
            return parse(value) if isinstance(value, str) else value
        except (ValueError, binascii.Error):
            return value

    return convert


def _time(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


_PARSERS: dict[str, Convert] = {
    "byte": _parsed(lambda text: base64.b64decode(text, validate=True)),
    "duration": _parsed(parse_duration),
    "date": _parsed(_time),
    "date-time": _parsed(_time),
}
