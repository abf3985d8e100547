"""Lists whose items must be unique: x-kubernetes-list-type `set` and `map`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from mockapi.machinery.fielderrors import FieldError, Path, duplicate, invalid
from mockapi.registry.structural.shape import Schema, items, properties, values

# Yields the errors of a value that stands at the path.
Check = Callable[[Any, Path], Iterator[FieldError]]


def list_check(schema: Schema) -> Check | None:
    """The function that finds repeated items of sets and maps; None for a schema without such lists."""
    fields = {name: found for name, inner in properties(schema).items() if (found := list_check(inner))}
    rest, each = _optional(values(schema)), _optional(items(schema))
    unique = _uniqueness(schema)
    if not (fields or rest or each or unique):
        return None

    def check(value: Any, path: Path) -> Iterator[FieldError]:
        if isinstance(value, dict):
            for name in sorted(value):
                if rest is not None and name not in fields:
                    yield from rest(value[name], path.key(name))
                elif name in fields:
                    yield from fields[name](value[name], path.child(name))
        elif isinstance(value, list):
            if unique is not None:
                yield from unique(value, path)
            if each is not None:
                for position, item in enumerate(value):
                    yield from each(item, path.item(position))

    return check


def identity(schema: Schema, item: Any) -> Any:
    """What tells an item of a list of the type `map` from others: its keys, with their defaults."""
    if not isinstance(item, dict):
        return None
    defaults = properties(items(schema) or {})
    found = {}
    for key in schema.get("x-kubernetes-list-map-keys") or ():
        value = item.get(key, defaults.get(key, {}).get("default"))
        if value is not None:
            found[key] = value
    return found


def frozen(value: Any) -> str:
    """A value in a form that can be looked up; 1 and true differ."""
    return json.dumps(value, sort_keys=True)


def _optional(schema: Schema | None) -> Check | None:
    return None if schema is None else list_check(schema)


def _uniqueness(schema: Schema) -> Callable[[list[Any], Path], Iterator[FieldError]] | None:
    match schema.get("x-kubernetes-list-type"):
        case "set":
            return _repeated(lambda item: item)
        case "map":
            return _repeated_keys(schema)
    return None


def _repeated(identify: Callable[[Any], Any]) -> Callable[[list[Any], Path], Iterator[FieldError]]:
    """Each value that stands more than once is told once, at its second place."""

    def check(value: list[Any], path: Path) -> Iterator[FieldError]:
        seen: dict[str, int] = {}
        for position, item in enumerate(value):
            identified = identify(item)
            known = frozen(identified)
            seen[known] = seen.get(known, 0) + 1
            if seen[known] == 2:
                yield duplicate(path.item(position), identified)

    return check


def _repeated_keys(schema: Schema) -> Callable[[list[Any], Path], Iterator[FieldError]]:
    repeated = _repeated(lambda item: identity(schema, item))

    def check(value: list[Any], path: Path) -> Iterator[FieldError]:
        odd = [position for position, item in enumerate(value) if not isinstance(item, dict)]
        for position in odd:
            yield invalid(path.item(position), value[position], "must be an object for an array of list-type map")
        if not odd:
            yield from repeated(value, path)

    return check
