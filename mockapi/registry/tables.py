"""Objects as meta.k8s.io Tables: what kubectl prints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from mockapi.machinery.errors import bad_request
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.columns import NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.descriptions import description

GROUP = "meta.k8s.io"

METADATA, OBJECT, NONE = "Metadata", "Object", "None"
_ZERO_TIME = "0001-01-01T00:00:00Z"


def _created_at(obj: Object, _now: datetime) -> str:
    return obj["metadata"].get("creationTimestamp") or _ZERO_TIME


# What a kind without columns of its own is shown with.
DEFAULT_COLUMNS = (NAME, Column("Created At", _created_at, type="date", documented_by="metadata.creationTimestamp"))


def include_object(value: str) -> str:
    """What of each object goes into its row (TableOptions.includeObject). StatusError 400 for an unknown word."""
    if value and value not in {METADATA, OBJECT, NONE}:
        detail = f"Invalid value: \"{value}\": must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: includeObject: {detail}")
    return value or METADATA


def table(
    kind: Kind,
    objects: Iterable[Object],
    now: datetime,
    list_meta: Object,
    definitions: Definitions,
    *,
    include: str = METADATA,
    version: str = "v1",
    headed: bool = True,
) -> Object:
    """A Table of the objects; the definitions describe its columns.

    `headed` False leaves the column definitions null, as in all but the first event of a watch.
    """
    rows = [_row(kind, obj, now, include, version) for obj in objects]
    return {
        "kind": "Table",
        "apiVersion": f"{GROUP}/{version}",
        "metadata": list_meta,
        "columnDefinitions": _definitions(kind, definitions) if headed else None,
        # The real server's default convertor starts from a null list, those of kinds with columns from an empty one.
        "rows": rows if rows or kind.columns else None,
    }


def partial_metadata(obj: Object, version: str = "v1") -> Object:
    """The object's metadata alone, as a PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": f"{GROUP}/{version}", "metadata": obj["metadata"]}


def _row(kind: Kind, obj: Object, now: datetime, include: str, version: str) -> Object:
    row: Object = {"cells": [column.cell(obj, now) for column in kind.columns or DEFAULT_COLUMNS]}
    if conditions := kind.row_conditions(obj):
        row["conditions"] = conditions
    shown = None if include == NONE else obj if include == OBJECT else partial_metadata(obj, version)
    return {**row, "object": shown}


@lru_cache(1024)
def _definitions(kind: Kind, definitions: Definitions) -> Objects:
    stored = kind.conversion.hub if kind.conversion else kind
    definition = definitions.name_of(stored.group, stored.version, stored.kind)
    return [_definition(column, definition, definitions) for column in kind.columns or DEFAULT_COLUMNS]


def _definition(column: Column, definition: str | None, definitions: Definitions) -> Object:
    documented = column.documented_by and description(definitions, definition, column.documented_by)
    return {
        "name": column.name,
        "type": column.type,
        "format": column.format,
        "description": documented or column.description,
        "priority": column.priority,
    }
