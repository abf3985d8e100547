"""Tables: columns, rows and their quirks."""

from datetime import UTC, datetime

import pytest

from mockapi.assembly import all_kinds
from mockapi.machinery.errors import StatusError
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.tables import DEFAULT_COLUMNS, NONE, OBJECT, include_object, partial_metadata, table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DEFINITIONS = Definitions.for_minor()
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
    shown = table(SHOWN, [SECRET], NOW, {"resourceVersion": "7"}, DEFINITIONS)
    assert shown["kind"] == "Table"
    assert shown["apiVersion"] == "meta.k8s.io/v1"
    assert shown["metadata"] == {"resourceVersion": "7"}
    assert [(c["name"], c["type"], c["format"], c["priority"]) for c in shown["columnDefinitions"]] == [
        ("Name", "string", "name", 0),
        ("Data", "string", "", 1),
    ]
    assert shown["rows"] == [{"cells": ["a", 1], "object": partial_metadata(SECRET)}]


def test_the_version_asked_for_reaches_the_rows_objects():
    shown = table(SHOWN, [SECRET], NOW, {}, DEFINITIONS, version="v1beta1")
    assert shown["apiVersion"] == shown["rows"][0]["object"]["apiVersion"] == "meta.k8s.io/v1beta1"


@pytest.mark.parametrize(("include", "expected"), [(NONE, None), (OBJECT, SECRET)])
def test_include_object_decides_what_a_row_carries(include, expected):
    assert table(SHOWN, [SECRET], NOW, {}, DEFINITIONS, include=include)["rows"][0]["object"] == expected


def test_a_kind_without_columns_shows_name_and_creation():
    shown = table(PLAIN, [SECRET], NOW, {}, DEFINITIONS)
    assert [(c["name"], c["type"]) for c in shown["columnDefinitions"]] == [("Name", "string"), ("Created At", "date")]
    assert shown["rows"][0]["cells"] == ["a", "2025-12-31T23:00:00Z"]
    assert table(PLAIN, [{"metadata": {}}], NOW, {}, DEFINITIONS)["rows"][0]["cells"] == ["", "0001-01-01T00:00:00Z"]


def test_an_empty_table_has_null_rows_only_without_columns_of_its_own():
    assert table(PLAIN, [], NOW, {}, DEFINITIONS)["rows"] is None
    assert table(SHOWN, [], NOW, {}, DEFINITIONS)["rows"] == []


def test_fields_describe_the_columns_that_name_them():
    columns = (AGE, Column("IP", lambda *_: "", documented_by="status.podIP"), Column("Own", lambda *_: "", description="our words"))
    pod = Kind("", "v1", "Pod", "pods", columns=columns)
    shown = table(pod, [], NOW, {}, DEFINITIONS)
    age, address, own = [column["description"] for column in shown["columnDefinitions"]]
    assert age == DEFINITIONS.properties("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")["creationTimestamp"]["description"]
    assert address == DEFINITIONS.properties("io.k8s.api.core.v1.PodStatus")["podIP"]["description"]
    assert own == "our words"


def test_the_metadata_describes_columns_of_custom_resources_too():
    custom = Kind("example.com", "v1", "Thing", "things", columns=(NAME,))
    assert table(custom, [], NOW, {}, DEFINITIONS)["columnDefinitions"][0]["description"].startswith("Name must be unique")


def test_every_field_that_a_built_in_column_names_is_documented():
    for kind in all_kinds():
        if kind.group == "metrics.k8s.io":  # metrics-server says nothing of its columns
            continue
        definitions = table(kind, [], NOW, {}, DEFINITIONS)["columnDefinitions"]
        for definition, column in zip(definitions, kind.columns or DEFAULT_COLUMNS, strict=True):
            assert definition["description"], f"{kind.kind} {column.name}"
            assert not (column.documented_by and column.description), f"{kind.kind} {column.name}"


def test_a_headless_table_repeats_no_columns():
    assert table(SHOWN, [SECRET], NOW, {}, DEFINITIONS, headed=False)["columnDefinitions"] is None


def test_include_object_is_metadata_unless_said_and_refuses_other_words():
    assert include_object("") == "Metadata"
    assert include_object("None") == "None"
    with pytest.raises(StatusError, match="must be 'Metadata', 'Object', 'None', or empty") as refused:
        include_object("Everything")
    assert refused.value.code == 400
