"""metav1.Time and metav1.MicroTime: RFC 3339 texts, read as Go's time.Parse reads them and written in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_SECONDS = "2006-01-02T15:04:05Z07:00"
_MICROSECONDS = "2006-01-02T15:04:05.000000Z07:00"
_FRACTION = re.compile(r"[.,]\d+")
_CHUNKS = [
    ("2006", re.compile(r"\d{4}")),
    ("-", re.compile("-")),
    ("01", re.compile(r"\d\d")),
    ("-", re.compile("-")),
    ("02", re.compile(r"\d\d")),
    ("T", re.compile("T")),
    ("15", re.compile(r"\d\d?")),
    (":", re.compile(":")),
    ("04", re.compile(r"\d\d")),
    (":", re.compile(":")),
    ("05", re.compile(r"\d\d")),
]
_MICRO_CHUNK = (".000000", re.compile(r"\.\d{6}"))
_ZONE_CHUNK = ("Z07:00", re.compile(r"Z|[+-]\d\d:\d\d"))
_RANGES = {"01": ("month", 1, 12), "15": ("hour", 0, 23), "04": ("minute", 0, 59), "05": ("second", 0, 59)}


class TimeError(ValueError):
    """The text is no time; the message is Go's."""


@lru_cache(maxsize=4096)
def time_text(text: str) -> str:
    """A metav1.Time in UTC with whole seconds: "2026-01-02T03:04:05Z". TimeError when it is none."""
    return _parse(text, _SECONDS).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def micro_time_text(text: str) -> str:
    """A metav1.MicroTime in UTC: "2026-01-02T03:04:05.000006Z"; its six digits are required. TimeError when it is none."""
    return _parse(text, _MICROSECONDS).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _parse(text: str, layout: str) -> datetime:
    parts = _split(text, layout)
    for chunk, (name, low, high) in _RANGES.items():
        if not low <= int(parts[chunk]) <= high:
            raise TimeError(f'parsing time "{text}": {name} out of range')
    try:
        moment = datetime(*(int(parts[chunk]) for chunk in ("2006", "01", "02", "15", "04", "05")), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        raise TimeError(f'parsing time "{text}": day out of range') from None
    fraction = parts.get("fraction", "")[1:7].ljust(6, "0")
    return moment.replace(microsecond=int(fraction)) - _offset(parts["Z07:00"])


def _split(text: str, layout: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    rest = text
    for chunk, pattern in _chunks(layout):
        match = pattern.match(rest)
        if match is None:
            raise TimeError(f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{chunk}"')
        parts["fraction" if chunk == ".000000" else chunk] = match[0]
        rest = rest[match.end() :]
        if chunk == "05" and layout == _SECONDS and (fraction := _FRACTION.match(rest)):
            parts["fraction"] = fraction[0]
            rest = rest[fraction.end() :]
    if rest:
        raise TimeError(f'parsing time "{text}": extra text: "{rest}"')
    return parts


def _chunks(layout: str) -> list[tuple[str, re.Pattern[str]]]:
    return [*_CHUNKS, *([_MICRO_CHUNK] if layout == _MICROSECONDS else []), _ZONE_CHUNK]


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    hours, minutes = zone[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if zone[0] == "-" else offset
