"""Paths to fields of a schema."""

import pytest

from mockapi.registry.structural.fieldpaths import FieldPathError, field_at

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "properties": {"a.b": {"type": "string"}, "c": {"type": "integer"}}},
        "labels": {"type": "object", "additionalProperties": {"type": "boolean"}},
    },
}


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        (".spec.c", "spec.c", "integer"),
        ("['spec'].c", "spec.c", "integer"),
        (".spec['a.b']", "spec.a.b", "string"),
        (".labels['x/y']", "labels[x/y]", "boolean"),
        (".labels.x", "labels[x]", "boolean"),
        ("", "", "object"),
    ],
)
def test_fields(text: str, path: str, kind: str) -> None:
    found = field_at(text, SCHEMA)
    assert (found.path, found.schema["type"]) == (path, kind)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".nope", "does not refer to a valid field"),
        (".spec.c.d", "does not refer to a valid field"),
        ("spec", "expected [ or . but got: spec"),
        (".", "unexpected end of JSON path"),
        (".spec[c]", "expected single quoted string but got c"),
        (".spec['c'", "unexpected end of JSON path"),
        (".spec['c'.", "expected ] but got ."),
        (r".spec['\q']", "invalid string literal: invalid escape char \\q"),
    ],
)
def test_what_leads_nowhere(text: str, message: str) -> None:
    with pytest.raises(FieldPathError) as failure:
        field_at(text, SCHEMA)
    assert str(failure.value) == message


def test_brackets_can_be_refused() -> None:
    with pytest.raises(FieldPathError, match="array notation is not allowed"):
        field_at(".spec['c']", SCHEMA, keyed=False)
