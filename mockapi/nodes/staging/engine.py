"""Which stage of an object is due next, and what it changes: a pure function of the object, the moment and the settings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from mockapi.machinery.chance import share
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object
from mockapi.nodes.staging.reading import Group, Stages
from mockapi.nodes.staging.stage import Path, Requirement, Seconds, Stage, as_text, parse_path
from mockapi.registry.patch.merge_patch import apply_merge_patch

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# Timestamps of objects are cut off to whole seconds.
CUT_OFF = timedelta(seconds=1)


class Event(NamedTuple):
    """A core/v1 Event to record; `field_path` names the part of the object that it is about."""

    type: str
    reason: str
    message: str
    field_path: str = ""


@dataclass(frozen=True)
class Change:
    """What became of an object: its new status, the events to tell, and whether it is to be deleted."""

    status: Object
    events: list[Event] = field(default_factory=list)
    deletes: bool = False


class Memory(Protocol):
    """What a process remembers of an object beyond the object itself; without it, moments are right to a second."""

    def seen(self, label: str, token: str, at: datetime) -> datetime:
        """When `token` was first seen under a label, `at` if that is now."""

    def told(self, label: str) -> datetime | None:
        """When the stage of that label last happened."""

    @property
    def began(self) -> datetime:
        """When the process began to look."""


class Subject(Protocol):
    """What a stage is for: an object, or a part of it with a status of its own. `seed` is what is random about it."""

    kind: str
    id: str
    seed: str
    now: datetime
    memory: Memory

    def value(self, path: Path) -> Any:
        """What is at a path of the subject, or the fact of that name; None when absent."""

    def state(self) -> str:
        """Names the subject's present state: it changes when the subject changes."""

    def held(self) -> datetime | None:
        """When somebody else than its kubelet last wrote the status."""

    def merged(self, status: Object) -> Object:
        """The object's status with a merge patch applied to the subject's."""

    def event(self, type: str, reason: str, message: str) -> Event:
        """An event about the subject."""


Action = Callable[[Any, Object], Change]


class Due(NamedTuple):
    """A stage that will happen to a subject at a moment, unless something changes before."""

    at: datetime
    stage: Stage
    subject: Subject

    @property
    def label(self) -> str:
        """Under which it is remembered that the stage happened."""
        return f"{self.subject.id}/{self.stage.name}"


def next_due(subjects: Iterable[Subject], stages: Stages) -> Due | None:
    """The stage that comes first; of several at the same moment the one that is listed first."""
    return min(_all_due(subjects, stages), key=lambda due: max(due.at, due.subject.now), default=None)


def carry_out(due: Due, actions: Mapping[str, Action], status: Object) -> Change:
    """What a stage changes on an object that has the given status."""
    stage, subject = due.stage, due.subject
    told = [subject.event(each.type, each.reason, filled(each.message, subject)) for each in stage.events]
    if stage.action:
        change = actions[stage.action](subject, stage.arguments)
        return Change(change.status, [*told, *change.events], stage.deletes or change.deletes)
    return Change(subject.merged(_filled_in(stage.status, subject)) if stage.status else status, told, stage.deletes)


def filled(text: str, subject: Subject) -> str:
    """A template with `{path}` replaced by what the subject has there."""
    return _PLACEHOLDER.sub(lambda found: as_text(subject.value(parse_path(found[1]))), text)


def moment(subject: Subject, label: str, text: str) -> datetime:
    """The moment that a timestamp of the object stands for, as exactly as the process knows it."""
    token = f"{label}={text}"
    return subject.memory.seen(f"{subject.id}/{label}", token, min(subject.now, parse_timestamp(text) + CUT_OFF))


def _all_due(subjects: Iterable[Subject], stages: Stages) -> Iterator[Due]:
    for subject in subjects:
        for _, stage in sorted(_matching(subject, stages.get(subject.kind, ())), key=itemgetter(0)):
            at = _moment_of(stage, subject)
            if at is not None:
                yield Due(at, stage, subject)


def _matching(subject: Subject, groups: Iterable[Group]) -> Iterator[tuple[int, Stage]]:
    known: dict[Path, Any] = {}  # many stages ask for the same

    def holds(requirement: Requirement) -> bool:
        path = requirement.path
        if path not in known:
            known[path] = subject.value(path)
        return requirement.holds(known[path])

    for first, group in groups:
        if first is None or holds(first):
            yield from ((position, stage) for position, stage in group if all(map(holds, stage.when)))


def _moment_of(stage: Stage, subject: Subject) -> datetime | None:
    start = _start(stage, subject)
    delay = _sum(stage.delay, subject)
    if start is None or delay is None:
        return None
    at = start + timedelta(seconds=delay + _jitter(stage, subject))
    if stage.once or stage.every:
        return _repeated(stage, subject, at)
    if stage.status and (_has_happened(stage, subject, at) or _is_there(stage.status, subject)):
        return None
    if stage.yields:
        held = subject.held()
        if held is not None and held + CUT_OFF > at:
            return None
    return at


def _start(stage: Stage, subject: Subject) -> datetime | None:
    if not stage.since:
        if not stage.delay:
            return subject.now
        entered = subject.memory.seen(f"{subject.id}/state", subject.state(), subject.now)
        asked = [subject.value(each.path) for each in stage.when]
        return subject.memory.seen(f"{subject.id}/{stage.name}/since", f"{entered} {asked}", subject.now)
    found = subject.value(stage.since)
    if not isinstance(found, str):
        return found if isinstance(found, datetime) else None
    try:
        return moment(subject, ".".join(stage.since), found)
    except ValueError:  # users may name what is no timestamp: such a stage never happens
        return None


def _jitter(stage: Stage, subject: Subject) -> float:
    """Up to `jitter` seconds, which belong to the subject in its present state: they are the same after a restart."""
    return stage.jitter * share(subject.seed, stage.name, subject.state()) if stage.jitter else 0.0


def _sum(parts: Seconds, subject: Subject) -> float | None:
    total = 0.0
    for part in parts:
        found = subject.value(part) if isinstance(part, tuple) else part
        if found is None:
            return None
        total += float(found)
    return total


def _has_happened(stage: Stage, subject: Subject, at: datetime) -> bool:
    """Whether a change of the status was made when it was due: if another stage has undone it since, that is where it ends."""
    told = subject.memory.told(f"{subject.id}/{stage.name}")
    return told is not None and told >= at


def _is_there(status: Object, subject: Subject) -> bool:
    """Whether a stage would write nothing new."""
    present = subject.value(("status",)) or {}
    return bool(apply_merge_patch(present, _filled_in(status, subject)) == present)


def _repeated(stage: Stage, subject: Subject, at: datetime) -> datetime | None:
    """When a stage that only tells happens next; what was due before the process began has been told by the one before."""
    told = subject.memory.told(f"{subject.id}/{stage.name}")
    period = _sum(stage.every, subject)
    if not stage.every or not period:
        return at if (told is None or told < at) and at + CUT_OFF >= subject.memory.began else None
    after = told if told is not None and told >= at else None
    if after is None:
        steps = max(0, math.ceil((subject.memory.began - at) / timedelta(seconds=period)))
    else:
        steps = (after - at) // timedelta(seconds=period) + 1
    return at + timedelta(seconds=steps * period)


def _filled_in(value: Any, subject: Subject) -> Any:
    if isinstance(value, str):
        return filled(value, subject)
    if isinstance(value, list):
        return [_filled_in(each, subject) for each in value]
    if isinstance(value, dict):
        return {name: _filled_in(each, subject) for name, each in value.items()}
    return value
