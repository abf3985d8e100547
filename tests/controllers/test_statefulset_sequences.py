"""Whatever is done to a StatefulSet, it comes to rest with the right members, in order and never too many of them away at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.controllers.statefulset.controller import StatefulSetController
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Key, is_terminating, name_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.crashing import Crasher, restarting
from tests.world import World

from .standin import SlowKubelet, template, workload

SETS, CLAIMS = "statefulsets.apps", "persistentvolumeclaims"
POLICIES = st.sampled_from(["OrderedReady", "Parallel"])
RETENTION = st.sampled_from(["Retain", "Delete"])
STEPS = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 4)),
    st.tuples(st.just("set_image"), st.sampled_from(["nginx:1", "nginx:2", "nginx:3"])),
    st.tuples(st.just("set_partition"), st.integers(0, 3)),
    st.tuples(st.just("delete_pod"), st.integers(0, 4)),
    st.tuples(st.just("crash_after"), st.integers(0, 6)),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 15.0])),
)


class Observer(Controller):
    """Notes after each change how many members are available."""

    name: ClassVar[str] = "observer"
    available: ClassVar[list[int]] = []

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": lambda obj, previous: [Key("", "all")]}

    def reconcile(self, key: Key) -> float | None:
        pods = self.client.list("pods")
        self.available.append(sum(podfacts.is_ready(pod) and not is_terminating(pod) for pod in pods))
        return None


CONTROLLERS = (StatefulSetController, SlowKubelet, GarbageCollector, Observer)


class Model:
    """What the set should come to."""

    def __init__(self, world: World, crasher: Crasher) -> None:
        self.world = world
        self.crasher = crasher
        self.replicas = 3
        self.image = "nginx:1"
        self.partition = 0

    def scale(self, replicas: int) -> None:
        self.replicas = replicas
        self.world.patch(SETS, "web", {"spec": {"replicas": replicas}})

    def set_image(self, image: str) -> None:
        self.image = image
        self.world.patch(SETS, "web", {"spec": {"template": template(image)}})

    def set_partition(self, partition: int) -> None:
        self.partition = partition
        self.world.patch(SETS, "web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": partition}}}})

    def delete_pod(self, number: int) -> None:
        if self.world.get("pods", f"web-{number}"):
            self.world.delete("pods", f"web-{number}")

    def crash_after(self, writes: int) -> None:
        self.crasher.writes = writes

    def wait(self, seconds: float) -> None:
        self.restarting(lambda: self.world.advance(seconds))

    def restarting(self, action: Callable[[], None]) -> None:
        """Does something; after a crash the controllers start again."""
        restarting(self.world, CONTROLLERS, action)


@contextmanager
def a_set(**spec: Any) -> Iterator[Model]:
    """A set of three members that are ready, whose pods take ten seconds to go."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        crasher = Crasher()
        world = World(database, admission=(crasher,))
        world.run(*CONTROLLERS)
        claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
        workload(SETS, world, serviceName="web", replicas=3, volumeClaimTemplates=[claim], **spec)
        world.settle()
        yield Model(world, crasher)
        database.close()


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=1, max_size=10), policy=POLICIES, scaled=RETENTION)
def test_a_set_comes_to_rest(steps: list[tuple[str, Any]], policy: str, scaled: str) -> None:
    retention = {"whenScaled": scaled, "whenDeleted": "Retain"}
    with a_set(podManagementPolicy=policy, persistentVolumeClaimRetentionPolicy=retention) as model:
        world = model.world
        for action, value in steps:
            do: Callable[[Any], None] = getattr(model, action)
            do(value)
            model.restarting(world.settle)
        model.wait(300)
        model.wait(300)
        pods = world.list("pods")
        assert [name_of(pod) for pod in pods] == [f"web-{number}" for number in range(model.replicas)]
        assert all(podfacts.is_ready(pod) for pod in pods)
        updated = [pod["spec"]["containers"][0]["image"] for pod in pods[model.partition :]]
        assert updated == [model.image] * len(updated)
        status = (world.get(SETS, "web") or {})["status"]
        assert (status["replicas"], status.get("readyReplicas", 0)) == (model.replicas, model.replicas)
        claims = {name_of(claim) for claim in world.list(CLAIMS)}
        wanted = {f"data-web-{number}" for number in range(model.replicas)}
        assert claims == wanted if scaled == "Delete" else claims >= wanted


@settings(max_examples=15)
@given(unavailable=st.sampled_from([1, 2, "34%", "70%"]), policy=POLICIES, crash=st.integers(-1, 9))
def test_an_update_leaves_enough_members(unavailable: int | str, policy: str, crash: int) -> None:
    strategy = {"rollingUpdate": {"maxUnavailable": unavailable}}
    with a_set(podManagementPolicy=policy, updateStrategy=strategy) as model:
        Observer.available.clear()
        model.set_image("nginx:2")
        model.crash_after(crash)
        model.wait(300)
        model.wait(300)
        most = {1: 1, 2: 2, "34%": 1, "70%": 2}[unavailable]
        assert min(Observer.available) == 3 - most
        assert {pod["spec"]["containers"][0]["image"] for pod in model.world.list("pods")} == {"nginx:2"}
