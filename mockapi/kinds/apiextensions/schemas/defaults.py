"""Defaults must be values that the schema allows."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from mockapi.machinery.fielderrors import FieldError, Path, invalid
from mockapi.registry.structural.listtypes import list_check
from mockapi.registry.structural.outcome import ABSENT
from mockapi.registry.structural.pruning import pruner
from mockapi.registry.structural.shape import Schema, is_embedded, items, properties, values
from mockapi.registry.structural.values import validator


def default_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """The errors of all defaults in a structural schema."""
    if schema.get("default") is not None:
        yield from _errors(schema, path.child("default"))
    for field, inner in (("items", items(schema)), ("additionalProperties", values(schema))):
        if inner is not None:
            yield from default_errors(inner, path.child(field))
    for name in sorted(properties(schema)):
        yield from default_errors(properties(schema)[name], path.child("properties").key(name))


def _errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    value = deepcopy(schema["default"])
    pruner(schema, root=is_embedded(schema))(value, "", [])
    if value != schema["default"]:
        yield invalid(path, schema["default"], "must not have unknown fields")
        return
    found = validator(schema)(value, ABSENT, "").located(path)
    lists = list_check(schema)
    yield from found or (lists(value, path) if lists is not None else ())
