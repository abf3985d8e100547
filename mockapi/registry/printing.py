"""Words that the cells of many tables share: ages, label maps and selectors as kubectl shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.durations import human_duration
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import SelectorError, selector_from_object

NONE = "<none>"
UNKNOWN = "<unknown>"
UNSET = "<unset>"
INVALID = "<invalid>"


def since(moment: str | None, now: datetime) -> str:
    """How long ago a metav1.Time was: `5m`, `<unknown>` when it is absent, `<invalid>` when it cannot be read."""
    if not moment:
        return UNKNOWN
    try:
        return human_duration((now - parse_timestamp(moment)).total_seconds())
    except ValueError:
        return INVALID


def age(obj: Object, now: datetime) -> str:
    """The cell of the column Age: the time since the object's creation."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def name(obj: Object, _now: datetime) -> str:
    """The cell of the column Name."""
    return str(obj["metadata"].get("name", ""))


def or_none(text: object) -> str:
    """The text, or `<none>` for an absent or empty one."""
    return str(text) if text else NONE


def joined(items: Iterable[str]) -> str:
    """Items separated by commas."""
    return ",".join(items)


def labels(values: Mapping[str, str] | None) -> str:
    """A map of labels as `a=b,c=d`, sorted by key; `<none>` when it is empty."""
    return or_none(joined(f"{key}={value}" for key, value in sorted((values or {}).items())))


def selector(value: Object | None) -> str:
    """A metav1.LabelSelector as text: `<none>` when it selects everything."""
    if value is None:
        return NONE
    try:
        return or_none(str(selector_from_object(value)))
    except SelectorError:
        return "<error>"
