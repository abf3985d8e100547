"""Binding claims to volumes, what a claim says while it waits, and what becomes of volumes whose claims are gone."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.persistentvolume.binder import PersistentVolumeBinder
from mockapi.controllers.storage_protection import ClaimProtection, VolumeProtection
from mockapi.machinery.meta import Object, annotations_of, uid_of
from mockapi.storage.database import Database
from tests.world import NAMESPACE, World

from .storage import (
    CLAIMS,
    VOLUMES,
    add_claim,
    add_class,
    add_volume,
    change_volume,
    claim,
    events_about,
    phases,
    storage_world,
    volume,
    volume_of,
)

DONE, CHOSEN = "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller"
WAITS = ("WaitForFirstConsumer", "waiting for first consumer to be created before binding")


@pytest.fixture
def cluster(database: Database) -> World:
    world = storage_world(database)
    world.run(PersistentVolumeBinder, ClaimProtection, VolumeProtection)
    return world


def bound_pair(world: World, **spec: Any) -> None:
    """Volume `v` and claim `c` that the binder has brought together."""
    add_volume(world, "v", **spec)
    add_claim(world, "c")
    world.settle()
    assert phases(world) == {"v": "Bound", "c": "Bound"}


def remove_claim(world: World) -> None:
    world.delete(CLAIMS, "c")
    world.settle()


def kept_for(name: str, **more: str) -> Object:
    return {"claimRef": {"namespace": NAMESPACE, "name": name, **more}}


class TestChoosing:
    def test_both_say_so(self, cluster: World) -> None:
        add_volume(cluster, "v", "5Gi")
        made = add_claim(cluster, "c", "3Gi")
        cluster.settle()
        reference = volume(cluster, "v")["spec"]["claimRef"]
        assert reference == {
            "kind": "PersistentVolumeClaim",
            "apiVersion": "v1",
            "namespace": NAMESPACE,
            "name": "c",
            "uid": uid_of(made),
            "resourceVersion": made["metadata"]["resourceVersion"],
        }
        assert annotations_of(volume(cluster, "v")) == {CHOSEN: "yes"}
        assert annotations_of(claim(cluster, "c")) == {CHOSEN: "yes", DONE: "yes"}
        assert claim(cluster, "c")["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "5Gi"}}
        assert volume_of(cluster, "c") == "v"
        assert cluster.events() == []

    @pytest.mark.parametrize(
        ("spec", "expected"),
        [
            ({"size": "2Gi"}, "three"),
            ({"size": "4Gi"}, "nine"),
            ({"size": "20Gi"}, ""),
            ({"accessModes": ["ReadWriteMany"]}, "shared"),
            ({"accessModes": ["ReadOnlyMany"]}, ""),
            ({"storageClassName": "other"}, ""),
            ({"storageClassName": ""}, "classless"),
            ({"volumeMode": "Block"}, "block"),
            ({"selector": {"matchLabels": {"disk": "fast"}}}, "shared"),
            ({"selector": {"matchExpressions": [{"key": "disk", "operator": "DoesNotExist"}]}, "size": "2Gi"}, "three"),
        ],
    )
    def test_the_smallest_volume_that_has_all(self, cluster: World, spec: Any, expected: str) -> None:
        add_volume(cluster, "nine", "9Gi")
        add_volume(cluster, "three", "3Gi")
        add_volume(cluster, "shared", "1Gi", {"labels": {"disk": "fast"}}, accessModes=["ReadWriteMany", "ReadWriteOnce"])
        add_volume(cluster, "block", "1Gi", volumeMode="Block")
        add_volume(cluster, "classless", "1Gi", storageClassName="")
        cluster.settle()
        add_claim(cluster, "c", **spec)
        cluster.settle()
        assert volume_of(cluster, "c") == expected

    def test_fewer_access_modes_come_before_a_smaller_size(self, cluster: World) -> None:
        add_volume(cluster, "many", "1Gi", accessModes=["ReadWriteMany", "ReadWriteOnce"])
        add_volume(cluster, "one", "9Gi")
        cluster.settle()
        add_claim(cluster, "c")
        cluster.settle()
        assert volume_of(cluster, "c") == "one"

    def test_a_volume_that_comes_later(self, cluster: World) -> None:
        add_claim(cluster, "c")
        cluster.settle()
        bound_later = add_volume(cluster, "v")
        cluster.settle()
        assert volume_of(cluster, "c") == bound_later["metadata"]["name"]

    def test_a_volume_is_kept_for_the_claim_it_names(self, cluster: World) -> None:
        add_volume(cluster, "v", storageClassName="odd", **kept_for("c"))
        cluster.settle()
        assert phases(cluster) == {"v": "Available"}
        add_claim(cluster, "stranger", storageClassName="odd")
        add_claim(cluster, "c")
        cluster.settle()
        assert (volume_of(cluster, "c"), volume_of(cluster, "stranger")) == ("v", "")
        assert annotations_of(volume(cluster, "v")) == {}
        assert volume(cluster, "v")["spec"]["claimRef"]["uid"] == uid_of(claim(cluster, "c"))

    def test_of_another_claim_of_that_name_a_volume_is_released(self, cluster: World) -> None:
        add_volume(cluster, "v", **kept_for("c", uid="another"))
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Released", "c": "Pending"}

    def test_volumes_that_go_are_not_for_the_taking(self, cluster: World) -> None:
        add_volume(cluster, "v", meta={"finalizers": ["example.com/stay"]})
        cluster.settle()
        cluster.client.delete(VOLUMES, "", "v")
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster)["c"] == "Pending"


class TestByName:
    def test_the_named_volume_although_another_is_smaller(self, cluster: World) -> None:
        add_volume(cluster, "small")
        add_volume(cluster, "large", "9Gi")
        cluster.settle()
        add_claim(cluster, "c", volumeName="large")
        cluster.settle()
        assert phases(cluster) == {"small": "Available", "large": "Bound", "c": "Bound"}
        assert annotations_of(claim(cluster, "c")) == {DONE: "yes"}
        assert annotations_of(volume(cluster, "large")) == {CHOSEN: "yes"}

    def test_waits_for_the_volume(self, cluster: World) -> None:
        add_claim(cluster, "c", volumeName="v")
        cluster.settle()
        assert phases(cluster) == {"c": "Pending"}
        assert cluster.events() == []
        add_volume(cluster, "v")
        cluster.settle()
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}

    @pytest.mark.parametrize(
        ("spec", "problem"),
        [
            ({"size": "2Gi"}, "requested PV is too small"),
            ({"storageClassName": "other"}, "storageClassName does not match"),
            ({"volumeMode": "Block"}, "incompatible volumeMode"),
            ({"accessModes": ["ReadWriteMany"]}, "incompatible accessMode"),
        ],
    )
    def test_a_volume_that_does_not_do(self, cluster: World, spec: Any, problem: str) -> None:
        add_volume(cluster, "v")
        cluster.settle()
        add_claim(cluster, "c", volumeName="v", **spec)
        cluster.settle()
        assert phases(cluster) == {"v": "Available", "c": "Pending"}
        assert events_about(cluster, "c") == [("VolumeMismatch", f'Cannot bind to requested volume "v": {problem}')]

    def test_a_volume_of_somebody_else(self, cluster: World) -> None:
        bound_pair(cluster)
        add_claim(cluster, "thief", volumeName="v")
        cluster.settle()
        assert phases(cluster)["thief"] == "Pending"
        assert events_about(cluster, "thief") == [("FailedBinding", 'volume "v" already bound to a different claim.')]
        remove_claim(cluster)
        change_volume(cluster, "v", {"spec": {"claimRef": None}})
        assert phases(cluster) == {"v": "Bound", "thief": "Bound"}


class TestWaiting:
    def test_without_a_class(self, cluster: World) -> None:
        add_claim(cluster, "c", storageClassName="")
        cluster.settle()
        expected = ("FailedBinding", "no persistent volumes available for this claim and no storage class is set")
        assert events_about(cluster, "c") == [expected]
        cluster.advance(30)
        (event,) = cluster.list("events")
        assert event["count"] == 3

    def test_with_an_unknown_class_until_it_is_there(self, cluster: World) -> None:
        add_claim(cluster, "c")
        cluster.settle()
        assert events_about(cluster, "c") == [("ProvisioningFailed", 'storageclass.storage.k8s.io "manual" not found')]
        add_class(cluster, "manual")
        cluster.settle()
        assert annotations_of(claim(cluster, "c"))["volume.kubernetes.io/storage-provisioner"] == "example.com/none"

    @pytest.mark.parametrize(
        ("provisioner", "reason", "driver", "message"),
        [
            ("example.com/none", "ExternalProvisioning", "example.com/none", "external provisioner 'example.com/none' or manually"),
            ("kubernetes.io/aws-ebs", "ExternalProvisioning", "ebs.csi.aws.com", "external provisioner 'ebs.csi.aws.com' or manually"),
            ("kubernetes.io/no-provisioner", "ProvisioningFailed", None, "no volume plugin matched name: kubernetes.io/no-provisioner"),
        ],
    )
    def test_for_a_driver(self, cluster: World, provisioner: str, reason: str, driver: str | None, message: str) -> None:
        add_class(cluster, "manual", provisioner)
        add_claim(cluster, "c")
        cluster.settle()
        ((told, text),) = events_about(cluster, "c")
        assert told == reason
        assert message in text
        for prefix in ("volume.kubernetes.io", "volume.beta.kubernetes.io"):
            assert annotations_of(claim(cluster, "c")).get(f"{prefix}/storage-provisioner") == driver

    def test_for_a_consumer_although_a_volume_is_free(self, cluster: World) -> None:
        add_class(cluster, "manual", volumeBindingMode="WaitForFirstConsumer")
        add_volume(cluster, "v")
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Available", "c": "Pending"}
        assert events_about(cluster, "c") == [WAITS]

    def test_for_pods_to_be_placed(self, cluster: World) -> None:
        add_class(cluster, "manual", volumeBindingMode="WaitForFirstConsumer")
        for name in ("p", "q"):
            volumes = [{"name": "d", "persistentVolumeClaim": {"claimName": "c"}}]
            cluster.pod(name, nodeName="", volumes=volumes)
        add_claim(cluster, "c")
        cluster.settle()
        assert events_about(cluster, "c") == [("WaitForPodScheduled", "waiting for pods p,q to be scheduled")]

    def test_a_volume_kept_for_the_claim_needs_no_consumer(self, cluster: World) -> None:
        add_class(cluster, "manual", volumeBindingMode="WaitForFirstConsumer")
        add_volume(cluster, "v", **kept_for("c"))
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}

    def test_a_default_class_that_comes_later_is_given_to_claims_that_say_nothing(self, cluster: World) -> None:
        add_claim(cluster, "c", storageClassName=None)
        add_claim(cluster, "none", storageClassName="")
        cluster.settle()
        meta = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
        add_class(cluster, "standard", meta=meta)
        cluster.settle()
        assert claim(cluster, "c")["spec"]["storageClassName"] == "standard"
        assert claim(cluster, "none")["spec"]["storageClassName"] == ""


class TestLosing:
    def test_its_volume(self, cluster: World) -> None:
        bound_pair(cluster)
        cluster.client.delete(VOLUMES, "", "v")
        cluster.settle()
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}
        change_volume(cluster, "v", {"metadata": {"finalizers": None}})
        assert claim(cluster, "c")["status"] == {"phase": "Lost"}
        assert events_about(cluster, "c") == [("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")]

    def test_its_volume_to_another_claim(self, cluster: World) -> None:
        bound_pair(cluster)
        change_volume(cluster, "v", {"spec": {"claimRef": {"uid": "another"}}})
        assert phases(cluster) == {"v": "Released", "c": "Lost"}
        sentence = "Two claims are bound to the same volume, this one is bound incorrectly"
        assert events_about(cluster, "c") == [("ClaimMisbound", sentence)]

    def test_a_volume_that_forgot_its_claim_is_bound_again(self, cluster: World) -> None:
        bound_pair(cluster)
        change_volume(cluster, "v", {"spec": {"claimRef": None}})
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}
        assert volume(cluster, "v")["spec"]["claimRef"]["uid"] == uid_of(claim(cluster, "c"))


class TestReclaiming:
    def test_a_retained_volume_is_released_until_somebody_clears_it(self, cluster: World) -> None:
        bound_pair(cluster)
        remove_claim(cluster)
        assert phases(cluster) == {"v": "Released"}
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Released", "c": "Pending"}
        change_volume(cluster, "v", {"spec": {"claimRef": None}})
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}

    def test_a_claim_of_the_same_name_may_follow_when_only_the_uid_is_cleared(self, cluster: World) -> None:
        bound_pair(cluster)
        remove_claim(cluster)
        change_volume(cluster, "v", {"spec": {"claimRef": {"uid": None}}})
        assert phases(cluster) == {"v": "Available"}
        add_claim(cluster, "c")
        cluster.settle()
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}

    def test_deleting_what_nothing_can_delete_fails(self, cluster: World) -> None:
        bound_pair(cluster, nfs={"server": "s", "path": "/"}, persistentVolumeReclaimPolicy="Delete")
        remove_claim(cluster)
        sentence = 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'
        assert (volume(cluster, "v")["status"]["phase"], volume(cluster, "v")["status"]["message"]) == ("Failed", sentence)
        assert events_about(cluster, "v") == [("VolumeFailedDelete", sentence)]

    @pytest.mark.parametrize(("path", "expected"), [("/tmp/x", {}), ("/mnt/x", {"v": "Failed"})])
    def test_deleting_paths_of_the_host(self, cluster: World, path: str, expected: dict[str, str]) -> None:
        bound_pair(cluster, hostPath={"path": path}, persistentVolumeReclaimPolicy="Delete")
        remove_claim(cluster)
        assert phases(cluster) == expected

    def test_deleting_is_left_to_the_driver_that_made_it(self, cluster: World) -> None:
        meta = {"annotations": {"pv.kubernetes.io/provisioned-by": "example.com/driver"}}
        add_volume(cluster, "v", meta=meta, persistentVolumeReclaimPolicy="Delete")
        add_claim(cluster, "c")
        cluster.settle()
        remove_claim(cluster)
        assert phases(cluster) == {"v": "Released"}

    def test_a_recycled_volume_is_anybodys_again(self, cluster: World) -> None:
        bound_pair(cluster, persistentVolumeReclaimPolicy="Recycle")
        add_claim(cluster, "next")
        remove_claim(cluster)
        assert phases(cluster) == {"v": "Bound", "next": "Bound"}
        assert events_about(cluster, "v") == [("VolumeRecycled", "Volume recycled")]

    def test_what_cannot_be_recycled_fails(self, cluster: World) -> None:
        bound_pair(cluster, csi={"driver": "d", "volumeHandle": "h"}, persistentVolumeReclaimPolicy="Recycle")
        remove_claim(cluster)
        assert events_about(cluster, "v") == [("VolumeFailedRecycle", "No recycler plugin found for the volume!")]

    def test_a_claim_in_use_goes_with_its_pod_and_takes_the_protection_off_its_volume(self, cluster: World) -> None:
        bound_pair(cluster)
        cluster.pod("p", volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "c"}}])
        cluster.delete(CLAIMS, "c")
        cluster.client.delete(VOLUMES, "", "v")
        cluster.settle()
        assert phases(cluster) == {"v": "Bound", "c": "Bound"}
        cluster.delete("pods", "p")
        cluster.settle()
        assert phases(cluster) == {}
