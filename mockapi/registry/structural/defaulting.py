"""Defaulting: absent fields get the schema's defaults, and nulls go where null is no value (apiextensions.k8s.io/v1, "Defaulting")."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from mockapi.registry.structural.shape import Schema, items, properties, values

# Fills in the defaults of a value in place.
Default = Callable[[Any], None]


def defaulter(schema: Schema) -> Default | None:
    """The function that completes values of a schema; None where there is nothing to complete."""
    fields = {name: (inner, defaulter(inner)) for name, inner in properties(schema).items()}
    rest, each = values(schema), items(schema)
    complete_rest, complete_each = _optional(rest), _optional(each)
    missing = {name: inner["default"] for name, inner in properties(schema).items() if inner.get("default") is not None}

    def complete_field(value: dict[str, Any], name: str) -> None:
        inner, complete = fields.get(name, (rest, complete_rest))
        if inner is None:
            return
        if value[name] is None and not inner.get("nullable"):
            if inner.get("default") is None:
                del value[name]
                return
            value[name] = deepcopy(inner["default"])
        if complete is not None:
            complete(value[name])

    def default(value: Any) -> None:
        if isinstance(value, dict):
            for name, filling in missing.items():
                if name not in value:
                    value[name] = deepcopy(filling)
            for name in list(value):
                complete_field(value, name)
        elif isinstance(value, list) and each is not None:
            for position, item in enumerate(value):
                if item is None and not each.get("nullable") and each.get("default") is not None:
                    value[position] = deepcopy(each["default"])
                if complete_each is not None:
                    complete_each(value[position])

    return default if fields or rest is not None or each is not None else None


def _optional(schema: Schema | None) -> Default | None:
    return None if schema is None else defaulter(schema)
