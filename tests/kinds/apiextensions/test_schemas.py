"""Which schemas definitions may have."""

from typing import Any

import pytest

from mockapi.kinds.apiextensions.schemas.validation import schema_errors
from mockapi.machinery.fielderrors import Path

STRING = {"type": "string"}


def found(schema: dict[str, Any], *, status: bool = False) -> list[str]:
    return [str(error) for error in schema_errors(schema, Path("s"), status=status)]


def field(schema: dict[str, Any]) -> list[str]:
    return found({"type": "object", "properties": {"f": schema}})


@pytest.mark.parametrize(
    ("schema", "errors"),
    [
        ({}, ["s.type: Required value: must not be empty at the root"]),
        ({"type": "string"}, ['s.type: Invalid value: "string": must be object at the root']),
        ({"type": "object", "nullable": True}, ["s.nullable: Forbidden: nullable cannot be true at the root"]),
        ({"type": "object", "properties": {"kind": {"type": "integer"}}}, [
            's.properties[kind].type: Invalid value: "integer": must be string'
        ]),
        ({"type": "object", "properties": {"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}}, [
            "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, "
            "but metadata is implicitly specified"
        ]),
    ],
)  # fmt: skip
def test_roots(schema: dict[str, Any], errors: list[str]) -> None:
    assert found(schema) == errors


@pytest.mark.parametrize(
    ("schema", "errors"),
    [
        ({"type": "text"}, ['.type: Unsupported value: "text": supported values: "array", "boolean", "integer"']),
        ({"type": "array", "items": {}}, [".items.type: Required value: must not be empty for specified array items"]),
        ({"type": "string", "uniqueItems": True}, [".uniqueItems: Forbidden: uniqueItems cannot be set to true since"]),
        ({"type": "object", "properties": {"a": STRING}, "additionalProperties": STRING}, [
            ".additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"
        ]),
        ({"type": "string", "x-kubernetes-int-or-string": True}, ['.type: Invalid value: "string": must be empty if']),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": False}, [
            ".x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"
        ]),
        ({"type": "object", "x-kubernetes-embedded-resource": True}, [
            ".properties: Required value: must not be empty if x-kubernetes-embedded-resource is true"
        ]),
        ({"type": "string", "anyOf": [{"type": "string"}]}, [".anyOf[0].type: Forbidden: must be empty to be structural"]),
        ({"type": "object", "anyOf": [{"properties": {"x": {"minLength": 1}}}]}, [
            ".properties[x]: Required value: because it is defined in s.properties[f].anyOf[0].properties[x]"
        ]),
        ({"type": "integer", "default": "x"}, ['.default: Invalid value: "string":  in body must be of type integer: "string"']),
        ({"type": "object", "default": {"x": 1}}, ['.default: Invalid value: {"x":1}: must not have unknown fields']),
        ({"type": "string", "x-kubernetes-map-type": "atomic"}, ['.type: Invalid value: "string": must be object if x-kubernetes']),
        ({"type": "object", "x-kubernetes-map-type": "odd"}, ['.x-kubernetes-map-type: Unsupported value: "odd"']),
        ({"type": "string", "x-kubernetes-list-type": "set"}, ['.type: Invalid value: "string": must be array if x-kubernetes']),
        ({"type": "array", "items": STRING, "x-kubernetes-list-type": "odd"}, ['.x-kubernetes-list-type: Unsupported value: "odd"']),
        ({"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "set"}, [
            ".items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list"
        ]),
        ({"type": "array", "items": STRING, "x-kubernetes-list-map-keys": ["a"]}, [
            ".x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty"
        ]),
        ({"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"}, [
            ".x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"
        ]),
        ({"type": "array", "items": {"type": "object", "properties": {"a": STRING}}, "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["a", "b"]}, [
            '.x-kubernetes-list-map-keys: Invalid value: ["a","b"]: entries must all be names of item properties',
            ".items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys",
        ]),
    ],
)  # fmt: skip
def test_fields(schema: dict[str, Any], errors: list[str]) -> None:
    sentences = field(schema)
    assert len(sentences) == len(errors)
    assert all(sentence.startswith(f"s.properties[f]{error}") for sentence, error in zip(sentences, errors, strict=True))


@pytest.mark.parametrize(
    "schema",
    [
        {"x-kubernetes-int-or-string": True},
        {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"x-kubernetes-int-or-string": True, "allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"pattern": "a"}]},
        {"x-kubernetes-preserve-unknown-fields": True},
        {"type": "object", "properties": {"x": STRING}, "oneOf": [{"required": ["x"]}, {"properties": {"x": {"minLength": 1}}}]},
        {"type": "object", "additionalProperties": True},
        {"type": "array", "items": {"type": "object", "required": ["a"], "properties": {"a": STRING}}, "x-kubernetes-list-type": "map",
         "x-kubernetes-list-map-keys": ["a"]},
        {"type": "string", "default": "x", "enum": ["x"]},
        {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
    ],
)  # fmt: skip
def test_what_is_right(schema: dict[str, Any]) -> None:
    assert field(schema) == []


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"rule": " "}, "rule: Required value: rule is not specified"),
        ({"rule": "true", "message": " "}, 'message: Invalid value: " ": message must be non-empty if specified'),
        ({"rule": "true", "message": "a\nb"}, r'message: Invalid value: "a\nb": message must not contain line breaks'),
        ({"rule": "true\n"}, None),
        ({"rule": "true &&\n true"}, "message: Required value: message must be specified if rule contains line breaks"),
        ({"rule": "true", "messageExpression": " "}, "messageExpression: Required value: messageExpression must be non-empty"),
        ({"rule": "true", "reason": "Odd"}, 'reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate"'),
        ({"rule": "true", "fieldPath": ".nope"}, 'fieldPath: Invalid value: ".nope": fieldPath must be a valid path'),
        ({"rule": "self.x == 'a'", "optionalOldSelf": True}, "optionalOldSelf: Invalid value: true: may not be set if oldSelf is not"),
        ({"rule": "self.x == 1"}, "compilation failed: ERROR: <input>:1:8: found no matching overload for '_==_'"),
        ({"rule": "self.x == oldSelf.x"}, None),
    ],
)
def test_rules(rule: dict[str, Any], error: str | None) -> None:
    sentences = field({"type": "object", "properties": {"x": STRING}, "x-kubernetes-validations": [rule]})
    assert len(sentences) == (error is not None)
    assert not error or error in sentences[0]


def test_a_rule_is_shown_as_the_real_server_holds_it() -> None:
    (sentence,) = field({"type": "integer", "x-kubernetes-validations": [{"rule": "self > 'a'"}]})
    shown = r'{"Rule":"self \u003e ' + "'a'" + r'","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}'
    assert sentence.startswith(f"s.properties[f].x-kubernetes-validations[0].rule: Invalid value: {shown}: compilation failed: ERROR:")


def test_old_values_must_correspond() -> None:
    item = {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}
    (sentence,) = field({"type": "array", "items": item})
    assert "oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[f]" in sentence


def test_rules_are_compiled_only_in_schemas_that_are_right() -> None:
    broken = {"type": "object", "properties": {"x": {}}, "x-kubernetes-validations": [{"rule": "self.nope"}]}
    assert [sentence.partition(":")[0] for sentence in field(broken)] == ["s.properties[f].properties[x].type"]


def test_roots_with_a_status() -> None:
    assert found({"type": "object", "properties": {"status": {"type": "object"}}}, status=True) == []
    (sentence,) = found({"type": "object", "minProperties": 1}, status=True)
    assert "fields are allowed at the root of the schema if the status subresource is enabled" in sentence


def test_no_defaults_in_what_every_object_has() -> None:
    schema = {"type": "object", "properties": {"kind": {"type": "string", "default": "x"}}}
    assert found(schema) == ["s.properties[kind].default: Forbidden: must not be set in top-level kind"]
