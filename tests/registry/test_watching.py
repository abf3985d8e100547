from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry import watching
from mockapi.registry.options import ListOptions
from mockapi.registry.watching import BOOKMARK, WatchEvent
from mockapi.storage.compaction import compact
from mockapi.storage.database import Database
from tests.registry.calls import MAPS, config_map, create, delete, names, pages, patch, refusal
from tests.registry.test_reads import forget
from tests.world import NAMESPACE, World

State = dict[str, bytes]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_PATIENCE", 0.01)


def watch(
    world: World, resource: str = MAPS, namespace: str = NAMESPACE, stopped: Callable[[], bool] = lambda: False, **options: Any
) -> Iterator[WatchEvent | None]:
    return world.resources.watch(world.kind(resource), namespace, ListOptions(watch=True, **options), stopped)


def all_of(world: World, resource: str = MAPS, namespace: str = NAMESPACE, **options: Any) -> list[WatchEvent]:
    """What a watch shows now: its events up to the first pause."""
    events = []
    for event in watch(world, resource, namespace, **options):
        if event is None:
            break
        events.append(event)
    return events


def shown(events: Iterable[WatchEvent | None]) -> list[tuple[str, str]]:
    return [(event.type, event.record.key.name if event.record else "") for event in events if event]


def following(events: Iterator[WatchEvent | None]) -> WatchEvent:
    """The next event, after any pauses."""
    return next(event for event in events if event)


def as_state(world: World, **options: Any) -> State:
    return {record.key.name: record.body for record in pages(world, **options).records}


def apply(state: State, events: Iterable[WatchEvent | None]) -> State:
    """A client's view after the events; they must fit the view."""
    state = dict(state)
    for event in events:
        if event is None or event.record is None:
            continue
        name = event.record.key.name
        assert (name in state) == (event.type != "ADDED"), (event.type, name)
        if event.type == "DELETED":
            del state[name]
        else:
            state[name] = event.record.body
    return state


class TestReplay:
    """A watch from any revision on plus the list at that revision is the list now."""

    SELECTORS = (
        {},
        {"label_selector": "app=x"},
        {"label_selector": "app!=x"},
        {"field_selector": "metadata.name!=m1"},
        {"label_selector": "app in (x, z)", "field_selector": "metadata.name!=m2"},
    )

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["x", "y", "z", None])), min_size=1, max_size=15))
    @pytest.mark.parametrize("in_memory", [True, False])
    def test_with_every_selector(self, world: World, steps: list[tuple[int, str | None]], in_memory: bool) -> None:
        begun = world.database.cache.revision
        seen: list[tuple[int, list[State]]] = [(begun, [as_state(world, **selector) for selector in self.SELECTORS])]
        for number, app in steps:
            step(world, f"m{number}", app)
            seen.append((world.database.cache.revision, [as_state(world, **selector) for selector in self.SELECTORS]))
        if not in_memory:
            lose_memory(world)
        for revision, states in seen:
            for selector, state in zip(self.SELECTORS, states, strict=True):
                events = all_of(world, resource_version=str(revision), send_initial_events=None, **selector)
                assert apply(state, events) == as_state(world, **selector)
                assert [event.revision for event in events] == sorted({event.revision for event in events})

    def test_under_writers_and_compaction(self, world: World) -> None:
        for number in range(6):
            world.create(MAPS, config_map(f"m{number}", {"app": "x"}))
        writers = [threading.Thread(target=write_at_random, args=(world, seed)) for seed in range(3)]
        failures: list[Exception] = []

        def follow(selector: dict[str, str]) -> None:
            """Until a bookmark, or an event, shows that all there is to see has been seen."""
            try:
                listed = pages(world, **selector)
                state, last = {record.key.name: record.body for record in listed.records}, listed.revision
                for event in watch(world, resource_version=str(last), allow_bookmarks=True, **selector):
                    if event is None:
                        continue
                    assert event.revision > last or (event.type == BOOKMARK and event.revision == last)
                    state, last = apply(state, [event]), event.revision
                    if last == world.database.cache.revision and not any(thread.is_alive() for thread in writers):
                        break
                assert state == as_state(world, **selector)
            except Exception as failure:
                failures.append(failure)

        watchers = [threading.Thread(target=follow, args=(selector,)) for selector in self.SELECTORS]
        for thread in writers + watchers:
            thread.start()
        deadline = time.monotonic() + 30
        while any(thread.is_alive() for thread in watchers):
            assert time.monotonic() < deadline
            compact(world.database, keep_changes=200, keep_seconds=3600)
            watchers[0].join(0.02)
            world.clock.advance(61)  # bookmarks are due again and again
        assert failures == []


def write_at_random(world: World, seed: int) -> None:
    random = Random(seed)
    for _ in range(60):
        step(world, f"m{seed}-{random.randrange(3)}", random.choice(["x", "y", None]))


def step(world: World, name: str, app: str | None) -> None:
    """Creates, changes or (None) deletes a ConfigMap."""
    if app is None:
        world.delete(MAPS, name)
    elif world.get(MAPS, name) is None:
        world.create(MAPS, config_map(name, {"app": app}))
    else:
        patch(world, MAPS, name, {"metadata": {"labels": {"app": app}}})


def lose_memory(world: World) -> None:
    """What a process knows that has just started: no history of its own."""
    for shelf in world.database.cache._shelves.values():
        shelf._history.clear()
        shelf._forgotten = world.database.cache.revision


class TestSelectors:
    def test_objects_enter_and_leave(self, world: World) -> None:
        begin = str(pages(world).revision)
        world.create(MAPS, config_map("a", {"app": "y"}))
        patch(world, MAPS, "a", {"metadata": {"labels": {"app": "x"}}})
        patch(world, MAPS, "a", {"data": {"k": "v"}})
        patch(world, MAPS, "a", {"metadata": {"labels": {"app": "y"}}})
        world.delete(MAPS, "a")
        events = all_of(world, resource_version=begin, label_selector="app=x")
        assert shown(events) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
        left = events[-1].record
        assert left is not None
        assert left.object["metadata"]["labels"] == {"app": "x"}
        assert left.object["metadata"]["resourceVersion"] == str(events[-1].revision)

    def test_by_field(self, world: World) -> None:
        begin = str(pages(world, "pods").revision)
        world.pod("a")
        world.set_pod("a", "10.0.0.1")
        world.set_pod("a", "10.0.0.1", phase="Succeeded")
        assert shown(all_of(world, "pods", resource_version=begin, field_selector="status.phase=Running")) == [
            ("ADDED", "a"),
            ("DELETED", "a"),
        ]

    def test_other_namespaces_are_not_seen(self, world: World) -> None:
        begin = str(pages(world).revision)
        world.create("namespaces", {"metadata": {"name": "other"}})
        create(world, MAPS, config_map("a"), namespace="other")
        world.create(MAPS, config_map("b"))
        assert shown(all_of(world, resource_version=begin)) == [("ADDED", "b")]
        assert shown(all_of(world, namespace="", resource_version=begin)) == [("ADDED", "a"), ("ADDED", "b")]

    def test_a_bad_one_is_refused_at_once(self, world: World) -> None:
        assert refusal(watch, world, label_selector="a in").code == 400
        assert refusal(watch, world, field_selector="no.such=x").code == 400


class TestInitialEvents:
    def test_are_the_objects_and_a_bookmark(self, world: World) -> None:
        world.create(MAPS, config_map("b", {"app": "x"}))
        world.create(MAPS, config_map("a", {"app": "x"}))
        world.create(MAPS, config_map("c"))
        events = all_of(world, label_selector="app=x", send_initial_events=True, allow_bookmarks=True)
        assert shown(events) == [("ADDED", "a"), ("ADDED", "b"), (BOOKMARK, "")]
        assert events[-1].initial
        assert events[-1].revision == pages(world).revision

    def test_have_no_bookmark_unless_asked_for(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        assert shown(all_of(world, send_initial_events=True)) == [("ADDED", "a")]

    def test_may_be_declined(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        assert all_of(world, resource_version="0", send_initial_events=False) == []

    def test_are_followed_by_what_comes(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        events = watch(world, send_initial_events=True, resource_version="1")
        assert shown([next(events)]) == [("ADDED", "a")]
        world.create(MAPS, config_map("b"))
        assert shown([following(events)]) == [("ADDED", "b")]

    def test_and_changes_meanwhile_miss_nothing(self, world: World) -> None:
        for number in range(5):
            world.create(MAPS, config_map(f"m{number}"))
        events = watch(world, send_initial_events=True)
        state = apply({}, [next(events), next(events)])
        world.delete(MAPS, "m4")
        world.create(MAPS, config_map("m5"))
        for event in events:
            state = apply(state, [event])
            if event and event.record and event.record.key.name == "m5":
                break
        assert state == as_state(world)


class TestBookmarks:
    def test_come_every_minute_to_those_who_asked(self, world: World) -> None:
        begin = str(pages(world).revision)
        events = watch(world, resource_version=begin, allow_bookmarks=True)
        assert next(events) is None
        world.create("services", {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 1}]}})
        world.clock.advance(60)
        event = next(events)
        assert event == WatchEvent(BOOKMARK, None, world.database.cache.revision)

    def test_are_never_ahead_of_an_event(self, world: World) -> None:
        """A change that comes between the last event and the bookmark belongs after the bookmark."""
        begin = pages(world).revision
        events = watch(world, resource_version=str(begin), allow_bookmarks=True)
        assert next(events) is None
        world.create(MAPS, config_map("a"))
        world.clock.advance(60)
        assert shown([next(events)]) == [("ADDED", "a")]
        world.create(MAPS, config_map("b"))
        bookmark, event = following(events), following(events)
        assert (bookmark.type, event.type) == (BOOKMARK, "ADDED")
        assert bookmark.revision < event.revision

    def test_do_not_come_unasked(self, world: World) -> None:
        events = watch(world, resource_version=str(pages(world).revision))
        assert next(events) is None
        world.clock.advance(600)
        assert next(events) is None


class TestVersions:
    def test_one_that_is_forgotten_is_expired(self, world: World) -> None:
        begin = pages(world).revision
        for number in range(3):
            world.create(MAPS, config_map(f"m{number}"))
        forget(world)
        with pytest.raises(StatusError) as caught:
            all_of(world, resource_version=str(begin))
        assert (caught.value.code, caught.value.reason) == (410, "Expired")
        assert caught.value.message == f"too old resource version: {begin} ({world.database.cache.revision - 1})"

    def test_a_quiet_watch_outlives_compaction(self, world: World, database: Database) -> None:
        """Nothing of the resource is lost when other resources' changes are forgotten."""
        world.create(MAPS, config_map("a"))
        lose_memory(world)
        events = watch(world, resource_version=str(database.cache.revision))
        assert next(events) is None
        for number in range(5):
            world.create("services", {"metadata": {"name": f"s{number}"}, "spec": {"ports": [{"port": 1}]}})
        assert next(events) is None
        forget(world)
        assert next(events) is None
        world.create(MAPS, config_map("b"))
        assert shown([following(events)]) == [("ADDED", "b")]

    def test_one_to_come_is_waited_for(self, world: World) -> None:
        head = world.database.cache.revision
        events = watch(world, resource_version=str(head + 2))
        assert next(events) is None
        for name in "abc":
            world.create(MAPS, config_map(name))
        assert shown([next(events)]) == [("ADDED", "c")]


class TestEnd:
    def test_a_watch_ends_when_stopped(self, world: World) -> None:
        stop = threading.Event()
        events = watch(world, stopped=stop.is_set, resource_version=str(pages(world).revision))
        assert next(events) is None
        stop.set()
        assert list(events) == []

    def test_what_was_written_before_the_watch_stopped_is_seen(self, world: World) -> None:
        stop = threading.Event()
        events = watch(world, stopped=stop.is_set, resource_version=str(pages(world).revision))
        assert next(events) is None
        world.create(MAPS, config_map("a"))
        assert shown([next(events)]) == [("ADDED", "a")]

    def test_a_deletion_shows_the_last_state_at_its_own_revision(self, world: World) -> None:
        world.create(MAPS, config_map("a", data={"k": "v"}))
        begin = pages(world).revision
        delete(world, MAPS, "a")
        (event,) = all_of(world, resource_version=str(begin))
        assert event.record is not None
        obj: Object = event.record.object
        assert (event.type, obj["data"], obj["metadata"]["resourceVersion"]) == ("DELETED", {"k": "v"}, str(begin + 1))
        assert names(pages(world)) == []
