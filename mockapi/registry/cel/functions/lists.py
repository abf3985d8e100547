"""The functions of lists and of regular expressions that Kubernetes adds (KEP-2876)."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

from mockapi.registry.cel.overloads import methods
from mockapi.registry.cel.types import BOOL, BYTES, DOUBLE, DURATION, INT, STRING, TIMESTAMP, UINT, A, list_of
from mockapi.registry.cel.values import EvaluationError, UInt, equal
from mockapi.registry.structural.scalars import go_pattern

_ORDERED = (INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES)


def _is_sorted(items: list[Any]) -> bool:
    return all(left <= right for left, right in pairwise(items))


def _least(items: list[Any]) -> Any:
    if not items:
        raise EvaluationError("min called on empty list")
    return min(items)


def _greatest(items: list[Any]) -> Any:
    if not items:
        raise EvaluationError("max called on empty list")
    return max(items)


def _place(items: list[Any], item: Any) -> int:
    return next((position for position, other in enumerate(items) if equal(other, item)), -1)


def _last_place(items: list[Any], item: Any) -> int:
    return next((position for position in reversed(range(len(items))) if equal(items[position], item)), -1)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return go_pattern(text)
    except re.error as failure:
        raise EvaluationError(f"Illegal regex: error parsing regexp: {failure}: `{text}`") from failure


def _find(value: str, pattern: str) -> str:
    match = _pattern(pattern).search(value)
    return match[0] if match else ""


def _find_all(value: str, pattern: str, limit: int = -1) -> list[str]:
    found = [match[0] for match in _pattern(pattern).finditer(value)]
    return found if limit < 0 else found[:limit]


OVERLOADS = [
    *(overload for kind in _ORDERED for overload in methods("isSorted", list_of(kind), BOOL, _is_sorted)),
    *(overload for kind in _ORDERED for overload in methods("min", list_of(kind), kind, _least)),
    *(overload for kind in _ORDERED for overload in methods("max", list_of(kind), kind, _greatest)),
    *methods("sum", list_of(INT), INT, sum),
    *methods("sum", list_of(UINT), UINT, lambda items: UInt(sum(items))),
    *methods("sum", list_of(DOUBLE), DOUBLE, lambda items: sum(items, 0.0)),
    *methods("sum", list_of(DURATION), DURATION, lambda items: sum(items, timedelta())),
    *methods("indexOf", list_of(A), INT, _place, A),
    *methods("lastIndexOf", list_of(A), INT, _last_place, A),
    *methods("find", STRING, STRING, _find, STRING),
    *methods("findAll", STRING, list_of(STRING), _find_all, STRING, (STRING, INT)),
]
