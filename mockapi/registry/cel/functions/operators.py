"""Operators, but for those that do not look at all their operands (&&, || and ?:)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from typing import Any

from mockapi.registry.cel.overloads import Overload
from mockapi.registry.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
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
)
from mockapi.registry.cel.values import NONE, EvaluationError, Maybe, UInt, UnorderedList, equal, key_text

_ORDERED = (BOOL, STRING, BYTES, TIMESTAMP, DURATION)
_NUMBERS = (INT, UINT, DOUBLE)
_RANGES = {INT: (range(-(2**63), 2**63), "integer overflow"), UINT: (range(2**64), "unsigned integer overflow")}


def _whole(kind: Type, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Arithmetic within 64 bits."""
    bounds, complaint = _RANGES[kind]

    def computed(left: Any, right: Any) -> Any:
        result = compute(left, right)
        if result not in bounds:
            raise EvaluationError(complaint)
        return UInt(result) if kind == UINT else int(result)

    return computed


def _divided(left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError("modulus by zero")
    return left - right * _divided(left, right)


def _float_divided(left: float, right: float) -> float:
    if right:
        return left / right
    return float("nan") if not left else float("inf") * (1 if left > 0 else -1)


def _item(items: list[Any], index: Any) -> Any:
    position = int(index)
    if position != index or not 0 <= position < len(items):
        raise EvaluationError(f"index out of bounds: {index}")
    return items[position]


def _value(entries: dict[Any, Any], key: Any) -> Any:
    if key not in entries:
        raise EvaluationError(f"no such key: {key_text(key)}")
    return entries[key]


def _maybe_item(items: list[Any], index: int) -> Maybe:
    return Maybe(True, items[index]) if 0 <= index < len(items) else NONE


def _maybe_value(entries: dict[Any, Any], key: Any) -> Maybe:
    return Maybe(True, entries[key]) if key in entries else NONE


def _through(find: Callable[[Any, Any], Maybe]) -> Callable[[Maybe, Any], Maybe]:
    return lambda holder, key: find(holder.value, key) if holder.present else NONE


def _concatenated(left: list[Any], right: list[Any]) -> list[Any]:
    if isinstance(left, UnorderedList):
        return left + right
    return [*left, *right]


def _is_in(item: Any, items: list[Any]) -> bool:
    return any(equal(item, other) for other in items)


def _comparisons() -> list[Overload]:
    compare = {"_<_": operator.lt, "_<=_": operator.le, "_>_": operator.gt, "_>=_": operator.ge}
    pairs = [(kind, kind) for kind in _ORDERED] + list(product(_NUMBERS, _NUMBERS))
    return [Overload(name, pair, BOOL, compute) for name, compute in compare.items() for pair in pairs]


def _arithmetic() -> list[Overload]:
    found = []
    computes = {"_+_": operator.add, "_-_": operator.sub, "_*_": operator.mul, "_/_": _divided, "_%_": _remainder}
    for name, compute in computes.items():
        found += [Overload(name, (kind, kind), kind, _whole(kind, compute)) for kind in (INT, UINT)]
    found += [Overload(name, (DOUBLE, DOUBLE), DOUBLE, computes[name]) for name in ("_+_", "_-_", "_*_")]
    found.append(Overload("_/_", (DOUBLE, DOUBLE), DOUBLE, _float_divided))
    return found


OVERLOADS = [
    *_comparisons(),
    *_arithmetic(),
    *(Overload("_+_", (kind, kind), kind, operator.add) for kind in (STRING, BYTES, DURATION)),
    Overload("_+_", (list_of(A), list_of(A)), list_of(A), _concatenated),
    Overload("_+_", (TIMESTAMP, DURATION), TIMESTAMP, operator.add),
    Overload("_+_", (DURATION, TIMESTAMP), TIMESTAMP, lambda duration, moment: moment + duration),
    Overload("_-_", (TIMESTAMP, TIMESTAMP), DURATION, operator.sub),
    Overload("_-_", (TIMESTAMP, DURATION), TIMESTAMP, operator.sub),
    Overload("_-_", (DURATION, DURATION), DURATION, operator.sub),
    Overload("-_", (INT,), INT, lambda value: _whole(INT, lambda left, right: left - right)(0, value)),
    Overload("-_", (DOUBLE,), DOUBLE, operator.neg),
    Overload("!_", (BOOL,), BOOL, operator.not_),
    Overload("_==_", (A, A), BOOL, equal),
    Overload("_!=_", (A, A), BOOL, lambda left, right: not equal(left, right)),
    Overload("@in", (A, list_of(A)), BOOL, _is_in),
    Overload("@in", (A, map_of(A, B)), BOOL, lambda key, entries: key in entries),
    Overload("_[_]", (list_of(A), INT), A, _item),
    Overload("_[_]", (map_of(A, B), A), B, _value),
    Overload("_[_]", (optional(list_of(A)), INT), optional(A), _through(_maybe_item)),
    Overload("_[_]", (optional(map_of(A, B)), A), optional(B), _through(_maybe_value)),
    Overload("_[?_]", (list_of(A), INT), optional(A), _maybe_item),
    Overload("_[?_]", (map_of(A, B), A), optional(B), _maybe_value),
    Overload("_[?_]", (optional(list_of(A)), INT), optional(A), _through(_maybe_item)),
    Overload("_[?_]", (optional(map_of(A, B)), A), optional(B), _through(_maybe_value)),
]
