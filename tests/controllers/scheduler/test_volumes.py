"""Pods whose volumes decide when and where they can be placed."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.persistentvolume.binder import PersistentVolumeBinder
from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Object, annotations_of
from mockapi.storage.database import Database
from tests.controllers.persistentvolume.storage import (
    CLAIMS,
    VOLUMES,
    add_claim,
    add_class,
    add_volume,
    claim,
    phases,
    storage_world,
    volume,
    volume_of,
)
from tests.controllers.scheduler.scheduling import HOST, ZONE, add_node, add_pod, condition, failure, node_of
from tests.world import World

CONFLICT = "2 node(s) didn't match PersistentVolume's node affinity"
NOTHING = "2 node(s) didn't find available persistent volumes to bind"
HELPLESS = "2 Preemption is not helpful for scheduling"
SELECTED = "volume.kubernetes.io/selected-node"


@pytest.fixture
def cluster(database: Database) -> World:
    """Two nodes in zones a and b, a scheduler and a binder."""
    world = storage_world(database)
    for name, zone in (("node-1", "a"), ("node-2", "b")):
        add_node(world, name, labels={HOST: name, ZONE: zone})
    world.run(Scheduler, PersistentVolumeBinder)
    return world


def use(world: World, *claims: str, name: str = "p", **spec: Any) -> None:
    """Creates a pod with those claims, and lets the controllers act."""
    volumes = [{"name": used, "persistentVolumeClaim": {"claimName": used}} for used in claims]
    add_pod(world, name, volumes=volumes, **spec)
    world.settle()


def on(node: str) -> Object:
    """The affinity of a volume that is on one node."""
    terms = [{"matchExpressions": [{"key": HOST, "operator": "In", "values": [node]}]}]
    return {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}


def at_once(reason: str) -> tuple[str, str, str]:
    return "False", "Unschedulable", f"0/2 nodes are available: {reason}. not found"


class TestWaitingForClaims:
    def test_a_missing_claim(self, cluster: World) -> None:
        use(cluster, "c")
        assert condition(cluster, "p") == at_once('persistentvolumeclaim "c" not found')
        add_volume(cluster, "v")
        add_claim(cluster, "c")
        cluster.settle()
        assert node_of(cluster, "p") == "node-1"

    def test_a_claim_that_the_binder_is_yet_to_bind(self, cluster: World) -> None:
        add_claim(cluster, "c")
        use(cluster, "c")
        assert condition(cluster, "p") == at_once("pod has unbound immediate PersistentVolumeClaims")
        add_volume(cluster, "v")
        cluster.settle()
        assert node_of(cluster, "p") == "node-1"

    def test_a_claim_that_goes(self, cluster: World) -> None:
        add_volume(cluster, "v")
        add_claim(cluster, "c", meta={"finalizers": ["example.com/stay"]})
        cluster.settle()
        cluster.delete(CLAIMS, "c")
        use(cluster, "c")
        assert condition(cluster, "p") == at_once('persistentvolumeclaim "c" is being deleted')

    def test_a_claim_that_lost_its_volume(self, cluster: World) -> None:
        add_claim(cluster, "c", volumeName="v", meta={"annotations": {"pv.kubernetes.io/bind-completed": "yes"}})
        use(cluster, "c")
        assert condition(cluster, "p") == at_once('persistentvolumeclaim "c" bound to non-existent persistentvolume "v"')

    def test_the_claim_of_an_ephemeral_volume(self, cluster: World) -> None:
        template = {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
        ephemeral = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
        add_pod(cluster, "p", volumes=ephemeral)
        cluster.settle()
        waits = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-scratch"'
        assert condition(cluster, "p") == at_once(waits)
        add_claim(cluster, "p-scratch")
        cluster.settle()
        assert condition(cluster, "p") == at_once("PVC ns/p-scratch was not created for pod ns/p (pod is not owner)")

    def test_without_nodes_that_is_what_is_told(self, world: World) -> None:
        world.run(Scheduler)
        use(world, "c")
        assert condition(world, "p")[2] == "no nodes available to schedule pods"


class TestBoundVolumes:
    @pytest.mark.parametrize("node", ["node-1", "node-2"])
    def test_keep_the_pod_to_their_node(self, cluster: World, node: str) -> None:
        add_volume(cluster, "v", **on(node))
        add_claim(cluster, "c")
        use(cluster, "c")
        assert node_of(cluster, "p") == node

    def test_on_different_nodes(self, cluster: World) -> None:
        for name, node in (("v", "node-1"), ("w", "node-2")):
            add_volume(cluster, name, **on(node))
            cluster.settle()
            add_claim(cluster, name, volumeName=name)
        use(cluster, "v", "w")
        assert condition(cluster, "p") == failure(2, CONFLICT, HELPLESS)

    def test_in_a_zone(self, cluster: World) -> None:
        add_volume(cluster, "v", meta={"labels": {ZONE: "b__c"}})
        add_claim(cluster, "c")
        use(cluster, "c")
        assert node_of(cluster, "p") == "node-2"

    def test_in_a_zone_without_nodes(self, cluster: World) -> None:
        add_volume(cluster, "v", meta={"labels": {"failure-domain.beta.kubernetes.io/zone": "c"}})
        add_claim(cluster, "c")
        use(cluster, "c")
        assert condition(cluster, "p") == failure(2, "2 node(s) had no available volume zone", HELPLESS)

    def test_for_one_pod_only(self, cluster: World) -> None:
        add_volume(cluster, "v", accessModes=["ReadWriteOncePod"])
        add_claim(cluster, "c", accessModes=["ReadWriteOncePod"])
        use(cluster, "c")
        use(cluster, "c", name="q")
        taken = "2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
        assert condition(cluster, "q") == failure(2, taken, "2 No preemption victims found for incoming pod")
        cluster.delete("pods", "p")
        cluster.settle()
        assert node_of(cluster, "q") == "node-1"


class TestFirstConsumers:
    @pytest.fixture(autouse=True)
    def patient(self, cluster: World) -> None:
        add_class(cluster, "manual", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")

    def test_get_a_free_volume_where_it_is(self, cluster: World) -> None:
        add_volume(cluster, "v", **on("node-2"))
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Available", "c": "Pending"}
        use(cluster, "c")
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}
        assert node_of(cluster, "p") == "node-2"
        assert annotations_of(volume(cluster, "v")) == {"pv.kubernetes.io/bound-by-controller": "yes"}
        assert sorted(annotations_of(claim(cluster, "c"))) == ["pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller"]

    def test_get_the_smallest_volumes_that_are_together(self, cluster: World) -> None:
        add_volume(cluster, "small", "1Gi", **on("node-1"))
        add_volume(cluster, "large", "5Gi", **on("node-2"))
        add_volume(cluster, "larger", "9Gi", **on("node-2"))
        add_claim(cluster, "a", "1Gi")
        add_claim(cluster, "b", "1Gi")
        use(cluster, "b", "a")
        assert node_of(cluster, "p") == "node-2"
        assert {volume_of(cluster, "a"), volume_of(cluster, "b")} == {"large", "larger"}

    def test_wait_for_a_volume(self, cluster: World) -> None:
        add_claim(cluster, "c")
        use(cluster, "c")
        assert condition(cluster, "p") == failure(2, NOTHING, HELPLESS)
        add_volume(cluster, "v")
        cluster.settle()
        assert node_of(cluster, "p") == "node-1"

    def test_that_need_a_new_volume_choose_its_node(self, cluster: World) -> None:
        add_class(cluster, "made", "example.com/driver", volumeBindingMode="WaitForFirstConsumer")
        add_claim(cluster, "c", storageClassName="made")
        use(cluster, "c", nodeSelector={ZONE: "b"})
        assert annotations_of(claim(cluster, "c"))[SELECTED] == "node-2"
        assert (node_of(cluster, "p"), condition(cluster, "p")) == ("", ("", "", ""))
        add_volume(cluster, "v", storageClassName="made", claimRef={"namespace": "ns", "name": "c"}, **on("node-2"))
        cluster.settle()
        assert node_of(cluster, "p") == "node-2"

    def test_that_have_no_node_in_the_topologies_of_the_class(self, cluster: World) -> None:
        terms = [{"matchLabelExpressions": [{"key": ZONE, "values": ["c"]}]}]
        add_class(cluster, "far", "example.com/driver", volumeBindingMode="WaitForFirstConsumer", allowedTopologies=terms)
        add_claim(cluster, "c", storageClassName="far")
        use(cluster, "c")
        assert condition(cluster, "p") == failure(2, NOTHING, HELPLESS)

    def test_take_their_room_while_they_wait(self, cluster: World) -> None:
        add_class(cluster, "made", "example.com/driver", volumeBindingMode="WaitForFirstConsumer")
        add_claim(cluster, "c", storageClassName="made")
        use(cluster, "c", cpu="3", nodeSelector={ZONE: "a"})
        use(cluster, name="q", cpu="3", nodeSelector={ZONE: "a"})
        assert node_of(cluster, "q") == ""
        cluster.delete("pods", "p")
        cluster.settle()
        assert node_of(cluster, "q") == "node-1"

    def test_of_two_pods_only_one_gets_the_volume(self, cluster: World) -> None:
        add_volume(cluster, "v")
        for name in ("c", "d"):
            add_claim(cluster, name)
            use(cluster, name, name=f"p-{name}")
        assert [node_of(cluster, "p-c"), node_of(cluster, "p-d")] == ["node-1", ""]
        cluster.client.delete(VOLUMES, "", "v")
        cluster.settle()
        assert volume_of(cluster, "d") == ""
