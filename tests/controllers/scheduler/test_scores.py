"""Which of several nodes that fit is taken."""

from __future__ import annotations

from collections import Counter

import pytest

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Object
from tests.controllers.scheduler.scheduling import HOST, add_node, add_pod, condition, node_of
from tests.world import World

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


@pytest.fixture
def trio(world: World) -> World:
    """Three nodes that are alike."""
    for name in ("node-1", "node-2", "node-3"):
        add_node(world, name)
    world.run(Scheduler)
    return world


def place(world: World, name: str, cpu: str = "", **spec: object) -> str:
    add_pod(world, name, cpu, **spec)
    world.settle()
    return node_of(world, name)


def test_pods_go_where_most_is_left(trio: World) -> None:
    add_pod(trio, "a", "2", nodeName="node-1")
    add_pod(trio, "b", "1", nodeName="node-2")
    assert place(trio, "c", "1") == "node-3"
    assert place(trio, "d", "2") in {"node-2", "node-3"}


def test_processors_and_memory_are_used_evenly(world: World) -> None:
    add_node(world, "node-1")
    add_node(world, "node-2")
    world.run(Scheduler)
    add_pod(world, "cpu", container={"resources": {"requests": {"cpu": "2", "memory": "200Mi"}}}, nodeName="node-1")
    add_pod(world, "memory", container={"resources": {"requests": {"cpu": "100m", "memory": "4Gi"}}}, nodeName="node-2")
    assert place(world, "p", container={"resources": {"requests": {"cpu": "100m", "memory": "2Gi"}}}) == "node-1"


def test_alike_nodes_are_taken_in_turn(trio: World) -> None:
    names = [place(trio, f"p-{number}") for number in range(9)]
    assert names[:3] == ["node-1", "node-2", "node-3"]
    assert Counter(names) == {"node-1": 3, "node-2": 3, "node-3": 3}


def test_taints_that_only_prefer(trio: World) -> None:
    for name in ("node-1", "node-2"):
        trio.client.patch("nodes", "", name, {"spec": {"taints": [{"key": "k", "effect": "PreferNoSchedule"}]}})
    assert place(trio, "a") == place(trio, "b") == "node-3"
    assert place(trio, "c", tolerations=[{"key": "k", "operator": "Exists"}]) == "node-1"


def test_preferred_labels(trio: World) -> None:
    def wants(weight: int, node: str) -> Object:
        return {"weight": weight, "preference": {"matchExpressions": [{"key": HOST, "operator": "In", "values": [node]}]}}

    affinity = {"nodeAffinity": {PREFERRED: [wants(10, "node-2"), wants(90, "node-3"), {"weight": 100, "preference": {}}]}}
    assert place(trio, "a", affinity=affinity) == "node-3"


class TestNamedNodes:
    """As the pods of a DaemonSet name them."""

    @staticmethod
    def named(*names: str) -> Object:
        terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}]} for name in names]
        return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}

    def test_no_others_are_looked_at(self, trio: World) -> None:
        assert place(trio, "a", "3", affinity=self.named("node-2")) == "node-2"
        assert place(trio, "b", "3", affinity=self.named("node-2")) == ""
        reasons = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
        preemption = "1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling"
        sentence = f"{reasons} no new claims to deallocate, preemption: 0/3 nodes are available: {preemption}."
        assert condition(trio, "b")[2] == sentence

    def test_names_that_contradict_each_other(self, trio: World) -> None:
        fields = [{"key": "metadata.name", "operator": "In", "values": [name]} for name in ("node-1", "node-2")]
        affinity = self.named("node-1")
        affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"] = [{"matchFields": fields}]
        assert place(trio, "a", affinity=affinity) == ""
        assert condition(trio, "a")[2] == "0/3 nodes are available: pod affinity terms conflict. not found"
