"""The words in which the schemas of the kinds are written (JSONSchemaProps), and parts that several of them have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

_DURATION = r"^([0-9]+(\.[0-9]+)?)(ms|s|m|h)$"
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def struct(description: str, fields: dict[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """An object with these fields."""
    schema = {"type": "object", "description": description, "properties": fields, **more}
    return {**schema, "required": list(required)} if required else schema


def text(description: str, **more: Any) -> Schema:
    """A string."""
    return {"type": "string", "description": description, **more}


def choice(description: str, *values: str, **more: Any) -> Schema:
    """One of some words."""
    return text(description, enum=list(values), **more)


def number(description: str, low: int, high: int, **more: Any) -> Schema:
    """An integer between two bounds, both included."""
    return {"type": "integer", "format": "int64", "description": description, "minimum": low, "maximum": high, **more}


def switch(description: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description}


def several(description: str, items: Schema, **more: Any) -> Schema:
    """A list that is replaced as a whole."""
    return {"type": "array", "description": description, "items": items, "x-kubernetes-list-type": "atomic", **more}


def mapping(description: str, values: Schema) -> Schema:
    """Values by names that users choose."""
    return {"type": "object", "description": description, "additionalProperties": values}


def anything(description: str) -> Schema:
    """An object of any shape."""
    return {"type": "object", "description": description, "x-kubernetes-preserve-unknown-fields": True}


def duration(description: str, **more: Any) -> Schema:
    """A span of time, with its unit."""
    return text(f"{description} A number with a unit: 300ms, 1.5s, 2m, 1h.", pattern=_DURATION, **more)


def label_selector(description: str) -> Schema:
    """A metav1.LabelSelector."""
    requirement = struct(
        "A condition on one label.",
        {
            "key": text("The label."),
            "operator": choice("How the label's value is compared.", *_OPERATORS),
            "values": several("The values for In and NotIn.", {"type": "string"}),
        },
        required=("key", "operator"),
    )
    fields = {
        "matchLabels": mapping("Labels that must have exactly these values.", {"type": "string"}),
        "matchExpressions": several("Further conditions, all of which must hold.", requirement),
    }
    return struct(description, fields, **{"x-kubernetes-map-type": "atomic"})
