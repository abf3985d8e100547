"""Pools of nodes: what they make, how they grow and shrink, and what a Fault does to their nodes."""

from __future__ import annotations

import pytest

from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.controllers.simulation_settings import SimulationSettings
from mockapi.controllers.system_namespaces import SystemNamespaces
from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from mockapi.nodes.machines import Machines
from mockapi.nodes.pools import NodePools
from tests.world import World

POOLS, FAULTS = "nodepools.simulation.mockapi.dev", "faults.simulation.mockapi.dev"
LEASES = "leases.coordination.k8s.io"
ALL = (SimulationSettings, NodePools, Machines, NodeAddresses, SystemNamespaces, Kubelet)


@pytest.fixture
def cluster(world: World) -> World:
    """A cluster with the two nodes that every new one has."""
    world.run(*ALL)
    world.advance(1)
    return world


def names(world: World) -> list[str]:
    return [node["metadata"]["name"] for node in world.client.list("nodes")]


def node(world: World, name: str) -> Object:
    found = world.client.get("nodes", "", name)
    assert found is not None
    return found


def counts(world: World, name: str) -> tuple[int, int]:
    pool = world.client.get(POOLS, "", name)
    assert pool is not None
    return pool["status"]["replicas"], pool["status"]["readyReplicas"]


def scale(world: World, name: str, replicas: int) -> None:
    world.client.patch(POOLS, "", name, {"spec": {"replicas": replicas}}, "scale")
    world.advance(1)


def test_a_pool_grows_and_shrinks(cluster: World) -> None:
    assert (names(cluster), counts(cluster, "node")) == (["node-1", "node-2"], (2, 2))
    scale(cluster, "node", 5)
    assert (names(cluster), counts(cluster, "node")) == ([f"node-{number}" for number in range(1, 6)], (5, 5))
    scale(cluster, "node", 1)
    assert (names(cluster), counts(cluster, "node")) == (["node-1"], (1, 1))
    scale(cluster, "node", 2)
    assert names(cluster) == ["node-1", "node-2"]


def test_nodes_are_as_the_pool_says(cluster: World) -> None:
    taint = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
    spec = {"replicas": 3, "zones": ["a", "b"], "labels": {"disk": "ssd"}, "taints": [taint], "capacity": {"cpu": 2, "memory": "1024Mi"}}
    cluster.simulate("NodePool", "gpu", spec)
    cluster.advance(1)
    nodes = [node(cluster, f"gpu-{number}") for number in (1, 2, 3)]
    assert [each["metadata"]["labels"]["topology.kubernetes.io/zone"] for each in nodes] == ["a", "b", "a"]
    assert {each["metadata"]["labels"]["disk"] for each in nodes} == {"ssd"}
    assert all(taint in each["spec"]["taints"] for each in nodes)
    capacity = nodes[0]["status"]["capacity"]
    assert (capacity["cpu"], capacity["memory"], capacity["pods"]) == ("2", "1Gi", "110")
    addresses = [each["status"]["addresses"][0]["address"] for each in cluster.client.list("nodes")]
    assert len(set(addresses)) == len(addresses)


def test_machines_become_larger_in_place(cluster: World) -> None:
    cluster.client.patch(POOLS, "", "node", {"spec": {"capacity": {"cpu": "32"}}})
    cluster.settle()
    assert node(cluster, "node-2")["status"]["allocatable"]["cpu"] == "32"


def test_nodes_go_with_their_pool_and_others_stay(cluster: World) -> None:
    cluster.simulate("NodePool", "extra", {"replicas": 2})
    cluster.advance(1)
    cluster.create("nodes", {"metadata": {"name": "extra-7"}})
    cluster.client.delete(POOLS, "", "extra")
    cluster.advance(1)
    assert cluster.client.get(POOLS, "", "extra") is None
    assert names(cluster) == ["extra-7", "node-1", "node-2"]


def test_a_node_made_by_hand_is_not_taken_away(cluster: World) -> None:
    cluster.create("nodes", {"metadata": {"name": "node-7"}})
    scale(cluster, "node", 1)
    assert names(cluster) == ["node-1", "node-7"]


def test_nothing_is_forgotten_by_a_restart_between(cluster: World) -> None:
    cluster.client.patch(POOLS, "", "node", {"spec": {"replicas": 0}})
    cluster.run(*ALL)
    cluster.advance(1)
    assert (names(cluster), counts(cluster, "node")) == ([], (0, 0))


def test_registration_takes_its_time(cluster: World) -> None:
    delays = {"nodeRegistration": "5s"}
    cluster.client.patch("simulations.simulation.mockapi.dev", "", "cluster", {"spec": {"delays": delays}})
    scale(cluster, "node", 3)
    assert (names(cluster), counts(cluster, "node")) == (["node-1", "node-2"], (3, 2))
    cluster.advance(5)
    assert (names(cluster), counts(cluster, "node")) == (["node-1", "node-2", "node-3"], (3, 3))


def renewed(world: World, name: str) -> str:
    lease = world.client.get(LEASES, "kube-node-lease", name)
    assert lease is not None
    return str(lease["spec"]["renewTime"])


def test_the_kubelet_of_a_node_can_be_stopped(cluster: World) -> None:
    cluster.simulate("Fault", "lost", {"nodeNotReady": {"names": ["node-1"]}})
    before = renewed(cluster, "node-1"), renewed(cluster, "node-2")
    cluster.pod("a")
    cluster.advance(60)
    assert renewed(cluster, "node-1") == before[0]
    assert renewed(cluster, "node-2") > before[1]
    found = cluster.get("pods", "a")
    assert found is not None
    assert found["status"]["phase"] == "Pending"
    assert "startTime" not in found["status"]
    cluster.client.delete(FAULTS, "", "lost")
    cluster.advance(20)
    assert renewed(cluster, "node-1") > before[0]
    found = cluster.get("pods", "a")
    assert found is not None
    assert found["status"]["phase"] == "Running"
