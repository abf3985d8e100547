"""Rules of a version's subresources, printer columns and selectable fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockapi.machinery.fielderrors import FieldError, Path, duplicate, invalid, required, too_many
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.structural.fieldpaths import FieldPathError, field_at
from mockapi.registry.structural.shape import Schema

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_SELECTABLE_TYPES = frozenset({"string", "boolean", "integer"})
_MOST_SELECTABLE = 8


def subresource_errors(subresources: Object, path: Path) -> Iterator[FieldError]:
    """The errors of CustomResourceSubresources."""
    scale = subresources.get("scale")
    if scale is None:
        return
    for field, parent in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        where, value = path.child("scale", field), scale.get(field, "")
        if not value:
            yield required(where)
        elif simple := list(simple_path_errors(value, where)):
            yield from simple
        elif not value.startswith(f"{parent}."):
            yield invalid(where, value, f"should be a json path under {parent}")
    yield from _selector_errors(scale.get("labelSelectorPath") or "", path.child("scale", "labelSelectorPath"))


def _selector_errors(value: str, path: Path) -> Iterator[FieldError]:
    simple = list(simple_path_errors(value, path)) if value else []
    if simple:
        yield from simple
    elif value and not value.startswith((".spec.", ".status.")):
        yield invalid(path, value, "should be a json path under either .spec or .status")


def simple_path_errors(value: str, path: Path) -> Iterator[FieldError]:
    """A JSON path must begin with a dot."""
    if not value.startswith("."):
        yield invalid(path, value, "must be a simple json path starting with .")


def column_errors(column: Object, path: Path) -> Iterator[FieldError]:
    """The errors of a printer column."""
    if not column.get("name"):
        yield required(path.child("name"))
    choices = f"must be one of {','.join(_COLUMN_TYPES)}"
    if not column.get("type"):
        yield required(path.child("type"), choices)
    elif column["type"] not in _COLUMN_TYPES:
        yield invalid(path.child("type"), column["type"], choices)
    if column.get("format") and column["format"] not in _COLUMN_FORMATS:
        yield invalid(path.child("format"), column["format"], f"must be one of {','.join(_COLUMN_FORMATS)}")
    if not column.get("jsonPath"):
        yield required(path.child("JSONPath"))
    else:
        yield from simple_path_errors(column["jsonPath"], path.child("JSONPath"))


def selectable_field_errors(fields: Objects, schema: Schema, path: Path) -> Iterator[FieldError]:
    """The errors of the fields that field selectors may name."""
    seen: set[str] = set()
    for position, field in enumerate(fields):
        where, value = path.item(position).child("jsonPath"), field.get("jsonPath", "")
        if not value:
            yield required(where)
            continue
        try:
            found = field_at(value, schema, keyed=False)
        except FieldPathError as failure:
            yield invalid(where, value, f"is an invalid path: {failure}")
            continue
        if re.match(r"\.metadata(\.|$)", value):
            yield invalid(where, value, "must not point to fields in metadata")
        if found.schema.get("type") not in _SELECTABLE_TYPES:
            sentence = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
            yield invalid(where, value, sentence)
        if found.path in seen:
            yield duplicate(where, value)
        seen.add(found.path)
    if len(seen) > _MOST_SELECTABLE:
        yield too_many(path, len(seen), _MOST_SELECTABLE)
