"""Whatever happens to pods and nodes: every pod is placed by the rules, the most urgent first, and none waits that would fit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Key, Object, is_terminating, name_of, uid_of
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.scheduler.reference import REQUIRED, Reference, allowed, cpu, priority
from tests.controllers.scheduler.scheduling import HOST, ZONE, add_node, add_pod
from tests.world import World

ZONES = "ab"
APPS = st.sampled_from(["red", "blue"])
KEYS = st.sampled_from([HOST, ZONE])
NODES = st.integers(0, 3)
PODS = st.integers(0, 11)


def selector(app: str) -> Object:
    return {"labelSelector": {"matchLabels": {"app": app}}}


def affinity(field: str) -> st.SearchStrategy[Object]:
    return st.builds(lambda app, key: {"affinity": {field: {REQUIRED: [{**selector(app), "topologyKey": key}]}}}, APPS, KEYS)


def spread(app: str, key: str) -> Object:
    return {"topologySpreadConstraints": [{**selector(app), "topologyKey": key, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}]}


WISHES = st.one_of(
    st.just({}),
    st.builds(lambda zone: {"nodeSelector": {ZONE: zone}}, st.sampled_from(ZONES)),
    st.just({"container": {"ports": [{"containerPort": 80, "hostPort": 80}]}}),
    affinity("podAffinity"),
    affinity("podAntiAffinity"),
    st.builds(spread, APPS, KEYS),
)
ADD = st.tuples(st.just("add"), st.integers(0, 3), st.integers(0, 2), APPS, WISHES)
STEPS = st.one_of(
    ADD,
    st.tuples(st.just("delete"), PODS),
    st.tuples(st.just("end"), PODS),
    st.tuples(st.just("finish")),
    st.tuples(st.just("cordon"), NODES, st.booleans()),
    st.tuples(st.just("lose"), NODES),
    st.tuples(st.just("gain"), NODES, st.integers(2, 5)),
    st.tuples(st.just("restart")),
)


class Witness(Scheduler):
    """Looks closely whenever a pod is bound."""

    world: ClassVar[World]
    broken: ClassVar[list[str]]
    told = True  # of everything: nobody has heard yet of a pod that was bound in the same go

    def reconcile(self, key: Key) -> float | None:
        self.told = True
        return super().reconcile(key)

    def _bind(self, pod: Object, node: str) -> None:
        if node not in allowed(self.world, pod):
            self.broken.append(f"{name_of(pod)} must not go to {node}")
        for other in Reference(self.world).waiting():
            if self.told and priority(other) > priority(pod) and allowed(self.world, other):
                self.broken.append(f"{name_of(pod)} goes before {name_of(other)}")
        self.told = False
        super()._bind(pod, node)


class Model:
    """What may happen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = 0

    def add(self, processors: int, urgency: int, app: str, wishes: Object) -> None:
        self.made += 1
        meta = {"labels": {"app": app}}
        add_pod(self.world, f"p-{self.made:02}", str(processors) if processors else "", meta=meta, priority=urgency, **wishes)

    def delete(self, number: int) -> None:
        for pod in self.pod(number):
            self.world.delete("pods", name_of(pod))

    def end(self, number: int) -> None:
        for pod in self.pod(number):
            if pod["spec"].get("nodeName"):
                self.world.patch("pods", name_of(pod), {"status": {"phase": "Succeeded"}}, "status")

    def finish(self) -> None:
        for pod in self.world.list("pods"):
            if is_terminating(pod):
                self.world.delete("pods", name_of(pod))

    def cordon(self, number: int, unschedulable: bool) -> None:
        if self.node(number):
            self.world.client.patch("nodes", "", f"node-{number}", {"spec": {"unschedulable": unschedulable}})

    def lose(self, number: int) -> None:
        if self.node(number):
            self.world.client.delete("nodes", "", f"node-{number}")
        for pod in self.world.list("pods"):
            if pod["spec"].get("nodeName") == f"node-{number}":
                self.world.delete("pods", name_of(pod))

    def gain(self, number: int, processors: int) -> None:
        if not self.node(number):
            add_node(self.world, f"node-{number}", labels={ZONE: ZONES[number % 2]}, cpu=str(processors))

    def restart(self) -> None:
        self.world.run(Witness)

    def pod(self, number: int) -> list[Object]:
        return self.world.list("pods")[number : number + 1]

    def node(self, number: int) -> Object | None:
        return self.world.client.get("nodes", "", f"node-{number}")


@contextmanager
def cluster() -> Iterator[World]:
    """A cluster of two nodes with a scheduler that is watched."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/test.db"
        migrate(url)
        database = Database(url)
        world = Witness.world = World(database)
        Witness.broken = []
        for number in (0, 1):
            add_node(world, f"node-{number}", labels={ZONE: ZONES[number]})
        world.run(Witness)
        try:
            yield world
        finally:
            database.close()


def check_at_rest(world: World) -> None:
    assert Witness.broken == []
    now = Reference(world)
    for name, node in now.nodes.items():
        there = [pod for pod in now.pods if now.where.get(uid_of(pod)) == name]
        assert sum(map(cpu, there)) <= int(node["status"]["allocatable"]["cpu"])
    for pod in now.waiting():
        assert not allowed(world, pod), name_of(pod)


@settings(max_examples=40, deadline=None)
@given(st.lists(ADD, min_size=4, max_size=8), st.lists(st.tuples(STEPS, ADD, st.booleans()), min_size=4, max_size=12))
def test_every_pod_is_placed_by_the_rules(first: list[Any], steps: list[tuple[Any, Any, bool]]) -> None:
    with cluster() as world:
        model = Model(world)
        for name, *arguments in first:
            getattr(model, name)(*arguments)
            world.settle()
        for step, addition, both in steps:
            for name, *arguments in (step, addition) if both else (step,):
                getattr(model, name)(*arguments)
            world.settle()
            check_at_rest(world)
        model.finish()
        world.settle()
        check_at_rest(world)
