"""Evaluating expressions about a value of a schema."""

from typing import Any

from mockapi.registry.cel.declarations import converter, type_of_schema
from mockapi.registry.cel.program import Program, compile_expression
from mockapi.registry.cel.types import DYN, optional
from mockapi.registry.cel.values import NONE

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "a": {"type": "integer"},
        "n": {"type": "number"},
        "name": {"type": "string"},
        "flag": {"type": "boolean"},
        "list": {"type": "array", "items": {"type": "integer"}},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "port": {"x-kubernetes-int-or-string": True},
        "namespace": {"type": "string"},
        "x-y.z": {"type": "string"},
        "when": {"type": "string", "format": "date-time"},
        "long": {"type": "string", "format": "duration"},
        "data": {"type": "string", "format": "byte"},
        "absent": {"type": "string"},
        "opaque": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}
VALUE = {
    "a": 1,
    "n": 2,
    "name": "Abc",
    "flag": True,
    "list": [1, 2, 3],
    "set": ["x", "y"],
    "map": {"k": 1, "l": 2},
    "port": 80,
    "namespace": "ns",
    "x-y.z": "q",
    "when": "2026-01-02T03:04:05Z",
    "long": "1h30m",
    "data": "aGk=",
    "opaque": {"any": 1},
}


def program(text: str) -> Program:
    """The compiled expression."""
    kind = type_of_schema(SCHEMA, "selfType") or DYN
    return compile_expression(text, {"self": kind, "oldSelf": optional(kind)})


def value_of(text: str) -> Any:
    """Its value; there is no old one."""
    return program(text).evaluate({"self": converter(SCHEMA)(VALUE), "oldSelf": NONE})
