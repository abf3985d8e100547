"""Spans of time as people read them in tables."""

from __future__ import annotations

_SECONDS_A_MINUTE = 60
_HOURS_A_DAY = 24
_DAYS_A_YEAR = 365


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
