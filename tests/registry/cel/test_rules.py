"""Rules of a schema, asked of objects and of their changes."""

from typing import Any

import pytest

from mockapi.registry.cel.rules import Rules, compiled


def spec(rules: list[dict[str, Any]], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": properties, "x-kubernetes-validations": rules}},
    }


def found(schema: dict[str, Any], obj: dict[str, Any], old: dict[str, Any] | None = None) -> tuple[list[str], list[str]]:
    warnings: list[str] = []
    errors = Rules(schema).errors(obj, old, warnings.append)
    return [str(error) for error in errors], warnings


INTEGER = {"type": "integer"}


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"rule": "self.a < 1"}, "spec: Invalid value: failed rule: self.a < 1"),
        ({"rule": "self.a < 1", "message": "too much"}, "spec: Invalid value: too much"),
        ({"rule": "self.a < 1", "messageExpression": "'a is ' + string(self.a)"}, "spec: Invalid value: a is 5"),
        ({"rule": "self.a < 1", "messageExpression": "string(self.b)", "message": "m"}, "spec: Invalid value: m"),
        ({"rule": "self.a < 1", "fieldPath": ".a", "message": "m"}, "spec.a: Invalid value: m"),
        ({"rule": "self.a < 1", "reason": "FieldValueForbidden", "message": "m"}, "spec: Forbidden: m"),
        ({"rule": "self.a < 1", "reason": "FieldValueRequired", "message": "m"}, "spec: Required value: m"),
        ({"rule": "self.b < 1"}, 'spec: Invalid value: "object": no such key: b evaluating rule: self.b < 1'),
        ({"rule": "self.nope < 1"}, "rule compile error: compilation failed: ERROR: <input>:1:5: undefined field 'nope'"),
    ],
)
def test_refusals(rule: dict[str, Any], error: str) -> None:
    errors, _ = found(spec([rule], a=INTEGER, b=INTEGER), {"spec": {"a": 5}})
    assert len(errors) == 1
    assert error in errors[0]


def test_scalars_are_shown() -> None:
    schema = spec([], a={**INTEGER, "x-kubernetes-validations": [{"rule": "self < 1"}]})
    assert found(schema, {"spec": {"a": 5}})[0] == ["spec.a: Invalid value: 5: failed rule: self < 1"]
    assert found(schema, {"spec": {"a": None}})[0] == []


def test_the_root_sees_names() -> None:
    schema = {"type": "object", "x-kubernetes-validations": [{"rule": "self.metadata.name.startsWith('a') && self.kind == 'K'"}]}
    obj = {"apiVersion": "v1", "kind": "K", "metadata": {"name": "b", "labels": {}}}
    assert found(schema, obj)[0] == [
        "<nil>: Invalid value: failed rule: self.metadata.name.startsWith('a') && self.kind == 'K'",
    ]
    assert compiled(schema, {"rule": "has(self.metadata.labels)"}, object_root=True).problem


def test_items_and_values_of_maps() -> None:
    positive = {**INTEGER, "x-kubernetes-validations": [{"rule": "self > 0"}]}
    schema = spec([], l={"type": "array", "items": positive}, m={"type": "object", "additionalProperties": positive})
    errors, _ = found(schema, {"spec": {"l": [1, 0], "m": {"k": 0, "o": 1}}})
    assert [error.partition(":")[0] for error in errors] == ["spec.l[1]", "spec.m[k]"]


def test_transitions_are_asked_of_what_was_there() -> None:
    schema = spec([], a={**INTEGER, "x-kubernetes-validations": [{"rule": "self >= oldSelf", "message": "shrinks"}]})
    assert found(schema, {"spec": {"a": 1}})[0] == []
    assert found(schema, {"spec": {"a": 1}}, {"spec": {}})[0] == []
    assert found(schema, {"spec": {"a": 1}}, {"spec": {"a": 2}})[0] == ["spec.a: Invalid value: 1: shrinks"]
    assert found(schema, {"spec": {"a": 3}}, {"spec": {"a": 2}})[0] == []


def test_an_old_value_may_be_optional() -> None:
    rule = {"rule": "oldSelf.hasValue() || self == 1", "optionalOldSelf": True, "message": "begins at one"}
    schema = spec([], a={**INTEGER, "x-kubernetes-validations": [rule]})
    assert found(schema, {"spec": {"a": 2}})[0] == ["spec.a: Invalid value: 2: begins at one"]
    assert found(schema, {"spec": {"a": 2}}, {"spec": {"a": 1}})[0] == []


def test_items_of_maps_correspond_to_old_ones() -> None:
    item = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "n": INTEGER},
        "x-kubernetes-validations": [{"rule": "self.n >= oldSelf.n", "message": "shrinks"}],
    }
    keyed = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item}
    old = {"spec": {"l": [{"name": "a", "n": 5}]}}
    new = {"spec": {"l": [{"name": "b", "n": 1}, {"name": "a", "n": 4}]}}
    assert found(spec([], l=keyed), new, old)[0] == ["spec.l[1]: Invalid value: shrinks"]
    assert found(spec([], l={"type": "array", "items": item}), new, old)[0] == []


def test_what_was_wrong_before_is_warned_of() -> None:
    schema = spec([], a={**INTEGER, "x-kubernetes-validations": [{"rule": "self < 1"}]}, b=INTEGER)
    errors, warnings = found(schema, {"spec": {"a": 5, "b": 1}}, {"spec": {"a": 5}})
    assert errors == []
    assert warnings == ["spec.a: Invalid value: 5: failed rule: self < 1"]


def test_rules_in_all_of() -> None:
    schema = spec([], a=INTEGER)
    schema["properties"]["spec"]["allOf"] = [{"x-kubernetes-validations": [{"rule": "self.a < 1"}]}]
    assert found(schema, {"spec": {"a": 5}})[0] == ["spec: Invalid value: failed rule: self.a < 1"]


@pytest.mark.parametrize(
    ("rule", "problem", "message_problem", "uses_old"),
    [
        ({"rule": "true"}, "", "", False),
        ({"rule": "self == oldSelf"}, "", "", True),
        ({"rule": "1"}, "cel expression must evaluate to a bool", "", False),
        ({"rule": "true", "messageExpression": "1"}, "", "messageExpression must evaluate to a string", False),
        ({"rule": "true", "messageExpression": "'a' +"}, "", "messageExpression compilation failed: ERROR: <input>:1:6: Syntax", False),
    ],
)
def test_compiling(rule: dict[str, Any], problem: str, message_problem: str, uses_old: bool) -> None:
    made = compiled(INTEGER, rule, object_root=False)
    assert (made.problem, made.uses_old) == (problem, uses_old)
    assert made.message_problem.startswith(message_problem)
    assert bool(made.message_problem) == bool(message_problem)
