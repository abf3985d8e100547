"""Stages: a selector on the state of an object, a delay, and a change of its status or an Event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mockapi.machinery.meta import Object
from mockapi.reconcile.recorder import NORMAL

Path = tuple[str, ...]
# Seconds: the sum of numbers and of what the subject has at paths.
Seconds = tuple[float | Path, ...]


@dataclass(frozen=True)
class Requirement:
    """One condition on the value at a path; operators are those of a label selector: In, NotIn, Exists, DoesNotExist."""

    path: Path
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, value: Any) -> bool:
        """Whether a value, None for one that is absent, is as required."""
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        return (as_text(value) in self.values) == (self.operator == "In")


@dataclass(frozen=True)
class EventTemplate:
    """An Event to tell; `{path}` in the message is replaced by the subject's value."""

    reason: str
    message: str
    type: str = NORMAL


@dataclass(frozen=True)
class Stage:
    """What happens to a subject of kind `of` for which all of `when` holds.

    It is due `delay` after the moment at `since`, or after the subject came into its present state when that is empty. `every`
    repeats it, `once` has it happen a single time, for stages that change nothing. One that `yields` does not happen when
    somebody wrote the status by hand after it was due. The change is made by an `action` with its `arguments`, by merging `status`,
    or by deleting the object.
    """

    name: str
    of: str
    when: tuple[Requirement, ...] = ()
    delay: Seconds = ()
    jitter: float = 0.0
    since: Path = ()
    every: Seconds = ()
    once: bool = False
    yields: bool = False
    action: str = ""
    arguments: Object = field(default_factory=dict)
    status: Object = field(default_factory=dict)
    events: tuple[EventTemplate, ...] = ()
    deletes: bool = False


def as_text(value: Any) -> str:
    """A JSON scalar as it is written in JSON, strings without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def parse_path(text: str) -> Path:
    """`.status.phase` or `status.phase` as its segments; a segment with dots is put in brackets: `metadata.annotations[a.b/c]`."""
    segments: list[str] = []
    for position, part in enumerate(text.lstrip(".").split("[")):
        if position == 0:
            segments += filter(None, part.split("."))
        else:
            quoted, _, rest = part.partition("]")
            segments += [quoted.strip("'\""), *filter(None, rest.split("."))]
    return tuple(segments)


def at(value: Any, path: Path) -> Any:
    """What is at a path within JSON; None when absent. A list of conditions is looked up by type, another by name or position."""
    for segment in path:
        if isinstance(value, dict):
            value = value.get(segment)
        elif isinstance(value, list):
            value = _item(value, segment)
        else:
            return None
    return value


def _item(items: list[Any], segment: str) -> Any:
    if segment.isdigit():
        return items[int(segment)] if int(segment) < len(items) else None
    return next((each for each in items if isinstance(each, dict) and segment in (each.get("type"), each.get("name"))), None)
