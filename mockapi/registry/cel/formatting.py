"""Durations as text, in the notation of Go."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|μs|ns)")


def parse_duration(text: str) -> timedelta:
    """The duration that a text such as `1h30m` or `-1.5s` names. ValueError."""
    sign, body = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if body == "0":
        return timedelta()
    parts = _PART.findall(body)
    if not parts or "".join(number + unit for number, unit in parts) != body:
        raise ValueError(f'time: invalid duration "{text}"')
    return sign * timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def duration_text(value: timedelta) -> str:
    """A duration in seconds, as CEL writes it: `90s`, `1.5s`."""
    seconds = f"{value.total_seconds():.6f}".rstrip("0").rstrip(".")
    return f"{seconds}s"
