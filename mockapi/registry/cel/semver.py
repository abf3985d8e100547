"""Semantic versions (semver.org, 2.0.0)."""

from __future__ import annotations

import re
from functools import total_ordering

_NUMBER = "(0|[1-9][0-9]*)"
_PART = "(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_SEMVER = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9a-zA-Z.-]+)?")


@total_ordering
class Semver:
    """A version; build metadata does not count."""

    def __init__(self, text: str) -> None:
        """ValueError when the text is no version."""
        match = _SEMVER.fullmatch(text)
        if match is None:
            raise ValueError(f"invalid semantic version: {text}")
        self.major, self.minor, self.patch = (int(match[group]) for group in (1, 2, 3))
        self._before = match[4].split(".") if match[4] else []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Semver) and self._rank() == other._rank()

    def __lt__(self, other: Semver) -> bool:
        return self._rank() < other._rank()

    def __hash__(self) -> int:
        return hash((self.major, self.minor, self.patch))

    def _rank(self) -> tuple[object, ...]:
        """Numbers before words; a release after all that led to it."""
        parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in self._before]
        return (self.major, self.minor, self.patch, not self._before, parts)


def normalized(text: str) -> str:
    """A version as tolerant readers take it: without a leading v and leading zeros, and with all three numbers."""
    text = text.strip().removeprefix("v")
    numbers, mark, rest = text.partition("-") if "-" in text else text.partition("+")
    parts = [part.lstrip("0") or "0" for part in numbers.split(".")]
    return ".".join([*parts, *["0"] * (3 - len(parts))]) + mark + rest
