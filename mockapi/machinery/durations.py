"""Spans of time as people read them in tables, and as Go programs write them."""

from __future__ import annotations

import re
from fractions import Fraction

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24
_YEAR = 365
_MAX_NANOSECONDS = (1 << 63) - 1
_SECONDS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "\u00b5s": Fraction(1, 10**6),
    "\u03bcs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(_MINUTE),
    "h": Fraction(_HOUR),
}
_TERM = re.compile(r"([0-9]*)(\.[0-9]*)?([^0-9.]*)")


def human_duration(seconds: float) -> str:
    """An age as tables show it, with two units at most; `<invalid>` for one of two seconds or more in the future."""
    whole = int(seconds)
    if whole < 0:
        return "<invalid>" if whole < -1 else "0s"
    if whole < 2 * _MINUTE:
        return f"{whole}s"
    minutes = whole // _MINUTE
    if minutes < 10:
        return _two(minutes, "m", whole % _MINUTE, "s")
    if minutes < 180:
        return f"{minutes}m"
    return _human_hours(minutes // 60, minutes % 60)


def _human_hours(hours: int, minutes: int) -> str:
    if hours < 8:
        return _two(hours, "h", minutes, "m")
    if hours < 2 * _DAY:
        return f"{hours}h"
    days = hours // _DAY
    if days < 8:
        return _two(days, "d", hours % _DAY, "h")
    if days < 2 * _YEAR:
        return f"{days}d"
    return _two(days // _YEAR, "y", days % _YEAR if days < 8 * _YEAR else 0, "d")


def _two(number: int, unit: str, rest: int, smaller: str) -> str:
    return f"{number}{unit}{rest}{smaller}" if rest else f"{number}{unit}"


def parse_duration(text: str) -> float:
    """Seconds in a Go duration such as `1m30s`, `-1.5h` or `300ms`. ValueError, in Go's words, when it is none."""
    unsigned = text[1:] if text[:1] in {"-", "+"} else text
    if unsigned == "0":
        return 0.0
    invalid = f'time: invalid duration "{text}"'
    total, position = Fraction(0), 0
    while position < len(unsigned) or not unsigned:
        term = _TERM.match(unsigned, position)
        assert term is not None
        if not term[1] and (term[2] or ".") == ".":
            raise ValueError(invalid)
        total += _term(term, text)
        position = term.end()
    if total * 10**9 > _MAX_NANOSECONDS:
        raise ValueError(invalid)
    return float(-total if text.startswith("-") else total)


def _term(term: re.Match[str], text: str) -> Fraction:
    unit = term[3]
    if not unit:
        raise ValueError(f'time: missing unit in duration "{text}"')
    if unit not in _SECONDS:
        raise ValueError(f'time: unknown unit "{unit}" in duration "{text}"')
    return Fraction((term[1] or "0") + (term[2] or "").rstrip(".")) * _SECONDS[unit]


def format_duration(seconds: float) -> str:
    """Seconds as Go prints a duration: `1m30s`, `1.5s`, `300ms`, `0s`."""
    nanoseconds = round(abs(seconds) * 10**9)
    if nanoseconds == 0:
        return "0s"
    sign = "-" if seconds < 0 else ""
    for unit, size in (("ns", 1), ("\u00b5s", 10**3), ("ms", 10**6)):
        if nanoseconds < size * 1000:
            return f"{sign}{_decimal(nanoseconds, size)}{unit}"
    minutes, rest = divmod(nanoseconds, _MINUTE * 10**9)
    hours, minutes = divmod(minutes, 60)
    larger = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{larger}{_decimal(rest, 10**9)}s"


def _decimal(amount: int, size: int) -> str:
    whole, rest = divmod(amount, size)
    digits = f"{rest:0{len(str(size)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)
