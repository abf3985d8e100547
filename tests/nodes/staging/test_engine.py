from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockapi.machinery.meta import Object
from mockapi.nodes.remembering import ObjectMemory
from mockapi.nodes.staging.engine import Due, Event, Subject, carry_out, next_due
from mockapi.nodes.staging.reading import by_kind, parse_stage
from mockapi.nodes.staging.stage import Path, at, parse_path
from mockapi.registry.patch.merge_patch import apply_merge_patch

START = datetime(2026, 1, 1, tzinfo=UTC)


class Thing:
    """A subject without facts."""

    kind = "Thing"
    id = ""
    seed = "thing"

    def __init__(self, obj: Object, seconds: float = 0, *, began: float = 0, held: float | None = None) -> None:
        self.obj = obj
        self.now = START + timedelta(seconds=seconds)
        self.memory = ObjectMemory(START + timedelta(seconds=began))
        self._held = held

    def later(self, seconds: float) -> Thing:
        other = Thing(self.obj, seconds)
        other.memory = self.memory
        return other

    def value(self, path: Path) -> Any:
        return at(self.obj, path)

    def state(self) -> str:
        return str(self.obj.get("status"))

    def held(self) -> datetime | None:
        return None if self._held is None else START + timedelta(seconds=self._held)

    def merged(self, status: Object) -> Object:
        return apply_merge_patch(self.obj["status"], status)

    def event(self, type: str, reason: str, message: str) -> Event:
        return Event(type, reason, message)


def due(subject: Subject, *stages: Object) -> Due | None:
    return next_due([subject], by_kind(parse_stage({"of": "Thing", **stage}) for stage in stages))


def seconds(subject: Subject, *stages: Object) -> tuple[str, float] | None:
    found = due(subject, *stages)
    return (found.stage.name, (found.at - START).total_seconds()) if found else None


THING = {
    "metadata": {"annotations": {"example.com/a.b": "x"}},
    "spec": {"seconds": 7, "on": True},
    "status": {"since": "2026-01-01T00:00:10Z"},
}


@pytest.mark.parametrize(
    ("key", "operator", "values", "holds"),
    [
        ("spec.seconds", "Exists", [], True),
        ("spec.other.deep", "Exists", [], False),
        ("spec.other", "DoesNotExist", [], True),
        ("spec.seconds", "In", [7, 8], True),
        ("spec.seconds", "NotIn", ["7"], False),
        ("spec.on", "In", [True], True),
        ("spec.on", "In", ["true"], True),
        (".metadata.annotations['example.com/a.b']", "In", ["x"], True),
        ("metadata.annotations[example.com/a.b]", "NotIn", ["x"], False),
    ],
)
def test_requirements(key: str, operator: str, values: list[Any], holds: bool) -> None:
    stage = {"name": "s", "when": [{"key": key, "operator": operator, "values": values}]}
    assert (due(Thing(THING), stage) is not None) == holds


def test_paths() -> None:
    assert parse_path(".a.b") == ("a", "b")
    assert parse_path("a[b.c/d].e") == ("a", "b.c/d", "e")
    assert at({"list": [{"type": "Ready", "status": "True"}]}, parse_path("list.Ready.status")) == "True"


def test_delays_add_up() -> None:
    assert seconds(Thing(THING, 12), {"name": "s", "since": "status.since", "delay": ["spec.seconds", 2]}) == (
        "s",
        20,
    )  # 11 as known to a second


def test_without_a_delay_it_is_due() -> None:
    assert seconds(Thing(THING, 3), {"name": "s"}) == ("s", 3)


def test_a_delay_begins_with_the_present_state() -> None:
    thing = Thing(THING, 3)
    stage = {"name": "s", "delay": 5}
    assert seconds(thing, stage) == ("s", 8)
    assert seconds(thing.later(6), stage) == ("s", 8)
    changed = thing.later(7)
    changed.obj = {**THING, "status": {}}
    assert seconds(changed, stage) == ("s", 12)


def test_without_a_moment_or_a_number_it_is_never_due() -> None:
    assert due(Thing(THING), {"name": "s", "since": "status.nothing"}) is None
    assert due(Thing(THING), {"name": "s", "delay": "spec.nothing"}) is None


def test_the_earliest_goes_first_and_of_several_the_one_listed_first() -> None:
    late, early, same = ({"name": name, "delay": delay} for name, delay in (("late", 3), ("early", 1), ("same", 1)))
    assert seconds(Thing(THING), late, early, same) == ("early", 1)
    assert seconds(Thing(THING, 0), {"name": "one"}, {"name": "other"}) == ("one", 0)


def test_what_repeats() -> None:
    thing = Thing(THING, 0)
    stage = {"name": "s", "delay": 1, "every": 10}
    first = due(thing, stage)
    assert first is not None
    assert (first.at - START).total_seconds() == 1
    thing.memory.tell(first.label, first.at)
    assert seconds(thing.later(1), stage) == ("s", 11)


def test_what_repeats_was_told_by_the_process_before() -> None:
    thing = Thing(THING, 35, began=35)
    assert seconds(thing, {"name": "s", "since": "status.since", "every": 10}) == ("s", 41)


def test_what_happens_once() -> None:
    thing = Thing(THING, 10)
    stage = {"name": "s", "since": "status.since", "once": True}
    first = due(thing, stage)
    assert first is not None
    thing.memory.tell(first.label, thing.now)
    assert due(thing.later(11), stage) is None


def test_what_yields_to_hands() -> None:
    stage = {"name": "s", "since": "status.since", "delay": 5, "yields": True}
    assert due(Thing(THING, 10, held=9), stage) is not None
    assert due(Thing(THING, 10, held=20), stage) is None


def test_a_status_an_event_and_the_end() -> None:
    events = [{"type": "Warning", "reason": "Gone", "message": "after {spec.seconds}s"}]
    found = due(Thing(THING), {"name": "s", "status": {"phase": "Over {spec.seconds}", "since": None}, "events": events, "deletes": True})
    assert found is not None
    change = carry_out(found, {}, THING["status"])
    assert change.status == {"phase": "Over 7"}
    assert change.events == [Event("Warning", "Gone", "after 7s")]
    assert change.deletes
