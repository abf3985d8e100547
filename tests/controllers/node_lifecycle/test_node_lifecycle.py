"""Node lifecycle: silence, taints, the pods of lost nodes, and how fast nodes are given up."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.node_lifecycle.controller import NodeLifecycle
from mockapi.machinery.clock import micro_timestamp, timestamp
from mockapi.machinery.meta import Object, Objects
from tests.world import World

NOT_READY, UNREACHABLE, CORDONED = (f"node.kubernetes.io/{name}" for name in ("not-ready", "unreachable", "unschedulable"))


@pytest.fixture
def cluster(world: World) -> World:
    for name in ("default", "kube-node-lease"):
        world.create("namespaces", {"metadata": {"name": name}})
    world.run(NodeLifecycle)
    return world


def node(world: World, name: str = "node-1") -> Object:
    found = world.client.get("nodes", "", name)
    assert found is not None
    return found


def taints(world: World, name: str = "node-1") -> list[tuple[str, str]]:
    return [(taint["key"], taint["effect"]) for taint in node(world, name)["spec"].get("taints") or ()]


def conditions(world: World, name: str = "node-1") -> dict[str, tuple[str, str]]:
    found: Objects = node(world, name)["status"].get("conditions") or []
    return {condition["type"]: (condition["status"], condition["reason"]) for condition in found}


def report(world: World, name: str = "node-1", **statuses: str) -> None:
    """The kubelet says what it knows; Ready is True unless told otherwise."""
    now = timestamp(world.clock.now())
    times = {"lastHeartbeatTime": now, "lastTransitionTime": now}
    made = [{"type": kind, "status": status, "reason": "Said", **times} for kind, status in ({"Ready": "True"} | statuses).items()]
    world.client.patch("nodes", "", name, {"status": {"conditions": made}}, "status")
    world.settle()


def nodes(world: World, *names: str, **labels: str) -> None:
    for name in names:
        world.node(name, **labels)
        report(world, name)


def renew(world: World, name: str = "node-1") -> None:
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro_timestamp(world.clock.now())}
    lease = {"metadata": {"name": name, "namespace": "kube-node-lease"}, "spec": spec}
    present = world.client.get("leases.coordination.k8s.io", "kube-node-lease", name)
    if present is None:
        world.client.create("leases.coordination.k8s.io", lease)
    else:
        world.client.update("leases.coordination.k8s.io", {**present, "spec": spec})


def node_events(world: World) -> list[tuple[str, str]]:
    return [(event["reason"], event["message"]) for event in world.client.list("events", "default")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, []),
        ({"Ready": "False"}, [(NOT_READY, "NoSchedule")]),
        ({"Ready": "Unknown"}, [(UNREACHABLE, "NoSchedule")]),
        ({"MemoryPressure": "True", "DiskPressure": "False"}, [("node.kubernetes.io/memory-pressure", "NoSchedule")]),
        ({"NetworkUnavailable": "True"}, [("node.kubernetes.io/network-unavailable", "NoSchedule")]),
    ],
)
def test_conditions_keep_new_pods_away(cluster: World, said: dict[str, str], expected: list[tuple[str, str]]) -> None:
    cluster.node("node-1")
    report(cluster, **said)
    assert taints(cluster) == expected
    report(cluster, **dict.fromkeys(said, "False") | {"Ready": "True"})
    assert taints(cluster) == []


def test_a_cordoned_node_keeps_its_own_taints(cluster: World) -> None:
    cluster.create("nodes", {"metadata": {"name": "node-1"}, "spec": {"taints": [{"key": "mine", "effect": "NoExecute"}]}})
    cluster.client.patch("nodes", "", "node-1", {"spec": {"unschedulable": True}})
    cluster.settle()
    assert taints(cluster) == [("mine", "NoExecute"), (CORDONED, "NoSchedule")]
    assert node(cluster)["spec"]["taints"][1]["timeAdded"] == timestamp(cluster.clock.now())
    cluster.client.patch("nodes", "", "node-1", {"spec": {"unschedulable": None}})
    cluster.settle()
    assert taints(cluster) == [("mine", "NoExecute")]


def test_a_silent_node_is_unknown_after_its_grace_and_ready_again_when_it_reports(cluster: World) -> None:
    nodes(cluster, "node-1", "node-2")
    cluster.advance(30)
    renew(cluster, "node-1")
    cluster.advance(30)
    assert conditions(cluster, "node-2")["Ready"] == ("Unknown", "NodeStatusUnknown")
    assert conditions(cluster, "node-2")["PIDPressure"] == ("Unknown", "NodeStatusNeverUpdated")
    assert conditions(cluster, "node-1")["Ready"] == ("True", "Said")
    assert taints(cluster, "node-2") == [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
    report(cluster, "node-2", MemoryPressure="False", DiskPressure="False", PIDPressure="False")
    assert taints(cluster, "node-2") == []


def test_a_node_that_never_reports_is_unknown_after_a_minute(cluster: World) -> None:
    nodes(cluster, "node-1")
    cluster.node("node-2")
    cluster.settle()
    for _ in range(2):
        cluster.advance(29)
        report(cluster)
    assert conditions(cluster, "node-2") == {}
    cluster.advance(3)
    assert conditions(cluster, "node-2")["Ready"] == ("Unknown", "NodeStatusNeverUpdated")


def test_a_restart_gives_every_node_its_grace_anew(cluster: World) -> None:
    nodes(cluster, "node-1")
    cluster.clock.advance(3600)
    cluster.run(NodeLifecycle)
    cluster.advance(49)
    assert conditions(cluster)["Ready"][0] == "True"
    cluster.advance(2)
    assert conditions(cluster)["Ready"][0] == "Unknown"


def test_pods_of_a_lost_node_are_not_trusted(cluster: World) -> None:
    nodes(cluster, "node-1", "node-2")
    cluster.pod("a", "10.244.0.2")
    cluster.pod("b", "10.244.1.2", nodeName="node-2")
    report(cluster, "node-1", Ready="False")
    ready = {pod["metadata"]["name"]: pod["status"]["conditions"][0]["status"] for pod in cluster.list("pods")}
    assert ready == {"a": "False", "b": "True"}
    assert cluster.events() == [("NodeNotReady", "Node is not ready")]
    assert ("NodeNotReady", "Node node-1 status is now: NodeNotReady") in node_events(cluster)
    assert taints(cluster) == [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]


def test_the_evicting_taint_follows_the_condition(cluster: World) -> None:
    nodes(cluster, "node-1", "node-2")
    report(cluster, Ready="False")
    report(cluster, Ready="Unknown")
    assert taints(cluster) == [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]


def test_nodes_are_given_up_one_at_a_time(cluster: World) -> None:
    nodes(cluster, "a", "b", "c", "d", "e")
    for name in "ab":
        report(cluster, name, Ready="False")
    assert taints(cluster, "a") == [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]
    assert taints(cluster, "b") == [(NOT_READY, "NoSchedule")]
    cluster.advance(10)
    assert taints(cluster, "b") == [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]


def test_nobody_is_evicted_when_all_nodes_are_lost(cluster: World) -> None:
    nodes(cluster, "a", "b")
    report(cluster, "a", Ready="False")
    report(cluster, "b", Ready="False")
    assert [effect for name in "ab" for _, effect in taints(cluster, name)] == ["NoSchedule", "NoSchedule"]
    cluster.advance(30)
    report(cluster, "b")
    assert taints(cluster, "a") == [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]


def test_nodes_that_come_and_go_are_told_of(cluster: World) -> None:
    nodes(cluster, "a")
    cluster.client.delete("nodes", "", "a")
    cluster.settle()
    assert node_events(cluster) == [
        ("RegisteredNode", "Node a event: Registered Node a in Controller"),
        ("RemovingNode", "Node a event: Removing Node a from Controller"),
    ]


def test_nothing_stirs_while_the_leases_are_renewed(cluster: World) -> None:
    nodes(cluster, "node-1")
    renew(cluster)
    written: Any = node(cluster)
    for _ in range(20):
        cluster.advance(10)
        renew(cluster)
    assert node(cluster) == written
