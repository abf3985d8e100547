"""Sets and maps hold each item once."""

from typing import Any

import pytest

from mockapi.machinery.fielderrors import Path
from mockapi.registry.structural.listtypes import list_check

SET = {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}
ITEM = {"type": "object", "properties": {"name": {"type": "string"}, "port": {"type": "integer", "default": 80}}}
MAP = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name", "port"], "items": ITEM}


def found(schema: dict[str, Any], value: Any) -> list[str]:
    check = list_check({"type": "object", "properties": {"l": schema}, "additionalProperties": None})
    assert check is not None
    return [str(error) for error in check({"l": value}, Path(""))]


@pytest.mark.parametrize(
    ("schema", "value", "errors"),
    [
        (SET, ["a", "b"], []),
        (SET, ["a", "b", "a", "a"], ['l[2]: Duplicate value: "a"']),
        (SET, [1, True, "1"], []),
        (MAP, [{"name": "a"}, {"name": "a", "port": 81}], []),
        (MAP, [{"name": "a"}, {"name": "a", "port": 80}], ['l[1]: Duplicate value: {"name":"a","port":80}']),
        (MAP, ["x"], ['l[0]: Invalid value: "x": must be an object for an array of list-type map']),
        ({"type": "object", "additionalProperties": SET}, {"k": ["a", "a"]}, ['l[k][1]: Duplicate value: "a"']),
        ({"type": "array", "items": SET}, [["a", "a"]], ['l[0][1]: Duplicate value: "a"']),
        (SET, None, []),
    ],
)
def test_uniqueness(schema: dict[str, Any], value: Any, errors: list[str]) -> None:
    assert found(schema, value) == errors


def test_other_lists_are_not_looked_at() -> None:
    assert list_check({"type": "array", "items": {"type": "string"}}) is None
