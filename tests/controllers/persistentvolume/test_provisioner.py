"""Volumes on demand: making them at once or for a first consumer, growing and removing them."""

from __future__ import annotations

import pytest

from mockapi.controllers.ephemeral_volume import EphemeralVolumeController
from mockapi.controllers.persistentvolume.binder import PersistentVolumeBinder
from mockapi.controllers.persistentvolume.provisioner import DRIVER, VolumeProvisioner
from mockapi.controllers.persistentvolume.resizer import VolumeExpansion, VolumeResizer
from mockapi.controllers.persistentvolume.standard_class import StandardStorageClass
from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.controllers.storage_protection import ClaimProtection, VolumeProtection
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, annotations_of, uid_of
from mockapi.storage.database import Database
from tests.controllers.scheduler.test_controller import add_node, add_pod, node_of
from tests.world import World

from .storage import (
    CLAIMS,
    CLASSES,
    add_claim,
    add_class,
    add_volume,
    claim,
    events_about,
    phases,
    storage_world,
    volume,
    volume_of,
)

LATER = "WaitForFirstConsumer"


@pytest.fixture
def cluster(database: Database) -> World:
    """The storage of a cluster with human delays, two nodes and a class `standard`."""
    world = storage_world(database)
    world.preset = "realistic"
    for name in ("node-1", "node-2"):
        add_node(world, name, labels={"kubernetes.io/hostname": f"host-of-{name}"})
    world.run(
        PersistentVolumeBinder,
        VolumeProvisioner,
        VolumeExpansion,
        VolumeResizer,
        StandardStorageClass,
        Scheduler,
        ClaimProtection,
        VolumeProtection,
    )
    return world


def use(world: World, name: str = "p", **spec: object) -> None:
    add_pod(world, name, volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "c"}}], **spec)
    world.settle()


def provisioned(world: World) -> Object:
    """The volume of claim `c`, made for a pod."""
    add_claim(world, "c", "1Gi", storageClassName=None)
    use(world)
    world.advance(2)
    return volume(world, volume_of(world, "c"))


def test_the_default_class(cluster: World) -> None:
    found = cluster.client.get(CLASSES, "", "standard")
    assert found is not None
    assert annotations_of(found) == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (found["provisioner"], found["reclaimPolicy"], found["volumeBindingMode"]) == (DRIVER, "Delete", LATER)
    cluster.client.delete(CLASSES, "", "standard")
    cluster.advance(60)
    assert cluster.client.get(CLASSES, "", "standard") is None


def test_without_one_in_tests(world: World) -> None:
    world.run(StandardStorageClass)
    assert world.client.list(CLASSES) == []


def test_a_first_consumer_gets_a_volume_on_its_node_after_a_while(cluster: World) -> None:
    made = add_claim(cluster, "c", storageClassName=None)
    cluster.advance(10)
    assert phases(cluster) == {"c": "Pending"}
    use(cluster, nodeName="", nodeSelector={"kubernetes.io/hostname": "host-of-node-2"})
    assert (phases(cluster), node_of(cluster, "p")) == ({"c": "Pending"}, "")
    cluster.advance(2)
    name = f"pvc-{uid_of(made)}"
    assert phases(cluster) == {name: "Bound", "c": "Bound"}
    assert node_of(cluster, "p") == "node-2"
    found = volume(cluster, name)
    terms = found["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert terms == [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["host-of-node-2"]}]}]
    assert found["spec"]["hostPath"] == {"path": f"/var/local-path-provisioner/{name}_ns_c", "type": "DirectoryOrCreate"}
    assert found["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    assert annotations_of(found) == {"pv.kubernetes.io/provisioned-by": DRIVER, "local.path.provisioner/selected-node": "node-2"}
    assert [reason for reason, _ in events_about(cluster, "c")].count(LATER) == 1
    assert ("Provisioning", 'External provisioner is provisioning volume for claim "ns/c"') in events_about(cluster, "c")
    assert ("ProvisioningSucceeded", f"Successfully provisioned volume {name}") in events_about(cluster, "c")


def test_a_class_that_binds_at_once_needs_no_consumer(cluster: World) -> None:
    add_class(cluster, "fast", DRIVER, reclaimPolicy="Retain")
    made = add_claim(cluster, "c", storageClassName="fast")
    cluster.advance(2)
    found = volume(cluster, f"pvc-{uid_of(made)}")
    assert (found["status"]["phase"], found["spec"]["persistentVolumeReclaimPolicy"]) == ("Bound", "Retain")
    assert "nodeAffinity" not in found["spec"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"accessModes": ["ReadWriteMany"]}, "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"),
        ({"selector": {"matchLabels": {"a": "b"}}}, "claim.Spec.Selector is not supported"),
    ],
)
def test_what_the_driver_cannot_make(cluster: World, spec: Object, message: str) -> None:
    add_class(cluster, "fast", DRIVER)
    add_claim(cluster, "c", storageClassName="fast", **spec)
    cluster.advance(2)
    assert phases(cluster) == {"c": "Pending"}
    expected = ("ProvisioningFailed", f'failed to provision volume with StorageClass "fast": {message}')
    assert expected in events_about(cluster, "c")


def test_block_devices_are_not_made(cluster: World) -> None:
    add_class(cluster, "fast", DRIVER)
    add_claim(cluster, "c", storageClassName="fast", volumeMode="Block")
    cluster.settle()
    assert ("ProvisioningFailed", f"{DRIVER} does not support block volume provisioning") in events_about(cluster, "c")


def test_when_the_node_goes_the_scheduler_chooses_another(cluster: World) -> None:
    add_claim(cluster, "c", storageClassName=None)
    use(cluster)
    chosen = annotations_of(claim(cluster, "c"))["volume.kubernetes.io/selected-node"]
    cluster.client.delete("nodes", "", chosen)
    cluster.advance(5)
    assert node_of(cluster, "p") == ({"node-1", "node-2"} - {chosen}).pop()


def test_a_volume_goes_with_its_claim(cluster: World) -> None:
    made = provisioned(cluster)
    cluster.delete("pods", "p")
    cluster.delete(CLAIMS, "c")
    cluster.settle()
    assert phases(cluster) == {made["metadata"]["name"]: "Released"}
    cluster.advance(1)
    assert phases(cluster) == {}


def test_a_claim_may_not_grow_unless_its_class_says_so(cluster: World) -> None:
    provisioned(cluster)
    with pytest.raises(StatusError, match="only dynamically provisioned pvc can be resized"):
        cluster.patch(CLAIMS, "c", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})


def test_a_claim_grows_with_its_volume(cluster: World) -> None:
    cluster.client.patch(CLASSES, "", "standard", {"allowVolumeExpansion": True})
    name = provisioned(cluster)["metadata"]["name"]
    cluster.patch(CLAIMS, "c", {"spec": {"resources": {"requests": {"storage": "3Gi"}}}})
    cluster.settle()
    status = claim(cluster, "c")["status"]
    assert [condition["type"] for condition in status["conditions"]] == ["Resizing"]
    assert (status["capacity"], status["allocatedResources"]) == ({"storage": "1Gi"}, {"storage": "3Gi"})
    cluster.advance(2)
    assert volume(cluster, name)["spec"]["capacity"] == {"storage": "3Gi"}
    status = claim(cluster, "c")["status"]
    assert status["capacity"] == {"storage": "3Gi"}
    assert "conditions" not in status
    found = events_about(cluster, "c")
    assert ("ExternalExpanding", "waiting for an external controller to expand this PVC") in found
    assert ("Resizing", f"External resizer is resizing volume {name}") in found
    assert ("VolumeResizeSuccessful", "Resize volume succeeded") in found


def test_volumes_of_other_drivers_do_not_grow_by_themselves(cluster: World) -> None:
    add_class(cluster, "manual", "example.com/driver", allowVolumeExpansion=True)
    add_volume(cluster, "v")
    add_claim(cluster, "c")
    cluster.settle()
    cluster.patch(CLAIMS, "c", {"spec": {"resources": {"requests": {"storage": "3Gi"}}}})
    cluster.advance(60)
    assert claim(cluster, "c")["status"]["capacity"] == {"storage": "1Gi"}
    assert [reason for reason, _ in events_about(cluster, "c")] == ["ExternalExpanding"]


def test_the_claims_of_ephemeral_volumes_come_and_go_with_their_pod(database: Database) -> None:
    world = storage_world(database)
    add_node(world, "node-1")
    add_class(world, "fast", DRIVER)
    world.run(PersistentVolumeBinder, VolumeProvisioner, Scheduler, EphemeralVolumeController, ClaimProtection)
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast"}}
    template["spec"]["resources"] = {"requests": {"storage": "1Gi"}}
    volumes = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    add_claim(world, "q-scratch")
    for name in ("p", "q"):
        add_pod(world, name, volumes=volumes)
    world.settle()
    made = claim(world, "p-scratch")
    assert (made["metadata"]["labels"], made["status"]["phase"]) == ({"a": "b"}, "Bound")
    assert made["metadata"]["ownerReferences"][0]["name"] == "p"
    assert (node_of(world, "p"), node_of(world, "q")) == ("node-1", "")
    conflict = "ephemeral volume scratch: PVC ns/q-scratch was not created for pod ns/q (pod is not owner)"
    assert ("FailedBinding", conflict) in events_about(world, "q")
    world.delete(CLAIMS, "q-scratch")
    world.settle()
    assert node_of(world, "q") == "node-1"
