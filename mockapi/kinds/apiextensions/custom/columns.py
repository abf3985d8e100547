"""Printer columns of custom resources (apiextensions.k8s.io/v1 CustomResourceColumnDefinition)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from mockapi.machinery.jsonpath import JSONPath, JSONPathError, text_of
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.columns import AGE_AS_DATE, NAME
from mockapi.registry.kind import Column
from mockapi.registry.printing import since


def custom_columns(declared: Objects) -> tuple[Column, ...]:
    """The columns of a version: the name, and those that it declares, or else the age."""
    return (NAME, *(_declared(declared) if declared else (AGE_AS_DATE,)))


def _declared(columns: Iterable[Object]) -> list[Column]:
    return [
        Column(
            column["name"],
            _cell(column["type"], column["jsonPath"]),
            type=column["type"],
            format=column.get("format", ""),
            priority=column.get("priority", 0),
            description=column.get("description") or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
        )
        for column in columns
    ]


def _cell(kind: str, path: str) -> Callable[[Object, datetime], Any]:
    try:
        compiled = JSONPath(path)
    except JSONPathError:
        return lambda _obj, _now: None

    def cell(obj: Object, now: datetime) -> Any:
        found = compiled.find(obj)
        return _shown(kind, found[0], now) if found else None

    return cell


def _shown(kind: str, value: Any, now: datetime) -> Any:
    """A value as a column of the type shows it; None when it has another type."""
    if value is None:
        return None
    if kind == "string":
        return text_of(value)
    if kind == "date":
        return since(value, now) if isinstance(value, str) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if kind == "integer" else value
