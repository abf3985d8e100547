"""The pod garbage collector: pods of nodes that are gone, that are off, or of which there are too many."""

from __future__ import annotations

import pytest

from mockapi.controllers import pod_garbage_collector
from mockapi.controllers.pod_garbage_collector import PodGarbageCollector
from tests.world import World


@pytest.fixture
def cluster(world: World) -> World:
    world.node("node-1")
    world.run(PodGarbageCollector)
    return world


def names(world: World) -> list[str]:
    return [pod["metadata"]["name"] for pod in world.list("pods")]


def test_pods_of_a_node_that_is_gone_go_after_a_while(cluster: World) -> None:
    cluster.pod("here", "10.244.0.2")
    made = cluster.pod("kept", "10.244.0.3", nodeName="node-2", metadata={"finalizers": ["a.example/b"]})
    cluster.pod("there", "10.244.0.4", nodeName="node-2")
    assert made["status"]["phase"] == "Running"
    cluster.advance(55)
    assert names(cluster) == ["here", "kept", "there"]
    cluster.advance(25)
    assert names(cluster) == ["here", "kept"]
    kept = cluster.get("pods", "kept")
    assert kept is not None
    assert kept["status"]["phase"] == "Failed"
    condition = kept["status"]["conditions"][-1]
    assert (condition["type"], condition["reason"]) == ("DisruptionTarget", "DeletionByPodGC")
    assert condition["message"] == "PodGC: node no longer exists"


def test_a_node_that_comes_back_finds_its_pods(cluster: World) -> None:
    cluster.pod("there", "10.244.0.4", nodeName="node-2")
    cluster.advance(45)
    cluster.node("node-2")
    cluster.advance(20)
    cluster.client.delete("nodes", "", "node-2")
    cluster.advance(45)
    assert names(cluster) == ["there"]


def test_pods_that_are_going_leave_a_node_that_is_off(cluster: World) -> None:
    for name in ("going", "staying"):
        cluster.pod(name, "10.244.0.2")
    cluster.delete("pods", "going", grace=30)
    cluster.advance(20)
    assert names(cluster) == ["going", "staying"]
    cluster.client.patch("nodes", "", "node-1", {"spec": {"taints": [{"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"}]}})
    cluster.advance(20)
    assert names(cluster) == ["staying"]


def test_a_pod_that_was_never_placed_goes_when_it_is_to_go(cluster: World) -> None:
    cluster.pod("nowhere", nodeName="", metadata={"finalizers": ["a.example/b"]})
    cluster.delete("pods", "nowhere", grace=30)
    cluster.advance(20)
    found = cluster.get("pods", "nowhere")
    assert found is not None
    assert found["status"]["phase"] == "Failed"


def test_the_oldest_of_too_many_finished_pods_go_and_evicted_ones_first(cluster: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pod_garbage_collector, "_FINISHED_AT_MOST", 2)
    for name, status in {
        "old": {"phase": "Succeeded"},
        "new": {"phase": "Failed"},
        "evicted": {"phase": "Failed", "reason": "Evicted"},
        "running": {"phase": "Running"},
    }.items():
        cluster.pod(name)
        cluster.patch("pods", name, {"status": status}, "status")
        cluster.clock.advance(1)
    cluster.advance(20)
    assert names(cluster) == ["new", "old", "running"]
