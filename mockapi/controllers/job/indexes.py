"""Completion indexes as ordered intervals, written as `0,2-5,7` (JobStatus.completedIndexes and failedIndexes)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple


class Interval(NamedTuple):
    """All indexes from the first to the last, both included."""

    first: int
    last: int


class Indexes:
    """A set of indexes. It is never changed."""

    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        self._intervals = _merged(intervals)

    def __contains__(self, index: int) -> bool:
        position = bisect_left(self._intervals, index, key=lambda interval: interval.last)
        return position < len(self._intervals) and self._intervals[position].first <= index

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._intervals)

    def __str__(self) -> str:
        return ",".join(map(_text, self._intervals))

    def __or__(self, more: Indexes) -> Indexes:
        return Indexes([*self._intervals, *more._intervals])

    def __and__(self, other: Indexes) -> Indexes:
        common = []
        mine, others = iter(self._intervals), iter(other._intervals)
        one, another = next(mine, None), next(others, None)
        while one and another:
            common.append(Interval(max(one.first, another.first), min(one.last, another.last)))
            if one.last < another.last:
                one = next(mine, None)
            else:
                another = next(others, None)
        return Indexes(interval for interval in common if interval.first <= interval.last)

    def first_missing(self, count: int, completions: int) -> list[int]:
        """The lowest indexes below `completions` that are not in the set, at most `count` of them."""
        missing: list[int] = []
        candidate = 0
        for interval in [*self._intervals, Interval(completions, completions)]:
            end = min(interval.first, completions, candidate + count - len(missing))
            missing += range(candidate, end)
            candidate = max(candidate, interval.last + 1)
        return missing


def of(indexes: Iterable[int]) -> Indexes:
    """The set of these indexes."""
    return Indexes(Interval(index, index) for index in indexes)


def parse(text: str, completions: int) -> Indexes:
    """The set that a list of intervals names, as far as it is below `completions`. Intervals that cannot be read are left out."""
    intervals = []
    for part in text.split(",") if text else ():
        first, dash, last = part.partition("-")
        if first.isdecimal() and (last.isdecimal() or not dash):
            intervals.append(Interval(int(first), min(int(last or first), completions - 1)))
    return Indexes(interval for interval in intervals if interval.first <= interval.last)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.first <= merged[-1].last + 1:
            merged[-1] = Interval(merged[-1].first, max(merged[-1].last, interval.last))
        else:
            merged.append(interval)
    return merged


def _text(interval: Interval) -> str:
    if interval.first == interval.last:
        return str(interval.first)
    return f"{interval.first}{',' if interval.last == interval.first + 1 else '-'}{interval.last}"
