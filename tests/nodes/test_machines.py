from __future__ import annotations

from collections.abc import Callable

import pytest

from mockapi.controllers.namespace import NamespaceLifecycle
from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.controllers.simulation_settings import SimulationSettings
from mockapi.controllers.system_namespaces import SystemNamespaces
from mockapi.machinery.meta import Object
from mockapi.nodes.machines import Machines
from mockapi.nodes.pools import NodePools
from tests.registry.calls import delete
from tests.world import World

LEASES, LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
ALL = (SimulationSettings, NodePools, Machines, NodeAddresses, SystemNamespaces, NamespaceLifecycle)


@pytest.fixture
def pool(world: World) -> World:
    world.run(*ALL)
    world.advance(1)
    return world


def node(world: World, name: str = "node-1") -> Object:
    found = world.client.get("nodes", "", name)
    assert found is not None
    return found


def condition(world: World, kind: str = "Ready") -> Object:
    return next(found for found in node(world)["status"]["conditions"] if found["type"] == kind)


def renewed(world: World) -> str:
    lease = world.client.get(LEASES, LEASE_NAMESPACE, "node-1")
    assert lease is not None
    return str(lease["spec"]["renewTime"])


def test_nodes_register_and_are_ready(pool: World) -> None:
    nodes = pool.client.list("nodes")
    assert [found["metadata"]["name"] for found in nodes] == ["node-1", "node-2"]
    addresses = [found["status"]["addresses"][0]["address"] for found in nodes]
    assert addresses == ["192.168.49.2", "192.168.49.3"]
    assert (condition(pool)["status"], condition(pool, "DiskPressure")["status"]) == ("True", "False")
    assert not node(pool)["spec"].get("taints")
    assert node(pool)["spec"]["podCIDR"]


def test_a_restart_registers_nothing_again(pool: World) -> None:
    before = [found["metadata"]["uid"] for found in pool.client.list("nodes")]
    pool.run(*ALL)
    assert [found["metadata"]["uid"] for found in pool.client.list("nodes")] == before


def test_leases_are_renewed(pool: World) -> None:
    first = renewed(pool)
    pool.advance(10)
    assert renewed(pool) > first
    lease = pool.client.get(LEASES, LEASE_NAMESPACE, "node-1")
    assert lease is not None
    assert lease["metadata"]["ownerReferences"][0]["uid"] == node(pool)["metadata"]["uid"]


def test_the_status_is_reported_seldom_and_put_right_soon(pool: World) -> None:
    first = condition(pool)
    pool.advance(100)
    assert condition(pool) == first
    pool.advance(250)
    assert condition(pool)["lastHeartbeatTime"] > first["lastHeartbeatTime"]
    assert condition(pool)["lastTransitionTime"] == first["lastTransitionTime"]
    unknown = [{**condition(pool), "status": "Unknown"}]
    pool.client.patch("nodes", "", "node-1", {"status": {"conditions": unknown}}, "status")
    pool.advance(11)
    assert condition(pool)["status"] == "True"


def test_a_deleted_node_stays_away_until_somebody_brings_it_back(pool: World) -> None:
    pool.client.delete("nodes", "", "node-1")
    pool.advance(60)
    assert pool.client.get("nodes", "", "node-1") is None
    pool.create("nodes", {"metadata": {"name": "node-1"}})
    pool.advance(11)
    assert condition(pool)["status"] == "True"


def test_a_deleted_node_registers_at_the_next_start(pool: World) -> None:
    pool.client.delete("nodes", "", "node-1")
    pool.run(*ALL)
    assert condition(pool)["status"] == "True"


@pytest.mark.parametrize(
    "harm",
    [
        lambda world: world.client.delete(LEASES, LEASE_NAMESPACE, "node-1"),
        lambda world: delete(world, "namespaces", LEASE_NAMESPACE),
    ],
)
def test_heartbeats_go_on_after(pool: World, harm: Callable[[World], None]) -> None:
    harm(pool)
    pool.advance(30)
    first = renewed(pool)
    pool.advance(11)
    assert renewed(pool) > first


def test_heartbeats_go_on_after_a_namespace_that_was_slow_to_go(pool: World) -> None:
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    pool.client.create("configmaps", {**held, "metadata": {**held["metadata"], "namespace": LEASE_NAMESPACE}})  # type: ignore[dict-item]
    delete(pool, "namespaces", LEASE_NAMESPACE)
    pool.advance(30)
    pool.client.patch("configmaps", LEASE_NAMESPACE, "held", {"metadata": {"finalizers": None}})
    pool.advance(11)
    first = renewed(pool)
    pool.advance(11)
    assert renewed(pool) > first
