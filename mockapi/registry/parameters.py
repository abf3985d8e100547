"""Query parameters and option bodies as typed values: marshmallow schemas whose errors are what the API's converters say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from mockapi.machinery.errors import bad_request, unexplained

_INTEGER = re.compile(r"[+-]?[0-9]+")
_INT64 = range(-(2**63), 2**63)


class Text(fields.Field[str]):
    """The first value given."""

    def _deserialize(self, value: list[str], attr: str | None, data: Any, **_: Any) -> str:
        return value[0]


class Texts(fields.Field[list[str]]):
    """All values given."""

    def _deserialize(self, value: list[str], attr: str | None, data: Any, **_: Any) -> list[str]:
        return value


class Flag(fields.Field[bool]):
    """False for `0` and `false`, true for any other value, the empty one too."""

    def _deserialize(self, value: list[str], attr: str | None, data: Any, **_: Any) -> bool:
        return value[0].lower() not in {"0", "false"}


class Integer(fields.Field[int]):
    """A decimal int64."""

    def _deserialize(self, value: list[str], attr: str | None, data: Any, **_: Any) -> int:
        text = value[0]
        problem = "invalid syntax" if not _INTEGER.fullmatch(text) else "" if int(text) in _INT64 else "value out of range"
        if problem:
            raise ValidationError(f'strconv.ParseInt: parsing "{text}": {problem}')
        return int(text)


def _schema(declared: dict[str, Any]) -> Schema:
    return Schema.from_dict(declared, name="Parameters")(unknown=EXCLUDE)


LIST = _schema(
    {
        "labelSelector": Text(),
        "fieldSelector": Text(),
        "watch": Flag(),
        "allowWatchBookmarks": Flag(),
        "resourceVersion": Text(),
        "resourceVersionMatch": Text(),
        "timeoutSeconds": Integer(),
        "limit": Integer(),
        "continue": Text(),
        "sendInitialEvents": Flag(),
    }
)
WRITE = _schema({"dryRun": Texts(), "force": Flag(), "fieldManager": Text(), "fieldValidation": Text()})
DELETE = _schema(
    {"gracePeriodSeconds": Integer(), "orphanDependents": Flag(), "propagationPolicy": Text(), "dryRun": Texts(), "uid": Text()}
)

_BODY_TYPES: dict[str, tuple[type, str]] = {
    "gracePeriodSeconds": (int, "int64"),
    "orphanDependents": (bool, "bool"),
    "propagationPolicy": (str, "v1.DeletionPropagation"),
    "dryRun": (list, "[]string"),
    "preconditions": (dict, "v1.Preconditions"),
}


def convert(schema: Schema, query: Mapping[str, list[str]]) -> dict[str, Any]:
    """The typed values of a query's parameters. StatusError 400 with the first failure."""
    try:
        return dict(schema.load(query))
    except ValidationError as failure:
        messages = failure.messages_dict
        raise bad_request(next(messages[name][0] for name in schema.fields if name in messages)) from None


def typed(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a DeleteOptions body that are not null. StatusError 500 when one has a wrong type: the real server says so too."""
    found = {name: value for name, value in body.items() if name in _BODY_TYPES and value is not None}
    for name, value in found.items():
        wanted, go_type = _BODY_TYPES[name]
        if type(value) is not wanted:
            raise unexplained(f"json: cannot unmarshal {json_type(value)} into Go struct field DeleteOptions.{name} of type {go_type}")
    return found


def json_type(value: Any) -> str:
    """What Go's JSON decoder calls a value of this type."""
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
