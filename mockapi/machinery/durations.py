"""Spans of time as people read them in tables, and as they write them in settings."""

from __future__ import annotations

_SECONDS_A_MINUTE = 60
_HOURS_A_DAY = 24
_DAYS_A_YEAR = 365
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str | None) -> float | None:
    """A duration such as `1.5`, `300ms` or `2m` in seconds; None for what is none."""
    if text is None:
        return None
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    try:
        return float(text.removesuffix(unit)) * _UNITS.get(unit, 1.0)
    except ValueError:
        return None


def duration_text(value: float) -> str:
    """A number of seconds in the unit in which it is shortest: 300ms, 1.5s, 2m."""
    if value and value < 1:
        return f"{value * 1000:g}ms"
    return f"{value / 60:g}m" if value and value % 60 == 0 else f"{value:g}s"


def human_duration(seconds: float) -> str:
    """An age as tables show it, with two units at most; `<invalid>` for one of two seconds or more in the future."""
    whole = int(seconds)
    if whole < 0:
        return "<invalid>" if whole < -1 else "0s"
    if whole < 2 * _SECONDS_A_MINUTE:
        return f"{whole}s"
    minutes = whole // _SECONDS_A_MINUTE
    if minutes < 10:
        return _two(minutes, "m", whole % _SECONDS_A_MINUTE, "s")
    if minutes < 180:
        return f"{minutes}m"
    return _human_hours(minutes // 60, minutes % 60)


def _human_hours(hours: int, minutes: int) -> str:
    if hours < 8:
        return _two(hours, "h", minutes, "m")
    if hours < 2 * _HOURS_A_DAY:
        return f"{hours}h"
    days = hours // _HOURS_A_DAY
    if days < 8:
        return _two(days, "d", hours % _HOURS_A_DAY, "h")
    if days < 2 * _DAYS_A_YEAR:
        return f"{days}d"
    return _two(days // _DAYS_A_YEAR, "y", days % _DAYS_A_YEAR if days < 8 * _DAYS_A_YEAR else 0, "d")


def _two(number: int, unit: str, rest: int, smaller: str) -> str:
    return f"{number}{unit}{rest}{smaller}" if rest else f"{number}{unit}"
