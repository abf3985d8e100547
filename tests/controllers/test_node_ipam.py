from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from tests.world import World

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@pytest.fixture
def kept(database: Database) -> World:
    """Room for four nodes."""
    world = World(database, Cluster(pod_cidr=IPv4Network("10.244.0.0/22")))
    world.run(NodeAddresses)
    return world


def add(world: World, name: str, **spec: object) -> None:
    world.create("nodes", {"metadata": {"name": name, "labels": {"kubernetes.io/os": "linux"}}, "spec": spec})
    world.settle()


def spec(world: World, name: str) -> Object:
    node = world.client.get("nodes", "", name)
    assert node is not None
    return dict(node["spec"])


def ready(world: World, name: str, status: str) -> None:
    conditions = [{"type": "Ready", "status": status, "lastHeartbeatTime": None, "lastTransitionTime": None}]
    world.client.patch("nodes", "", name, {"status": {"conditions": conditions}}, "status")
    world.settle()


def test_each_node_has_the_lowest_free_range(kept: World) -> None:
    for name in "abc":
        add(kept, name)
    assert [spec(kept, name)["podCIDR"] for name in "abc"] == ["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"]
    assert spec(kept, "a")["podCIDRs"] == ["10.244.0.0/24"]
    kept.client.delete("nodes", "", "b")
    kept.settle()
    add(kept, "d")
    assert spec(kept, "d")["podCIDR"] == "10.244.1.0/24"


def test_a_range_that_a_node_brings_is_its_own(kept: World) -> None:
    add(kept, "a", podCIDR="10.244.0.0/24")
    add(kept, "b")
    assert [spec(kept, name)["podCIDR"] for name in "ab"] == ["10.244.0.0/24", "10.244.1.0/24"]


def test_a_node_that_came_too_late_gets_the_range_of_one_that_leaves(kept: World) -> None:
    for name in "abcde":
        add(kept, name)
    assert "podCIDR" not in spec(kept, "e")
    kept.client.delete("nodes", "", "c")
    kept.settle()
    assert spec(kept, "e")["podCIDR"] == "10.244.2.0/24"


def test_taints_follow_from_readiness_and_from_cordoning(kept: World) -> None:
    own = {"key": "mine", "value": "v", "effect": "NoExecute"}
    add(kept, "a", taints=[own])
    assert spec(kept, "a")["taints"] == [own, NOT_READY]
    ready(kept, "a", "True")
    assert spec(kept, "a")["taints"] == [own]
    kept.client.patch("nodes", "", "a", {"spec": {"unschedulable": True}})
    kept.settle()
    assert spec(kept, "a")["taints"] == [own, UNSCHEDULABLE]
    kept.client.patch("nodes", "", "a", {"spec": {"unschedulable": None}})
    ready(kept, "a", "False")
    assert spec(kept, "a")["taints"] == [own, NOT_READY]


def test_the_last_taint_goes_and_nothing_stirs_any_more(kept: World) -> None:
    add(kept, "a")
    ready(kept, "a", "True")
    assert not spec(kept, "a").get("taints")
    revision = kept.database.cache.revision
    kept.advance(600)
    assert kept.database.cache.revision == revision


def test_metadata_is_completed(kept: World) -> None:
    add(kept, "a")
    node = kept.client.get("nodes", "", "a")
    assert node is not None
    assert node["metadata"]["annotations"] == {"node.alpha.kubernetes.io/ttl": "0"}
    assert node["metadata"]["labels"]["beta.kubernetes.io/os"] == "linux"
