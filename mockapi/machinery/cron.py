"""Schedules of CronJobs: the five fields of cron, `@daily` and its like, and `@every` with a duration (CronJob.spec.schedule)."""

from __future__ import annotations

import re
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockapi.machinery.gotext import quoted

_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
_DURATION = re.compile(rf"(?P<sign>[+-]?)(?P<parts>({_PART})+|0)")


class ScheduleError(ValueError):
    """A schedule that cannot be read; the text is what a client sees."""


class _Bounds(NamedTuple):
    """The values that a field may have, and the names of some of them."""

    low: int
    high: int
    names: dict[str, int]


_FIELDS = (
    _Bounds(0, 59, {}),
    _Bounds(0, 23, {}),
    _Bounds(1, 31, {}),
    _Bounds(1, 12, {name: position + 1 for position, name in enumerate(_MONTHS)}),
    _Bounds(0, 6, {name: position for position, name in enumerate(_DAYS)}),
)


class Schedule(NamedTuple):
    """The minutes, hours, days of the month, months and days of the week at which something is due.

    `@every` leaves them empty: `every` is its number of seconds, at least one, and 0 without it.
    """

    fields: tuple[frozenset[int], ...]
    every: int = 0


def parse_schedule(text: str) -> Schedule:
    """What a schedule means. ScheduleError when it cannot be read."""
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = _without_zone(text)
    if text.startswith("@"):
        return _described(text)
    found = text.split()
    if len(found) != len(_FIELDS):
        raise ScheduleError(f"expected exactly {len(_FIELDS)} fields, found {len(found)}: [{' '.join(found)}]")
    return Schedule(tuple(_field(expression, bounds) for expression, bounds in zip(found, _FIELDS, strict=True)))


def is_time_zone(name: str) -> bool:
    """Whether the database of time zones has the name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _without_zone(text: str) -> str:
    assignment, _, rest = text.partition(" ")
    name = assignment.partition("=")[2]
    if not is_time_zone(name or "UTC"):
        raise ScheduleError(f"provided bad location {name}: unknown time zone {name}")
    return rest.strip()


def _described(text: str) -> Schedule:
    if text in _DESCRIPTORS:
        return parse_schedule(_DESCRIPTORS[text])
    if not text.startswith(_EVERY):
        raise ScheduleError(f"unrecognized descriptor: {text}")
    duration = text.removeprefix(_EVERY)
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ScheduleError(f"failed to parse duration {text}: time: invalid duration {quoted(duration)}")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, found["parts"]))
    return Schedule((), 1 if found["sign"] == "-" else max(1, int(seconds)))


def _field(expression: str, bounds: _Bounds) -> frozenset[int]:
    return frozenset(value for part in expression.split(",") if part for value in _range(part, bounds))


def _range(expression: str, bounds: _Bounds) -> range:
    limits, *steps = expression.split("/")
    low, *rest = limits.split("-")
    if low in {"*", "?"}:
        start, end = bounds.low, bounds.high
    elif len(rest) > 1:
        raise ScheduleError(f"too many hyphens: {expression}")
    else:
        start = _number(low, bounds.names)
        end = _number(rest[0], bounds.names) if rest else start
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {expression}")
    step = _number(steps[0], {}) if steps else 1
    if steps and not rest:
        end = bounds.high
    _check_range(start, end, step, bounds, expression)
    return range(start, end + 1, step)


def _check_range(start: int, end: int, step: int, bounds: _Bounds, expression: str) -> None:
    if start < bounds.low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({bounds.low}): {expression}")
    if end > bounds.high:
        raise ScheduleError(f"end of range ({end}) above maximum ({bounds.high}): {expression}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {expression}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {expression}")


def _number(text: str, named: dict[str, int]) -> int:
    if text.lower() in named:
        return named[text.lower()]
    if not re.fullmatch("[+-]?[0-9]+", text):
        raise ScheduleError(f"failed to parse int from {text}: strconv.Atoi: parsing {quoted(text)}: invalid syntax")
    if int(text) < 0:
        raise ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)
