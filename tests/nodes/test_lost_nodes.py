"""Nodes that are lost and come back: their pods are not trusted meanwhile, leave when they must, and serve again."""

from __future__ import annotations

import pytest

from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.controllers.node_lifecycle.controller import NodeLifecycle
from mockapi.controllers.pod_garbage_collector import PodGarbageCollector
from mockapi.controllers.taint_eviction import TaintEviction
from mockapi.kinds.admission.tolerations import DefaultTolerationSeconds
from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from mockapi.nodes.machines import Machines
from mockapi.nodes.pools import NodePools
from mockapi.registry.simulated import FAULTS, GROUP, NODE_POOLS, VERSION
from mockapi.storage.database import Database
from tests.world import NAMESPACE, World


@pytest.fixture
def cluster(database: Database) -> World:
    """Two nodes of a pool, and a pod on the first that is ready."""
    world = World(database, admission=(DefaultTolerationSeconds(),))
    for name in ("default", "kube-node-lease"):
        world.client.create("namespaces", {"metadata": {"name": name}})
    create(world, NODE_POOLS, "NodePool", "node", {"replicas": 2})
    world.run(NodePools, Machines, NodeAddresses, NodeLifecycle, TaintEviction, PodGarbageCollector, Kubelet)
    world.advance(1)
    world.pod("a", terminationGracePeriodSeconds=1)
    world.settle()
    assert ready(world)
    return world


def create(world: World, resource: str, kind: str, name: str, spec: Object) -> None:
    world.client.create(resource, {"apiVersion": f"{GROUP}/{VERSION}", "kind": kind, "metadata": {"name": name}, "spec": spec})


def lose(world: World) -> None:
    create(world, FAULTS, "Fault", "lost", {"nodeNotReady": {"names": ["node-1"]}})


def find(world: World) -> None:
    world.client.delete(FAULTS, "", "lost")


def ready(world: World) -> bool:
    pod = world.client.get("pods", NAMESPACE, "a")
    assert pod is not None
    return any((each["type"], each["status"]) == ("Ready", "True") for each in pod["status"]["conditions"])


def test_a_pod_serves_again_when_its_node_is_back(cluster: World) -> None:
    lose(cluster)
    cluster.advance(40)
    assert ready(cluster)
    cluster.advance(30)
    assert not ready(cluster)
    find(cluster)
    cluster.advance(15)
    assert ready(cluster)
    node = cluster.client.get("nodes", "", "node-1")
    assert node is not None
    assert not node["spec"].get("taints")


def test_a_pod_leaves_after_five_minutes_but_goes_only_with_its_node(cluster: World) -> None:
    lose(cluster)
    cluster.advance(50 + 290)
    pod = cluster.get("pods", "a")
    assert pod is not None
    assert "deletionTimestamp" not in pod["metadata"]
    cluster.advance(20)
    pod = cluster.get("pods", "a")
    assert pod is not None
    assert pod["metadata"]["deletionTimestamp"]
    cluster.advance(600)
    assert cluster.get("pods", "a") is not None, "nobody is there who could say that it has stopped"
    find(cluster)
    cluster.advance(30)
    assert cluster.get("pods", "a") is None
