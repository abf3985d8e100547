"""The real scheduler puts the pods of DaemonSets where they are meant to be."""

from __future__ import annotations

from mockapi.controllers.daemonset.controller import DaemonSetController
from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Object
from tests.controllers.standin import StandInKubelet
from tests.world import World

from .fleet import daemonset, pod_template, status, staying


def add_node(world: World, name: str, pods: str = "110", **spec: object) -> None:
    world.create("nodes", {"metadata": {"name": name}, "spec": spec})
    world.client.patch("nodes", "", name, {"status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": pods}}}, "status")


def placed(world: World) -> dict[str, str]:
    """By the node that a pod is meant for, the one that it is on."""
    return {meant_for(pod): pod["spec"].get("nodeName", "") for pod in staying(world)}


def meant_for(pod: Object) -> str:
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])


def test_each_pod_gets_its_node(world: World) -> None:
    for name in ("node-1", "node-2", "node-3"):
        add_node(world, name)
    world.run(DaemonSetController, Scheduler, StandInKubelet)
    daemonset(world)
    assert placed(world) == {"node-1": "node-1", "node-2": "node-2", "node-3": "node-3"}
    assert status(world)["numberReady"] == 3


def test_cordoned_nodes_get_theirs(world: World) -> None:
    add_node(world, "node-1", unschedulable=True, taints=[{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}])
    world.run(DaemonSetController, Scheduler, StandInKubelet)
    daemonset(world)
    assert placed(world) == {"node-1": "node-1"}


def test_a_pod_waits_for_a_full_node_and_takes_no_other(world: World) -> None:
    add_node(world, "node-1", pods="0")
    add_node(world, "node-2")
    world.run(DaemonSetController, Scheduler, StandInKubelet)
    daemonset(world, template=pod_template())
    assert placed(world) == {"node-1": "", "node-2": "node-2"}
    assert (status(world)["currentNumberScheduled"], status(world)["numberUnavailable"]) == (2, 1)
    world.client.patch("nodes", "", "node-1", {"status": {"allocatable": {"pods": "110"}}}, "status")
    world.settle()
    assert placed(world) == {"node-1": "node-1", "node-2": "node-2"}
