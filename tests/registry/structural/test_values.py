"""Validation of values: the sentences of the real server, and what updates let pass."""

from typing import Any

import pytest

from mockapi.machinery.fielderrors import Path
from mockapi.registry.structural.outcome import ABSENT, NOT_CHECKED, blocks_rules
from mockapi.registry.structural.values import validator


def found(schema: dict[str, Any], value: Any, old: Any = ABSENT) -> list[str]:
    return [str(error) for error in validator(schema)(value, old, "").located()]


def field(schema: dict[str, Any], value: Any) -> list[str]:
    return found({"type": "object", "properties": {"f": schema}}, {"f": value})


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"type": "integer"}, "a", 'Invalid value: "string": f in body must be of type integer: "string"'),
        ({"type": "integer"}, 1.5, 'Invalid value: "number": f in body must be of type integer: "number"'),
        ({"type": "string"}, None, 'Invalid value: "null": f in body must be of type string: "null"'),
        ({"x-kubernetes-int-or-string": True}, True, 'Invalid value: "boolean": f in body must be of type integer,string: "boolean"'),
        ({"type": "integer", "maximum": 10}, 12, "Invalid value: 12: f in body should be less than or equal to 10"),
        (
            {"type": "integer", "maximum": 10, "exclusiveMaximum": True}, 10,
            "Invalid value: 10: f in body should be less than 10",
        ),
        ({"type": "number", "minimum": 0.5}, 0.25, "Invalid value: 0.25: f in body should be greater than or equal to 0.5"),
        ({"type": "integer", "multipleOf": 3}, 4, "Invalid value: 4: f in body should be a multiple of 3"),
        ({"type": "string", "maxLength": 2}, "abc", "Too long: may not be more than 2 bytes"),
        ({"type": "string", "minLength": 2}, "a", 'Invalid value: "a": f in body should be at least 2 chars long'),
        ({"type": "string", "pattern": "^[a-z]+$"}, "A", "Invalid value: \"A\": f in body should match '^[a-z]+$'"),
        ({"type": "string", "format": "date"}, "x", 'Invalid value: "x": f in body must be of type date: "x"'),
        ({"type": "string", "enum": ["a", "b"]}, "c", 'Unsupported value: "c": supported values: "a", "b"'),
        ({"type": "integer", "enum": [1, 2]}, 3, 'Unsupported value: 3: supported values: "1", "2"'),
        ({"type": "array", "maxItems": 1}, [1, 2], "Too many: 2: must have at most 1 item"),
        ({"type": "array", "minItems": 1}, [], "Invalid value: 0: f in body should have at least 1 items"),
        ({"type": "object", "minProperties": 1}, {}, "Invalid value: 0: f in body should have at least 1 properties"),
        ({"type": "object", "maxProperties": 1}, {"a": 1, "b": 2}, "Too many: 2: must have at most 1 item"),
    ],
)  # fmt: skip
def test_sentences(schema: dict[str, Any], value: Any, sentence: str) -> None:
    assert field(schema, value) == [f"f: {sentence}"]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 2.0),
        ({"type": "number"}, 2),
        ({"type": "string", "nullable": True}, None),
        ({"x-kubernetes-int-or-string": True}, "50%"),
        ({"type": "string", "pattern": "b"}, "abc"),
        ({"type": "string", "format": "what-nobody-knows"}, "x"),
        ({"type": "string", "maxLength": 2}, "ää"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}),
    ],
)
def test_what_is_right(schema: dict[str, Any], value: Any) -> None:
    assert field(schema, value) == []


def test_places() -> None:
    schema = {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["a", "withDefault"],
                "properties": {
                    "withDefault": {"type": "string", "default": "x"},
                    "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
                    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
            }
        },
    }
    assert found(schema, {}) == ["spec: Required value"]
    value = {"spec": {"list": [{"n": 1}, {"n": "x"}], "map": {"k": "v"}}}
    assert [error.partition(":")[0] for error in found(schema, value)] == ["spec.list[1].n", "spec.map.k", "spec.a"]


def test_a_part_knows_where_it_stands_and_the_whole_is_nowhere() -> None:
    check = validator({"type": "object", "properties": {"n": {"type": "integer"}}})
    assert [error.field for error in check({"n": "x"}, ABSENT, "").located(Path("status"))] == ["status.n"]
    assert [error.field for error in check("x", ABSENT, "").located(Path("status"))] == ["status"]
    assert [error.field for error in check("x", ABSENT, "").located()] == ["<nil>"]


@pytest.mark.parametrize(
    ("junctor", "value", "sentences"),
    [
        ({"anyOf": [{"minimum": 5}, {"maximum": 1}]}, 3, ['"f" must validate at least one schema (anyOf)', "greater than or equal to 5"]),
        ({"oneOf": [{"minimum": 1}, {"maximum": 5}]}, 3, ['"f" must validate one and only one schema (oneOf). Found 2 valid alternatives']),
        ({"oneOf": [{"minimum": 9}]}, 3, ["(oneOf). Found none valid", "greater than or equal to 9"]),
        ({"allOf": [{"minimum": 9}, {"maximum": 1}]}, 3, ["equal to 9", "equal to 1", "validate all the schemas (allOf). None validated"]),
        ({"allOf": [{"minimum": 1}, {"maximum": 1}]}, 3, ["less than or equal to 1", '"f" must validate all the schemas (allOf)']),
        ({"not": {"minimum": 1}}, 3, ['"f" must not validate the schema (not)']),
    ],
)
def test_junctors(junctor: dict[str, Any], value: int, sentences: list[str]) -> None:
    errors = field({"type": "integer", **junctor}, value)
    assert len(errors) == len(sentences)
    assert all(sentence in error for error, sentence in zip(errors, sentences, strict=True))


def test_an_update_lets_pass_what_has_not_changed() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "maximum": 1},
            "items": {
                "type": "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object", "properties": {"name": {"type": "string"}, "n": {"type": "integer", "maximum": 1}}},
            },
            "atomic": {"type": "array", "items": {"type": "integer", "maximum": 1}},
        },
    }
    old = {"a": 5, "items": [{"name": "x", "n": 5}], "atomic": [5]}
    assert found(schema, {**old, "b": 1}, old) == []
    assert len(found(schema, {**old, "a": 6}, old)) == 1
    assert found(schema, {**old, "items": [{"name": "new", "n": 0}, *old["items"]]}, old) == []
    assert len(found(schema, {**old, "atomic": [0, 5]}, old)) == 1  # items of other lists correspond to nothing


def test_what_keeps_rules_from_being_asked() -> None:
    typed = validator({"type": "object"})("x", ABSENT, "").located()
    bounded = validator({"type": "integer", "maximum": 1})(2, ABSENT, "").located()
    assert blocks_rules(typed)
    assert not blocks_rules(bounded)
    assert str(NOT_CHECKED).startswith("<nil>: Invalid value: null: some validation rules were not checked")
