"""What of a schema gives a value its shape: its fields, the values of a map, the items of a list."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
"""A JSONSchemaProps as it stands in a CustomResourceDefinition."""

META_FIELDS = ("apiVersion", "kind", "metadata")


def properties(schema: Schema) -> dict[str, Schema]:
    """The schemas of the fields."""
    return schema.get("properties") or {}


def values(schema: Schema) -> Schema | None:
    """The schema of a map's values, if there is one."""
    found = schema.get("additionalProperties")
    return found if isinstance(found, dict) else None


def items(schema: Schema) -> Schema | None:
    """The schema of a list's items, if there is one."""
    found = schema.get("items")
    return found if isinstance(found, dict) else None


def preserves(schema: Schema) -> bool:
    """Whether unknown fields stay (x-kubernetes-preserve-unknown-fields)."""
    return bool(schema.get("x-kubernetes-preserve-unknown-fields"))


def is_embedded(schema: Schema) -> bool:
    """Whether the value is an object of the API (x-kubernetes-embedded-resource)."""
    return bool(schema.get("x-kubernetes-embedded-resource"))


def joined(path: str, field: str) -> str:
    """The path of a field, as errors write it."""
    return f"{path}.{field}" if path else field


def has_rules(schema: Schema) -> bool:
    """Whether there are rules in CEL anywhere in the schema (x-kubernetes-validations)."""
    if schema.get("x-kubernetes-validations"):
        return True
    inner = [*properties(schema).values(), values(schema), items(schema), *(schema.get("allOf") or ())]
    return any(has_rules(part) for part in inner if part is not None)
