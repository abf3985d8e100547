"""Absent fields get defaults, and nulls go where null is no value."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from mockapi.registry.structural.defaulting import defaulter
from tests.registry.structural.strategies import SCHEMAS, VALUES

SCHEMA = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "default": 3},
        "mode": {"type": "string", "nullable": True, "default": "auto"},
        "plain": {"type": "string"},
        "inner": {"type": "object", "default": {}, "properties": {"x": {"type": "integer", "default": 1}}},
        "deep": {"type": "object", "properties": {"x": {"type": "integer", "default": 1}}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "default": 7}}}},
        "map": {"type": "object", "additionalProperties": {"type": "string", "default": "d"}},
    },
}
FULL = {"size": 3, "mode": "auto", "inner": {"x": 1}}


def defaulted(value: Any) -> Any:
    value = deepcopy(value)
    default = defaulter(SCHEMA)
    assert default is not None
    default(value)
    return value


@pytest.mark.parametrize(
    ("value", "completed"),
    [
        ({}, FULL),
        ({"size": 5}, FULL | {"size": 5}),
        ({"size": None}, FULL),
        ({"mode": None}, FULL | {"mode": None}),
        ({"plain": None}, FULL),
        ({"inner": None}, FULL),
        ({"deep": {}}, FULL | {"deep": {"x": 1}}),
        ({"list": [{}, {"n": 1}]}, FULL | {"list": [{"n": 7}, {"n": 1}]}),
        ({"map": {"a": None, "b": "x"}}, FULL | {"map": {"a": "d", "b": "x"}}),
    ],
)
def test_defaulting(value: Any, completed: Any) -> None:
    assert defaulted(value) == completed


def test_defaults_are_copied() -> None:
    first = defaulted({})
    first["inner"]["x"] = 9
    assert defaulted({})["inner"] == {"x": 1}


def test_a_schema_without_fields_has_nothing_to_complete() -> None:
    assert defaulter({"type": "string", "default": "x"}) is None


@given(SCHEMAS, VALUES)
def test_what_is_complete_stays_so(schema: dict[str, Any], value: Any) -> None:
    default = defaulter(schema)
    if default is not None:
        default(value)
        once = deepcopy(value)
        default(value)
        assert value == once
