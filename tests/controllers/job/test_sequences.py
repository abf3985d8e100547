"""Whatever happens to a Job's pods, and whenever its controller stops, it comes to rest with the right counts."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.job.controller import JobController
from mockapi.controllers.job.facts import index_of, is_tracked
from mockapi.controllers.workload import podfacts
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, name_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.registry.client import Client
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.job.workers import CONTROLLERS, JOBS, SLOW, end, job, running, status, types
from tests.world import World

STEPS = st.one_of(
    st.tuples(st.just("end"), st.integers(0, 3), st.sampled_from([0, 0, 1, 3])),
    st.tuples(st.just("delete"), st.integers(0, 3), st.sampled_from([0, 30])),
    st.tuples(st.just("crash"), st.integers(1, 6), st.just(0)),
    st.tuples(st.just("scale"), st.integers(0, 4), st.just(0)),
    st.tuples(st.just("suspend"), st.booleans(), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 15, 100]), st.just(0)),
)
SHAPES = st.fixed_dictionaries(
    {"completions": st.integers(1, 5), "parallelism": st.integers(1, 4), "backoffLimit": st.sampled_from([0, 2, 100])},
    optional={
        "completionMode": st.just("Indexed"),
        "podReplacementPolicy": st.just("Failed"),
        "activeDeadlineSeconds": st.just(400),
    },
)


class Crash(BaseException):
    """The end of the process, in the middle of whatever it did."""


class Observer(Controller):
    """Notes after each change when there are too many pods, or two of one index."""

    name: ClassVar[str] = "observer"
    most: ClassVar[int] = 0
    wrong: ClassVar[list[str]] = []

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": lambda obj, previous: [Key("", "all")]}

    def reconcile(self, key: Key) -> float | None:
        active = [pod for pod in self.client.list("pods") if podfacts.is_active(pod)]
        if len(active) > self.most:
            self.wrong.append(f"{len(active)} pods instead of {self.most}")
        indexes = Counter(index_of(pod) for pod in active)
        self.wrong += [f"{count} pods of index {index}" for index, count in indexes.items() if index is not None and count > 1]
        return None


class Story:
    """What is done to a Job."""

    def __init__(self, world: World, slow: bool) -> None:
        self.world = world
        self.controllers = (*(SLOW if slow else CONTROLLERS), Observer)
        self.suspended = False
        self.parallelism = 0

    def end(self, number: int, exit_code: int) -> None:
        if pods := running(self.world):
            end(self.world, pods[number % len(pods)], exit_code)

    def delete(self, number: int, grace: int) -> None:
        if pods := running(self.world):
            self.world.delete("pods", name_of(pods[number % len(pods)]), grace)

    def crash(self, writes: int, _: int) -> None:
        """Lets the Job controller stop after so many writes, and start again."""
        pods = running(self.world)
        if pods:
            phase = "Succeeded" if writes % 2 else "Failed"
            self.world.patch("pods", name_of(pods[0]), {"status": {"phase": phase}}, "status")
        controller = JobController(self.world.toolbox())
        with crashing_after(writes), suppress(Crash, StatusError):
            controller.reconcile(Key("ns", "work"))
        self.world.run(*self.controllers)

    def scale(self, parallelism: int, _: int) -> None:
        self.parallelism = parallelism
        Observer.most = max(Observer.most, parallelism)
        self.world.patch(JOBS, "work", {"spec": {"parallelism": parallelism}})

    def suspend(self, suspended: bool, _: int) -> None:
        self.suspended = suspended
        self.world.patch(JOBS, "work", {"spec": {"suspend": suspended}})

    def wait(self, seconds: int, _: int) -> None:
        self.world.advance(seconds)


@contextmanager
def crashing_after(writes: int) -> Iterator[None]:
    """Has the process end when controllers want to write once more than so often."""
    left = [writes]
    kept = {name: getattr(Client, name) for name in ("create", "update_status", "patch", "delete")}

    def dying(name: str) -> Any:
        def call(client: Client, resource: str, *args: Any, **options: Any) -> Any:
            if resource != "events":
                left[0] -= 1
                if left[0] < 0:
                    raise Crash
            return kept[name](client, resource, *args, **options)

        return call

    for name in kept:
        setattr(Client, name, dying(name))
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(Client, name, method)


@contextmanager
def a_job(slow: bool, **spec: Any) -> Iterator[Story]:
    """A Job that has begun."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        story = Story(World(database), slow)
        Observer.most = story.parallelism = spec["parallelism"]
        Observer.wrong.clear()
        story.world.run(*story.controllers)
        job(story.world, **spec)
        yield story
        database.close()


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=12), spec=SHAPES, slow=st.booleans())
def test_a_job_comes_to_rest(steps: list[tuple[str, Any, int]], spec: dict[str, Any], slow: bool) -> None:
    with a_job(slow, **spec) as story:
        for action, value, more in steps:
            getattr(story, action)(value, more)
            story.world.settle()
            assert Observer.wrong == []
            _check_counts(story.world)
        story.world.advance(2000)
        _check_rest(story, spec)


def _check_counts(world: World) -> None:
    """No pod is counted twice, nor forgotten: those that ended and are still there are as many as the books say, or fewer."""
    found = status(world)
    phases = Counter(podfacts.phase_of(pod) for pod in world.list("pods"))
    distinct = {index_of(pod) for pod in world.list("pods") if podfacts.phase_of(pod) == "Succeeded"}
    indexed = None not in distinct and distinct
    assert found.get("succeeded", 0) >= (len(distinct) if indexed else phases["Succeeded"])
    assert found.get("failed", 0) >= phases["Failed"] - len([pod for pod in world.list("pods") if is_tracked(pod)])


def _check_rest(story: Story, spec: dict[str, Any]) -> None:
    world, found = story.world, status(story.world)
    assert found["uncountedTerminatedPods"] == {}
    assert found["terminating"] == 0
    finished = {"Complete", "Failed"} & set(types(world))
    active = [pod for pod in world.list("pods") if podfacts.is_active(pod)]
    if finished:
        assert active == []
        assert not any(is_tracked(pod) for pod in world.list("pods"))
        assert ("Complete" in finished) == (found.get("succeeded", 0) >= spec["completions"])
    elif story.suspended:
        assert active == []
    else:
        assert len(active) == min(story.parallelism, spec["completions"] - found.get("succeeded", 0))
    assert found.get("active", 0) == len(active)
