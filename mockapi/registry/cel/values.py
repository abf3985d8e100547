"""The values of expressions: JSON values and Python's dates as they are, and what has no counterpart there."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mockapi.registry.cel.formatting import duration_text


class EvaluationError(Exception):
    """An expression has no value; the text is the real server's."""


class UInt(int):
    """An unsigned 64 bit integer."""

    __slots__ = ()


@dataclass(frozen=True)
class Maybe:
    """An optional value."""

    present: bool
    value: Any = None


NONE = Maybe(False)


class Made(dict[str, Any]):
    """An object that an expression made, with the name of its type: `Object.spec`, `JSONPatch`."""

    def __init__(self, type_name: str) -> None:
        super().__init__()
        self.type_name = type_name


class UnorderedList(list[Any]):
    """A list whose order does not matter when it is compared: x-kubernetes-list-type `set` (each item its own key) or `map`."""

    def __init__(self, items: Any, keys: tuple[str, ...] = ()) -> None:
        super().__init__(items)
        self._keys = keys

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list) or len(self) != len(other):
            return False
        if not self._keys:
            return all(item in other for item in self)
        return all(any(self._same(item, candidate) and item == candidate for candidate in other) for item in self)

    __hash__ = None

    def __add__(self, other: list[Any]) -> UnorderedList:
        """The union: items of the other list replace those with the same identity, and new ones follow."""
        merged = [next((new for new in other if self._same(item, new)), item) for item in self]
        merged += [new for new in other if not any(self._same(item, new) for item in self)]
        return UnorderedList(merged, self._keys)

    def _same(self, left: Any, right: Any) -> bool:
        if not self._keys:
            return equal(left, right)
        return all(left.get(key) == right.get(key) for key in self._keys)


def equal(left: Any, right: Any) -> bool:
    """Equality of values: numbers by value, booleans and texts only with their like."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list) and not isinstance(left, UnorderedList):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    return bool(left == right)


def text(value: Any) -> str:
    """The value as string() gives it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return timestamp_text(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, bytes):
        return decoded(value)
    return str(value)


def as_json(value: Any) -> Any:
    """The value as JSON writes it. EvaluationError for what it cannot write."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {text(key): as_json(inner) for key, inner in value.items()}
        case list():
            return [as_json(inner) for inner in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime() | timedelta():
            return text(value)
        case Maybe():
            return as_json(value.value) if value.present else None
    raise EvaluationError("unsupported conversion to JSON")


def decoded(value: bytes) -> str:
    """Bytes as text. EvaluationError when they are no UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError as failure:
        raise EvaluationError("invalid UTF-8 in bytes, cannot convert to string") from failure


def timestamp_text(value: datetime) -> str:
    """A timestamp as RFC 3339 writes it, with as many digits of the second as it needs."""
    moment = value.astimezone(UTC)
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def key_text(value: Any) -> str:
    """A key as errors show it."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
