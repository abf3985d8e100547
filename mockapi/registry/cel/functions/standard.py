"""The standard functions of the language: sizes, texts, conversions, times and optional values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockapi.registry.cel.formatting import parse_duration
from mockapi.registry.cel.overloads import Overload, methods, type_of
from mockapi.registry.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    UINT,
    A,
    B,
    Type,
    list_of,
    map_of,
    optional,
    type_type,
)
from mockapi.registry.cel.values import NONE, EvaluationError, Maybe, UInt, text
from mockapi.registry.structural.scalars import go_pattern

_SIZED = (STRING, BYTES, list_of(A), map_of(A, B))
_TEXTUAL = (BOOL, BYTES, DOUBLE, DURATION, INT, STRING, TIMESTAMP, UINT)


def matches(value: str, pattern: str) -> bool:
    """Whether a part of the text matches a regular expression."""
    try:
        return go_pattern(pattern).search(value) is not None
    except re.error as failure:
        raise EvaluationError(f"error parsing regexp: {failure}: `{pattern}`") from failure


def _to_int(value: Any) -> int:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return _whole(value, range(-(2**63), 2**63), "int")


def _to_uint(value: Any) -> UInt:
    return UInt(_whole(value, range(2**64), "uint"))


def _whole(value: Any, bounds: range, kind: str) -> int:
    try:
        result = int(value)
    except (ValueError, OverflowError) as failure:
        raise EvaluationError(f"type conversion error from '{type_of(value)}' to '{kind}'") from failure
    if result not in bounds:
        raise EvaluationError("integer overflow" if kind == "int" else "unsigned integer overflow")
    return result


def _parsed(parse: Callable[[str], Any], kind: str) -> Callable[[str], Any]:
    def convert(value: str) -> Any:
        try:
            return parse(value)
        except ValueError as failure:
            raise EvaluationError(f"type conversion error from 'string' to '{kind}'") from failure

    return convert


def _timestamp(value: str) -> datetime:
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError(value)
    return parsed


def _boolean(value: str) -> bool:
    if value in {"1", "t", "T", "TRUE", "true", "True"}:
        return True
    if value in {"0", "f", "F", "FALSE", "false", "False"}:
        return False
    raise ValueError(value)


def _zone(name: str) -> tzinfo:
    match = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", name)
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-offset if match[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as failure:
        raise EvaluationError(f"unknown time zone {name}") from failure


_DATE_PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda moment: moment.year,
    "getMonth": lambda moment: moment.month - 1,
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday - 1,
    "getDayOfMonth": lambda moment: moment.day - 1,
    "getDate": lambda moment: moment.day,
    "getDayOfWeek": lambda moment: moment.isoweekday() % 7,
    "getHours": lambda moment: moment.hour,
    "getMinutes": lambda moment: moment.minute,
    "getSeconds": lambda moment: moment.second,
    "getMilliseconds": lambda moment: moment.microsecond // 1000,
}
_DURATION_PARTS: dict[str, Callable[[timedelta], int]] = {
    "getHours": lambda duration: int(duration.total_seconds() / 3600),
    "getMinutes": lambda duration: int(duration.total_seconds() / 60),
    "getSeconds": lambda duration: int(duration.total_seconds()),
    "getMilliseconds": lambda duration: round(duration.total_seconds() * 1000) % 1000,
}


def _date_part(part: Callable[[datetime], int]) -> Callable[..., int]:
    return lambda moment, zone="UTC": part(moment.astimezone(_zone(zone)))


def _times() -> list[Overload]:
    found = []
    for name, part in _DATE_PARTS.items():
        found += methods(name, TIMESTAMP, INT, _date_part(part), (), STRING)
    for name, length in _DURATION_PARTS.items():
        found += methods(name, DURATION, INT, length)
    return found


def _is_zero(value: Any) -> bool:
    return value is None or value in (False, 0, "", b"", [], {})


def _or_value(maybe: Maybe, other: Any) -> Any:
    return maybe.value if maybe.present else other


def _the_value(maybe: Maybe) -> Any:
    if not maybe.present:
        raise EvaluationError("optional.none() dereference")
    return maybe.value


def _conversions() -> list[Overload]:
    same = (("int", INT), ("uint", UINT), ("double", DOUBLE), ("string", STRING), ("bytes", BYTES), ("bool", BOOL))
    found = [Overload(name, (kind,), kind, lambda value: value) for name, kind in (*same, ("duration", DURATION), ("timestamp", TIMESTAMP))]
    found += [Overload("int", (kind,), INT, _to_int) for kind in (UINT, DOUBLE, STRING, TIMESTAMP)]
    found += [Overload("uint", (kind,), UINT, _to_uint) for kind in (INT, DOUBLE, STRING)]
    found += [Overload("double", (kind,), DOUBLE, _parsed(float, "double")) for kind in (INT, UINT, STRING)]
    found += [Overload("string", (kind,), STRING, text) for kind in _TEXTUAL if kind != STRING]
    return found


def _declared_type(value: Any) -> Type:
    return Type(type_of(value).name)


OVERLOADS = [
    *(Overload("size", (kind,), INT, len) for kind in _SIZED),
    *(overload for kind in _SIZED for overload in methods("size", kind, INT, len)),
    Overload("matches", (STRING, STRING), BOOL, matches),
    *methods("matches", STRING, BOOL, matches, STRING),
    *methods("contains", STRING, BOOL, lambda value, part: part in value, STRING),
    *methods("startsWith", STRING, BOOL, str.startswith, STRING),
    *methods("endsWith", STRING, BOOL, str.endswith, STRING),
    *_conversions(),
    Overload("bytes", (STRING,), BYTES, str.encode),
    Overload("bool", (STRING,), BOOL, _parsed(_boolean, "bool")),
    Overload("duration", (STRING,), DURATION, _parsed(parse_duration, "duration")),
    Overload("timestamp", (STRING,), TIMESTAMP, _parsed(_timestamp, "timestamp")),
    Overload("timestamp", (INT,), TIMESTAMP, lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    Overload("dyn", (A,), DYN, lambda value: value),
    Overload("type", (A,), type_type(A), _declared_type),
    *_times(),
    Overload("optional.of", (A,), optional(A), lambda value: Maybe(True, value)),
    Overload("optional.ofNonZeroValue", (A,), optional(A), lambda value: NONE if _is_zero(value) else Maybe(True, value)),
    Overload("optional.none", (), optional(A), lambda: NONE),
    *methods("hasValue", optional(A), BOOL, lambda maybe: maybe.present),
    *methods("value", optional(A), A, _the_value),
    *methods("orValue", optional(A), A, _or_value, A),
    *methods("or", optional(A), optional(A), lambda maybe, other: maybe if maybe.present else other, optional(A)),
]
