"""The extended functions of texts (cel-go's ext.Strings), and sets (ext.Sets)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mockapi.machinery.gotext import quoted
from mockapi.registry.cel.overloads import Overload, methods
from mockapi.registry.cel.types import BOOL, DYN, INT, STRING, A, list_of
from mockapi.registry.cel.values import EvaluationError, equal, text

_BLANKS = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_CLAUSE = re.compile(r"%(?:%|\.?(\d*)([a-zA-Z]))")


def _char_at(value: str, index: int) -> str:
    if not 0 <= index <= len(value):
        raise EvaluationError(f"index out of range: {index}")
    return value[index : index + 1]


def _index_of(value: str, part: str, start: int = 0) -> int:
    if not 0 <= start <= len(value):
        raise EvaluationError(f"index out of range: {start}")
    return value.find(part, start)


def _last_index_of(value: str, part: str, last: int | None = None) -> int:
    if last is None:
        return value.rfind(part)
    if not 0 <= last < max(len(value), 1):
        raise EvaluationError(f"index out of range: {last}")
    return value.rfind(part, 0, last + len(part))


def _substring(value: str, start: int, end: int | None = None) -> str:
    stop = len(value) if end is None else end
    if not 0 <= start <= len(value):
        raise EvaluationError(f"index out of range: {start}")
    if not 0 <= stop <= len(value):
        raise EvaluationError(f"index out of range: {stop}")
    if start > stop:
        raise EvaluationError(f"invalid substring range. start: {start}, end: {stop}")
    return value[start:stop]


def _split(value: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if not separator:
        letters = list(value)
        return letters if limit < 0 or limit >= len(letters) else [*letters[: limit - 1], "".join(letters[limit - 1 :])]
    return value.split(separator, limit - 1 if limit > 0 else -1)


def _ascii(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: "".join(change(letter) if letter.isascii() else letter for letter in value)


def _joined(values: list[str], separator: str = "") -> str:
    if not all(isinstance(value, str) for value in values):
        raise EvaluationError("no such overload")
    return separator.join(values)


def _format(template: str, args: list[Any]) -> str:
    """`'%s is %d'.format([a, b])`."""
    remaining = iter(args)

    def clause(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[2] not in _CLAUSES:
            raise EvaluationError(f'could not parse formatting clause: unrecognized formatting clause "{match[2]}"')
        try:
            value = next(remaining)
        except StopIteration:
            raise EvaluationError(f"index {len(args)} out of range") from None
        try:
            return _CLAUSES[match[2]](value, int(match[1]) if match[1] else 6)
        except (TypeError, ValueError) as failure:
            raise EvaluationError(f"error during formatting: {failure}") from failure

    return _CLAUSE.sub(clause, template)


def _shown(value: Any, _precision: int = 0) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{_shown(key)}: {_shown(inner)}" for key, inner in value.items())) + "}"
    return "null" if value is None else text(value)


def _based(form: str) -> Callable[[Any, int], str]:
    def show(value: Any, _precision: int) -> str:
        if form in "xX" and isinstance(value, str | bytes):
            raw = value.encode() if isinstance(value, str) else value
            return raw.hex() if form == "x" else raw.hex().upper()
        return format(int(value), form)

    return show


_CLAUSES: dict[str, Callable[[Any, int], str]] = {
    "s": _shown,
    "d": lambda value, _precision: str(value) if isinstance(value, int | float) else _unfit(value),
    "f": lambda value, precision: f"{value:.{precision}f}",
    "e": lambda value, precision: f"{value:.{precision}e}",
    "b": _based("b"),
    "o": _based("o"),
    "x": _based("x"),
    "X": _based("X"),
}


def _unfit(value: Any) -> str:
    raise ValueError(f"decimal clause can only be used on integers, was given {type(value).__name__}")


def _contains(left: list[Any], right: list[Any]) -> bool:
    return all(any(equal(item, other) for other in left) for item in right)


OVERLOADS = [
    *methods("charAt", STRING, STRING, _char_at, INT),
    *methods("indexOf", STRING, INT, _index_of, STRING, (STRING, INT)),
    *methods("lastIndexOf", STRING, INT, _last_index_of, STRING, (STRING, INT)),
    *methods("lowerAscii", STRING, STRING, _ascii(str.lower)),
    *methods("upperAscii", STRING, STRING, _ascii(str.upper)),
    *methods("replace", STRING, STRING, str.replace, (STRING, STRING), (STRING, STRING, INT)),
    *methods("split", STRING, list_of(STRING), _split, STRING, (STRING, INT)),
    *methods("substring", STRING, STRING, _substring, INT, (INT, INT)),
    *methods("trim", STRING, STRING, lambda value: value.strip(_BLANKS)),
    *methods("join", list_of(STRING), STRING, _joined, (), STRING),
    *methods("format", STRING, STRING, _format, list_of(DYN)),
    Overload("strings.quote", (STRING,), STRING, quoted),
    Overload("sets.contains", (list_of(A), list_of(A)), BOOL, _contains),
    Overload("sets.equivalent", (list_of(A), list_of(A)), BOOL, lambda a, b: _contains(a, b) and _contains(b, a)),
    Overload("sets.intersects", (list_of(A), list_of(A)), BOOL, lambda a, b: any(equal(x, y) for x in a for y in b)),
]
