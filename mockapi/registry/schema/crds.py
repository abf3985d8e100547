"""The parts of a CustomResourceDefinition's schema that Go decodes with functions of their own: a schema or a boolean, one or many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockapi.registry.schema.report import DecodeError, Position, Report
from mockapi.registry.schema.scalars import Convert


def _apart(convert: Convert, value: Any) -> Any:
    """Decodes as a document of its own: unknown fields in it are dropped without a word, failures end the decoding."""
    report = Report()
    made = convert(value, (None, report))
    if report.failure is not None:
        raise DecodeError(report.failure)
    return made


def _props_or_bool(props: Convert) -> Convert:
    def convert(value: Any, at: Position) -> Any:
        if type(value) is dict:
            return _apart(props, value)
        if type(value) is bool:
            return value
        raise DecodeError("boolean or JSON schema expected")

    return convert


def _props_or_list(props: Convert) -> Convert:
    def convert(value: Any, at: Position) -> Any:
        if type(value) is list:
            return [_apart(props, item) for item in value]
        return _apart(props, value) if type(value) is dict else None

    return convert


def _props_or_strings(props: Convert) -> Convert:
    def convert(value: Any, at: Position) -> Any:
        if type(value) is list:
            return list(value)
        return _apart(props, value) if type(value) is dict else None

    return convert


SPECIAL_PROPS: dict[str, Callable[[Convert], Convert]] = {
    "JSONSchemaPropsOrBool": _props_or_bool,
    "JSONSchemaPropsOrArray": _props_or_list,
    "JSONSchemaPropsOrStringArray": _props_or_strings,
}
"""Makes the decoder of a struct from the decoder of JSONSchemaProps."""
