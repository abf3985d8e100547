"""Fields that a schema does not specify are dropped."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from mockapi.registry.structural.pruning import pruner
from tests.registry.structural.strategies import SCHEMAS, VALUES

SPEC = {
    "type": "object",
    "properties": {
        "known": {"type": "object", "properties": {"in": {"type": "string"}}},
        "open": {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True,
            "properties": {"closed": {"type": "object", "properties": {"a": {"type": "integer"}}}},
        },
        "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "integer"}}}},
        "any": {"type": "object", "additionalProperties": True},
        "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}},
        "embedded": {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object"}}},
        "scalar": {"type": "string"},
    },
}


def pruned(value: Any, **options: bool) -> tuple[Any, list[str]]:
    value, dropped = deepcopy(value), []
    pruner(SPEC, **options)(value, "", dropped)
    return value, dropped


@pytest.mark.parametrize(
    ("value", "left", "dropped"),
    [
        ({"x": 1}, {}, ["x"]),
        ({"known": {"in": "a", "out": 1}}, {"known": {"in": "a"}}, ["known.out"]),
        ({"open": {"x": {"y": 1}}}, {"open": {"x": {"y": 1}}}, []),
        ({"open": {"closed": {"a": 1, "b": 2}}}, {"open": {"closed": {"a": 1}}}, ["open.closed.b"]),
        ({"map": {"k": {"a": 1, "b": 2}}}, {"map": {"k": {"a": 1}}}, ["map.k.b"]),
        ({"any": {"k": "v", "o": {"x": 1}}}, {"any": {"k": "v", "o": {}}}, ["any.o.x"]),
        ({"list": [{"a": 1}, {"b": 2}, 3]}, {"list": [{"a": 1}, {}, 3]}, ["list[1].b"]),
        (
            {"embedded": {"kind": "K", "metadata": {"x": 1}, "spec": {"y": 1}, "z": 1}},
            {"embedded": {"kind": "K", "metadata": {"x": 1}, "spec": {}}},
            ["embedded.spec.y", "embedded.z"],
        ),
        ({"scalar": {"x": 1}}, {"scalar": {}}, ["scalar.x"]),
    ],
)
def test_pruning(value: Any, left: Any, dropped: list[str]) -> None:
    assert pruned(value) == (left, dropped)


def test_whole_objects_keep_what_every_object_has() -> None:
    obj = {"apiVersion": "v", "kind": "K", "metadata": {"name": "n"}, "other": 1}
    assert pruned(obj, root=True) == ({"apiVersion": "v", "kind": "K", "metadata": {"name": "n"}}, ["other"])


@given(SCHEMAS, VALUES)
def test_what_is_pruned_stays_so(schema: dict[str, Any], value: Any) -> None:
    prune = pruner(schema)
    prune(value, "", [])
    once, dropped = deepcopy(value), list[str]()
    prune(value, "", dropped)
    assert (value, dropped) == (once, [])
