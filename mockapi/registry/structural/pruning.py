"""Pruning: fields that a structural schema does not specify are dropped (apiextensions.k8s.io/v1, "Field pruning")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockapi.registry.structural.shape import META_FIELDS, Schema, is_embedded, items, joined, preserves, properties, values

# Drops unknown fields of the value in place and appends their paths to the list.
Prune = Callable[[Any, str, list[str]], None]


def pruner(schema: Schema, *, root: bool = False) -> Prune:
    """The function that prunes values of a schema; `root` says that they are whole objects of the API."""
    fields = {name: pruner(inner) for name, inner in properties(schema).items()}
    rest, each = _rest(schema), _optional(items(schema))
    kept = META_FIELDS if root or is_embedded(schema) else ()
    keeps_unknown = preserves(schema)

    def prune(value: Any, path: str, dropped: list[str]) -> None:
        if isinstance(value, dict):
            for name in list(value):
                inner = fields.get(name, rest)
                if name in kept:
                    continue
                if inner is not None:
                    inner(value[name], joined(path, name), dropped)
                elif not keeps_unknown:
                    dropped.append(joined(path, name))
                    del value[name]
        elif isinstance(value, list) and not (each is prune_all and keeps_unknown):
            for position, item in enumerate(value):
                each(item, f"{path}[{position}]", dropped)

    return prune


def prune_all(value: Any, path: str, dropped: list[str]) -> None:
    """Where there is no schema, objects lose all their fields."""
    if isinstance(value, dict):
        dropped.extend(joined(path, name) for name in value)
        value.clear()
    elif isinstance(value, list):
        for position, item in enumerate(value):
            prune_all(item, f"{path}[{position}]", dropped)


def _rest(schema: Schema) -> Prune | None:
    """How the fields are pruned that the schema does not name; None where they are not pruned but dropped."""
    if values(schema) is not None:
        return _optional(values(schema))
    if schema.get("additionalProperties") and not preserves(schema):
        return prune_all  # `additionalProperties: true` specifies fields, but nothing within them
    return None


def _optional(schema: Schema | None) -> Prune:
    return prune_all if schema is None else pruner(schema)
