"""Whatever is done to a Deployment, it comes to rest, and no rollout leaves the limits of its strategy on the way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.deployment.controller import DeploymentController
from mockapi.controllers.deployment.rollout import Limits, limits_of
from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Key, Object, name_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.registry.admission import Admission
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.crashing import Crasher, restarting
from tests.world import World

from .standin import BROKEN, SlowKubelet, images, template, workload

DEPLOYMENTS, SETS = "deployments.apps", "replicasets.apps"
LIMITS = st.sampled_from([0, 1, 2, "0%", "25%", "50%", "100%"])


class Observer(Controller):
    """Notes after each reconciliation that changed something how many pods are asked for, and how many are ready."""

    name: ClassVar[str] = "observer"

    def __init__(self, toolbox: Any) -> None:
        super().__init__(toolbox)
        seen.clear()

    def watches(self) -> Mapping[str, Watch]:
        return dict.fromkeys(("pods", SETS), lambda obj, previous: [Key("", "all")])

    def reconcile(self, key: Key) -> float | None:
        seen.append((asked_for(self.client.list(SETS)), ready(self.client.list("pods"))))
        return None


seen: list[tuple[int, int]] = []
CONTROLLERS = (DeploymentController, ReplicaSetController, SlowKubelet, Observer)


def asked_for(sets: list[Object]) -> int:
    """The pods that all ReplicaSets are to have together: a Deployment reckons with these, not with those still about to go."""
    return sum(one["spec"]["replicas"] for one in sets)


def ready(pods: list[Object]) -> int:
    return sum(podfacts.is_ready(pod) for pod in pods if podfacts.is_active(pod))


@dataclass
class Model:
    """What the Deployment should come to."""

    world: World
    crasher: Crasher
    image: str = "nginx:1"
    paused: bool = False
    replicas: int = 3
    steps: list[str] = field(default_factory=list)

    def do(self, step: tuple[str, Any]) -> None:
        """Does one step, and lets the controllers come to rest."""
        action, value = step
        self.steps.append(f"{action} {value}")
        seen.clear()
        getattr(self, action)(value)
        asked_before, ready_before = asked_for(self.world.list(SETS)), ready(self.world.list("pods"))
        restarting(self.world, CONTROLLERS, self.world.settle)
        self.crasher.writes = -1
        limits = self.limits()
        for asked_now, ready_now in seen:
            assert asked_now <= max(asked_before, limits.most), (self.steps, asked_before, seen)
            assert ready_now >= min(ready_before, limits.least_available), (self.steps, ready_before, seen)
        self.check_rest()

    def limits(self) -> Limits:
        found = self.world.get(DEPLOYMENTS, "web")
        assert found is not None
        return limits_of(found)

    def check_rest(self) -> None:
        """At rest there are the pods that were wanted; a good image that is rolled out leaves no others."""
        active = [pod for pod in self.world.list("pods") if podfacts.is_active(pod)]
        assert len(active) == asked_for(self.world.list(SETS)), self.steps
        if self.image != BROKEN and not self.paused:
            assert images(self.world) == [self.image] * self.replicas, self.steps
            assert ready(active) == self.replicas, self.steps

    def change(self, **spec: Any) -> None:
        self.world.patch(DEPLOYMENTS, "web", {"spec": spec})

    def scale(self, replicas: int) -> None:
        self.replicas = replicas
        self.change(replicas=replicas)

    def set_image(self, image: str) -> None:
        self.image = image
        self.change(template=template(image))

    def pause(self, paused: bool) -> None:
        self.paused = paused
        self.change(paused=paused)

    def delete_pod(self, which: int) -> None:
        pods = [pod for pod in self.world.list("pods") if podfacts.is_active(pod)]
        if pods:
            self.world.delete("pods", name_of(pods[which % len(pods)]))

    def lose_node(self, _which: int) -> None:
        """All pods go at once, and nobody is there to end them gracefully."""
        for pod in self.world.list("pods"):
            self.world.delete("pods", name_of(pod))

    def crash_after(self, writes: int) -> None:
        """The process ends before the next write but so many, in the middle of a change of the image and the size."""
        self.crasher.writes = writes
        self.replicas = 8 - self.replicas
        self.set_image("nginx:2" if self.image == "nginx:1" else "nginx:1")
        self.change(replicas=self.replicas)

    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)


STEPS = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 8)),
    st.tuples(st.just("set_image"), st.sampled_from(["nginx:1", "nginx:2", "nginx:3", BROKEN])),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("delete_pod"), st.integers(0, 7)),
    st.tuples(st.just("lose_node"), st.just(0)),
    st.tuples(st.just("crash_after"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.sampled_from([5.0, 20.0])),
)


@contextmanager
def a_world(*admission: Admission) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        yield World(database, admission=admission)
        database.close()


@settings(max_examples=30, deadline=None)
@given(surge=LIMITS, unavailable=LIMITS.filter(lambda value: value not in {0, "0%"}), steps=st.lists(STEPS, min_size=1, max_size=8))
def test_rollouts_stay_within_their_limits_and_end(surge: int | str, unavailable: int | str, steps: list[tuple[str, Any]]) -> None:
    crasher = Crasher()
    with a_world(crasher) as world:
        world.run(*CONTROLLERS)
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
        workload(DEPLOYMENTS, world, replicas=3, strategy=rolling)
        world.settle()
        model = Model(world, crasher)
        for step in steps:
            model.do(step)
