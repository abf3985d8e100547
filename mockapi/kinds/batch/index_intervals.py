"""Lists of completion indexes such as `1,3-5`, as a JobSpec and a JobStatus write them, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from mockapi.machinery.gotext import quoted


class Interval(NamedTuple):
    """All indexes from the first to the last, both included."""

    first: int
    last: int


def count_indexes(text: str, completions: int) -> int:
    """How many indexes a list names. ValueError with the sentence that says why it cannot be read."""
    previous, total = None, 0
    for fragment in text.split(",") if text else ():
        interval = _interval(fragment, completions)
        if previous is not None and previous >= interval.first:
            raise _disorder(previous, interval.first)
        previous = interval.last
        total += interval.last - interval.first + 1
    return total


def first_common(one: str, other: str, completions: int) -> int | None:
    """The first index that two lists share; intervals that cannot be read are left out."""
    ours, theirs = list(_readable(one, completions)), list(_readable(other, completions))
    shared = (max(a.first, b.first) for a in ours for b in theirs if a.first <= b.last and b.first <= a.last)
    return min(shared, default=None)


def _readable(text: str, completions: int) -> Iterator[Interval]:
    for fragment in text.split(","):
        with suppress(ValueError):
            yield _interval(fragment, completions)


def _interval(fragment: str, completions: int) -> Interval:
    ends = fragment.split("-")
    if len(ends) > 2:
        sentence = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise ValueError(f"the fragment {quoted(fragment)} {sentence}")
    first, last = _index(ends[0], completions), _index(ends[-1], completions)
    if len(ends) == 2 and first >= last:
        raise _disorder(first, last)
    return Interval(first, last)


def _index(text: str, completions: int) -> int:
    if not re.fullmatch("[+]?[0-9]+", text):
        raise ValueError(f"cannot convert string to integer for index: {quoted(text)}")
    if int(text) >= completions:
        raise ValueError(f"too large index: {quoted(text)}")
    return int(text)


def _disorder(previous: int, current: int) -> ValueError:
    return ValueError(f"non-increasing order, previous: {previous}, current: {current}")
