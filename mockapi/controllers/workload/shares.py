"""Numbers that may be given as a share of a total (IntOrString)."""

from __future__ import annotations

import math


def rounded_up(value: int | str, total: int) -> int:
    """A number as it is, a percentage of the total rounded up."""
    return math.ceil(_percentage(value) * total / 100) if isinstance(value, str) else value


def rounded_down(value: int | str, total: int) -> int:
    """A number as it is, a percentage of the total rounded down."""
    return math.floor(_percentage(value) * total / 100) if isinstance(value, str) else value


def _percentage(value: str) -> int:
    return int(value.removesuffix("%"))
