"""Values in Go's notations."""

import pytest

from mockapi.machinery.fielderrors import printed
from mockapi.machinery.gotext import json_type_name, quoted, type_name, value_text


def test_values():
    value = {"spec": {"ports": [{"port": 80, "nme": "http"}], "extra": None}, "a": [True, 1.0, 2.5, "x y"]}
    assert value_text(value) == "map[a:[true 1 2.5 x y] spec:map[extra:<nil> ports:[map[nme:http port:80]]]]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("al\x00ice", '"al\\x00ice"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("a\nb\té", '"a\\nb\\té"'),
        ("\u200b", '"\\u200b"'),
        ("\U000e0001", '"\\U000e0001"'),
    ],
)
def test_quoted_texts(text, shown):
    assert quoted(text) == printed(text) == shown


def test_names_of_types():
    assert [type_name(value) for value in ({}, [], "x", True, 1, 1.5, None)] == [
        "map[string]interface {}",
        "[]interface {}",
        "string",
        "bool",
        "int64",
        "float64",
        "%!s(<nil>)",
    ]
    assert [json_type_name(value) for value in ({}, [], "x", True, 1, None)] == ["object", "array", "string", "bool", "number", "null"]
