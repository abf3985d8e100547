"""Taint eviction: who leaves a node with a NoExecute taint, and when."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.taint_eviction import TaintEviction
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object
from tests.world import NAMESPACE, World

TAINT = {"key": "gone", "effect": "NoExecute"}


@pytest.fixture
def cluster(world: World) -> World:
    world.node("node-1")
    world.run(TaintEviction)
    return world


def taint(world: World, *taints: Object) -> None:
    world.client.patch("nodes", "", "node-1", {"spec": {"taints": list(taints)}})
    world.settle()


def pod(world: World, name: str, *tolerations: Object) -> None:
    world.pod(name, "10.244.0.2", tolerations=list(tolerations), terminationGracePeriodSeconds=30)


def for_seconds(seconds: int | None, **fields: Any) -> Object:
    limit = {} if seconds is None else {"effect": "NoExecute", "tolerationSeconds": seconds}
    return {"key": "gone", "operator": "Exists", **limit, **fields}


def leaving(world: World) -> set[str]:
    return {pod["metadata"]["name"] for pod in world.list("pods") if pod["metadata"].get("deletionTimestamp")}


def test_pods_that_do_not_tolerate_the_taint_go_at_once(cluster: World) -> None:
    pod(cluster, "a")
    pod(cluster, "b", for_seconds(None))
    taint(cluster, TAINT)
    assert leaving(cluster) == {"a"}
    going = cluster.get("pods", "a")
    assert going is not None
    condition = next(each for each in going["status"]["conditions"] if each["type"] == "DisruptionTarget")
    assert (condition["status"], condition["reason"]) == ("True", "DeletionByTaintManager")
    assert condition["message"] == "Taint manager: deleting due to NoExecute taint"
    assert cluster.events() == [("TaintManagerEviction", f"Marking for deletion Pod {NAMESPACE}/a")]


def test_a_pod_leaves_when_the_shortest_of_its_tolerations_is_over(cluster: World) -> None:
    pod(cluster, "a", for_seconds(60), for_seconds(30, operator="Equal"))
    taint(cluster, TAINT)
    cluster.advance(29)
    assert leaving(cluster) == set()
    cluster.advance(2)
    assert leaving(cluster) == {"a"}


def test_every_taint_has_to_be_tolerated(cluster: World) -> None:
    pod(cluster, "a", for_seconds(None))
    taint(cluster, TAINT, {"key": "other", "effect": "NoExecute"})
    assert leaving(cluster) == {"a"}


def test_other_effects_have_nobody_leave(cluster: World) -> None:
    pod(cluster, "a")
    taint(cluster, {"key": "gone", "effect": "NoSchedule"})
    assert leaving(cluster) == set()


def test_the_pod_stays_when_the_taint_goes_in_time(cluster: World) -> None:
    pod(cluster, "a", for_seconds(30))
    taint(cluster, TAINT)
    cluster.advance(20)
    taint(cluster)
    cluster.advance(100)
    assert leaving(cluster) == set()
    assert cluster.events() == [("TaintManagerEviction", f"Cancelling deletion of Pod {NAMESPACE}/a")]


def test_the_time_goes_on_when_a_taint_takes_the_place_of_another(cluster: World) -> None:
    pod(cluster, "a", for_seconds(30), {**for_seconds(30), "key": "lost"})
    taint(cluster, TAINT)
    cluster.advance(20)
    taint(cluster, {**TAINT, "key": "lost", "timeAdded": timestamp(cluster.clock.now())})
    cluster.advance(11)
    assert leaving(cluster) == {"a"}


def test_a_restart_counts_from_when_the_taint_was_added(cluster: World) -> None:
    pod(cluster, "a", for_seconds(300))
    taint(cluster, {**TAINT, "timeAdded": timestamp(cluster.clock.now())})
    cluster.clock.advance(200)
    cluster.run(TaintEviction)
    cluster.advance(99)
    assert leaving(cluster) == set()
    cluster.advance(2)
    assert leaving(cluster) == {"a"}


def test_a_pod_that_comes_to_a_tainted_node_goes(cluster: World) -> None:
    taint(cluster, TAINT)
    pod(cluster, "late")
    cluster.settle()
    assert leaving(cluster) == {"late"}
