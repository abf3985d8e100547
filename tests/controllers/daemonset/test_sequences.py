"""Whatever is done to a DaemonSet and its nodes, and wherever its controller crashes: it comes to one pod for each node that fits."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.daemonset.pods import target_of
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Key, is_terminating, name_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.crashing import Crasher, restarting
from tests.world import World

from .fleet import SETS, SLOW, add_nodes, daemonset, images, places, pod_template, rolling, status, staying

NODES = st.sampled_from(["node-1", "node-2", "node-3", "node-4"])
EFFECTS = st.sampled_from(["NoSchedule", "NoExecute", ""])
STRATEGIES = st.sampled_from([rolling(unavailable=1), rolling(unavailable="50%"), rolling(surge=1), rolling(surge="60%")])
STEPS = st.one_of(
    st.tuples(st.just("add_node"), NODES),
    st.tuples(st.just("remove_node"), NODES),
    st.tuples(st.just("taint"), st.tuples(NODES, EFFECTS)),
    st.tuples(st.just("delete_pod"), NODES),
    st.tuples(st.just("fail_pod"), NODES),
    st.tuples(st.just("set_image"), st.sampled_from(["agent:1", "agent:2", "agent:3"])),
    st.tuples(st.just("crash_after"), st.integers(0, 6)),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 15.0])),
)


class Observer(Controller):
    """Notes after each change the most pods on a node, and how many nodes have an available one."""

    name: ClassVar[str] = "observer"
    most: ClassVar[int] = 0
    available: ClassVar[list[int]] = []

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": lambda obj, previous: [Key("", "all")]}

    def reconcile(self, key: Key) -> float | None:
        pods = [pod for pod in self.client.list("pods") if podfacts.is_active(pod)]
        Observer.most = max([Observer.most, *Counter(map(target_of, pods)).values()])
        self.available.append(len({target_of(pod) for pod in pods if podfacts.is_ready(pod)}))
        return None


class Model:
    """What the DaemonSet should come to."""

    def __init__(self, world: World, crasher: Crasher) -> None:
        self.world = world
        self.crasher = crasher
        self.image = "agent:1"
        self.taints = {"node-1": "", "node-2": "", "node-3": ""}

    def add_node(self, name: str) -> None:
        if name not in self.taints:
            self.taints[name] = ""
            add_nodes(self.world, name)

    def remove_node(self, name: str) -> None:
        """Removes a node, and what was on it as the pod garbage collector does."""
        if self.taints.pop(name, None) is not None:
            self.world.client.delete("nodes", "", name)
            for pod in self.world.list("pods"):
                if pod["spec"].get("nodeName") == name:
                    self.world.delete("pods", name_of(pod))

    def taint(self, change: tuple[str, str]) -> None:
        name, effect = change
        if name in self.taints:
            self.taints[name] = effect
            taints = [{"key": "team", "effect": effect}] if effect else None
            self.world.client.patch("nodes", "", name, {"spec": {"taints": taints}})

    def delete_pod(self, node: str) -> None:
        for pod in staying(self.world):
            if target_of(pod) == node:
                self.world.delete("pods", name_of(pod), grace=None)

    def fail_pod(self, node: str) -> None:
        for pod in staying(self.world):
            if pod["spec"].get("nodeName") == node:
                self.world.patch("pods", name_of(pod), {"status": {"phase": "Failed"}}, "status")

    def set_image(self, image: str) -> None:
        self.image = image
        self.world.patch(SETS, "agent", {"spec": {"template": pod_template(image)}})

    def crash_after(self, writes: int) -> None:
        self.crasher.writes = writes

    def wait(self, seconds: float) -> None:
        self.restarting(lambda: self.world.advance(seconds))

    def restarting(self, action: Callable[[], None]) -> None:
        """Does something; after a crash the controllers start again."""
        restarting(self.world, (*SLOW, Observer), action)


@contextmanager
def a_fleet(**spec: Any) -> Iterator[Model]:
    """Three nodes with a ready pod on each."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        crasher = Crasher()
        world = World(database, admission=(crasher,))
        add_nodes(world, "node-1", "node-2", "node-3")
        Observer.most = 0
        world.run(*SLOW, Observer)
        daemonset(world, **spec)
        world.advance(5)
        yield Model(world, crasher)
        database.close()


@settings(max_examples=60)
@given(steps=st.lists(STEPS, min_size=1, max_size=12), strategy=STRATEGIES)
def test_a_daemonset_comes_to_rest(steps: list[tuple[str, Any]], strategy: dict[str, Any]) -> None:
    with a_fleet(updateStrategy=strategy) as model:
        for action, value in steps:
            do: Callable[[Any], None] = getattr(model, action)
            do(value)
            model.restarting(model.world.settle)
        model.wait(600)
        model.wait(600)
        wanted = sorted(name for name, effect in model.taints.items() if not effect)
        kept = {name for name, effect in model.taints.items() if effect == "NoSchedule"}
        assert sorted(set(places(model.world)) - kept) == wanted
        assert len(places(model.world)) == len(set(places(model.world)))
        assert set(images(model.world).values()) <= {model.image}
        assert all(podfacts.is_ready(pod) for pod in staying(model.world))
        assert not any(is_terminating(pod) for pod in model.world.list("pods"))
        found = status(model.world)
        assert (found["desiredNumberScheduled"], found["numberReady"]) == (len(wanted), len(wanted))
        assert Observer.most <= (2 if strategy["rollingUpdate"]["maxSurge"] else 1)


@settings(max_examples=20)
@given(limit=st.sampled_from([1, 2, "34%", "67%"]), min_ready=st.sampled_from([0, 7]), crash=st.integers(-1, 12))
def test_an_update_leaves_enough_nodes_served(limit: int | str, min_ready: int, crash: int) -> None:
    away = {1: 1, 2: 2, "34%": 2, "67%": 3}[limit]
    with a_fleet(updateStrategy=rolling(unavailable=limit), minReadySeconds=min_ready) as model:
        model.wait(10)
        Observer.available.clear()
        model.set_image("agent:2")
        model.crash_after(crash)
        model.wait(300)
        model.wait(300)
        assert set(images(model.world).values()) == {"agent:2"}
        assert min(Observer.available) == 3 - away


@settings(max_examples=20)
@given(limit=st.sampled_from([1, 2, "50%", "100%"]), min_ready=st.sampled_from([0, 7]), crash=st.integers(-1, 12))
def test_an_update_with_surge_leaves_all_nodes_served(limit: int | str, min_ready: int, crash: int) -> None:
    with a_fleet(updateStrategy=rolling(surge=limit), minReadySeconds=min_ready) as model:
        model.wait(10)
        Observer.available.clear()
        model.set_image("agent:2")
        model.crash_after(crash)
        model.wait(300)
        model.wait(300)
        assert set(images(model.world).values()) == {"agent:2"}
        assert min(Observer.available) == 3
