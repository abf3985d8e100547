from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from tests.world import World


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


def test_metadata_is_completed(kept: World) -> None:
    add(kept, "a")
    node = kept.client.get("nodes", "", "a")
    assert node is not None
    assert node["metadata"]["annotations"] == {"node.alpha.kubernetes.io/ttl": "0"}
    assert node["metadata"]["labels"]["beta.kubernetes.io/os"] == "linux"
