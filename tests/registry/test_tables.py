"""Tables: columns, rows and their quirks."""

from datetime import UTC, datetime

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.registry.kind import Column, Kind
from mockapi.registry.tables import NONE, OBJECT, include_object, partial_metadata, table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Kind("", "v1", "LimitRange", "limitranges")
SHOWN = Kind(
    "",
    "v1",
    "Secret",
    "secrets",
    columns=(
        Column("Name", lambda obj, _: obj["metadata"]["name"], format="name"),
        Column("Data", lambda obj, _: len(obj.get("data", {})), priority=1),
    ),
)
SECRET = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "a", "creationTimestamp": "2025-12-31T23:00:00Z"}, "data": {"k": ""}}


def test_a_row_has_the_columns_cells_and_the_objects_metadata():
    shown = table(SHOWN, [SECRET], NOW, {"resourceVersion": "7"})
    assert shown["kind"] == "Table"
    assert shown["apiVersion"] == "meta.k8s.io/v1"
    assert shown["metadata"] == {"resourceVersion": "7"}
    assert [(c["name"], c["type"], c["format"], c["priority"]) for c in shown["columnDefinitions"]] == [
        ("Name", "string", "name", 0),
        ("Data", "string", "", 1),
    ]
    assert shown["rows"] == [{"cells": ["a", 1], "object": partial_metadata(SECRET)}]


def test_the_version_asked_for_reaches_the_rows_objects():
    shown = table(SHOWN, [SECRET], NOW, {}, version="v1beta1")
    assert shown["apiVersion"] == shown["rows"][0]["object"]["apiVersion"] == "meta.k8s.io/v1beta1"


@pytest.mark.parametrize(("include", "expected"), [(NONE, None), (OBJECT, SECRET)])
def test_include_object_decides_what_a_row_carries(include, expected):
    assert table(SHOWN, [SECRET], NOW, {}, include=include)["rows"][0]["object"] == expected


def test_a_kind_without_columns_shows_name_and_creation():
    shown = table(PLAIN, [SECRET], NOW, {})
    assert [(c["name"], c["type"]) for c in shown["columnDefinitions"]] == [("Name", "string"), ("Created At", "date")]
    assert shown["rows"][0]["cells"] == ["a", "2025-12-31T23:00:00Z"]
    assert table(PLAIN, [{"metadata": {}}], NOW, {})["rows"][0]["cells"] == ["", "0001-01-01T00:00:00Z"]


def test_an_empty_table_has_null_rows_only_without_columns_of_its_own():
    assert table(PLAIN, [], NOW, {})["rows"] is None
    assert table(SHOWN, [], NOW, {})["rows"] == []


def test_a_headless_table_repeats_no_columns():
    assert table(SHOWN, [SECRET], NOW, {}, headed=False)["columnDefinitions"] is None


def test_include_object_is_metadata_unless_said_and_refuses_other_words():
    assert include_object("") == "Metadata"
    assert include_object("None") == "None"
    with pytest.raises(StatusError, match="must be 'Metadata', 'Object', 'None', or empty") as refused:
        include_object("Everything")
    assert refused.value.code == 400
