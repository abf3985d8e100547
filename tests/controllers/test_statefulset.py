"""StatefulSets: numbered pods in order, their identity, revisions and partitions, and what the status says."""

from __future__ import annotations

import pytest

from mockapi.controllers.statefulset.controller import StatefulSetController
from mockapi.machinery.meta import Object, controller_of, is_terminating, labels_of, name_of
from tests.world import NAMESPACE, World

from .standin import BROKEN, SlowKubelet, StandInKubelet, images, template, workload

SETS, REVISIONS = "statefulsets.apps", "controllerrevisions.apps"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(StatefulSetController, StandInKubelet)
    return world


@pytest.fixture
def slow(world: World) -> World:
    """Pods take ten seconds to go."""
    world.run(StatefulSetController, SlowKubelet)
    return world


def make(world: World, **spec: object) -> Object:
    made = workload(SETS, world, **{"serviceName": "web", **spec})
    world.settle()
    return made


def change(world: World, **spec: object) -> None:
    world.patch(SETS, "web", {"spec": spec})
    world.settle()


def status(world: World) -> Object:
    found = world.get(SETS, "web")
    assert found is not None
    return found["status"]


def names(world: World) -> list[str]:
    return [name_of(pod) for pod in world.list("pods")]


def going(world: World) -> list[str]:
    return [name_of(pod) for pod in world.list("pods") if is_terminating(pod)]


def image_of(world: World, name: str) -> str:
    pod = world.get("pods", name)
    assert pod is not None
    return str(pod["spec"]["containers"][0]["image"])


def test_pods_have_an_identity(cluster: World) -> None:
    made = make(cluster, replicas=2)
    (revision,) = cluster.list(REVISIONS)
    pod = cluster.get("pods", "web-1")
    assert pod is not None
    assert labels_of(pod) == {
        "app": "web",
        "statefulset.kubernetes.io/pod-name": "web-1",
        "apps.kubernetes.io/pod-index": "1",
        "controller-revision-hash": name_of(revision),
    }
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"], pod["metadata"]["generateName"]) == ("web-1", "web", "web-")
    assert (controller_of(pod) or {})["uid"] == made["metadata"]["uid"]
    assert revision["revision"] == 1
    assert revision["data"]["spec"]["template"] == {**made["spec"]["template"], "$patch": "replace"}
    assert labels_of(revision) == {"app": "web", "controller.kubernetes.io/hash": name_of(revision).removeprefix("web-")}
    assert status(cluster) == {
        "observedGeneration": 1,
        "replicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "currentReplicas": 2,
        "updatedReplicas": 2,
        "currentRevision": name_of(revision),
        "updateRevision": name_of(revision),
        "collisionCount": 0,
    }
    assert cluster.events() == [("SuccessfulCreate", f"Create Pod web-{number} in StatefulSet web successful") for number in range(2)]


def test_in_order_each_pod_waits_for_the_one_before(cluster: World) -> None:
    make(cluster, replicas=3, template=template(BROKEN))
    assert names(cluster) == ["web-0"]
    assert status(cluster)["availableReplicas"] == 0
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    cluster.patch("pods", "web-0", {"status": {"conditions": [ready]}}, "status")
    cluster.settle()
    assert names(cluster) == ["web-0", "web-1"]


def test_parallel_pods_do_not_wait(cluster: World) -> None:
    make(cluster, replicas=3, template=template(BROKEN), podManagementPolicy="Parallel", ordinals={"start": 5})
    assert names(cluster) == ["web-5", "web-6", "web-7"]


def test_in_order_pods_go_one_by_one_from_the_last(slow: World) -> None:
    make(slow, replicas=3)
    change(slow, replicas=0)
    assert going(slow) == ["web-2"]
    slow.advance(10)
    assert (names(slow), going(slow)) == (["web-0", "web-1"], ["web-1"])
    slow.advance(20)
    assert names(slow) == []
    assert status(slow)["replicas"] == 0
    deleted = [message for reason, message in slow.events() if reason == "SuccessfulDelete"]
    assert deleted == [f"Delete Pod web-{number} in StatefulSet web successful" for number in (2, 1, 0)]


def test_parallel_pods_go_together(slow: World) -> None:
    make(slow, replicas=3, podManagementPolicy="Parallel")
    change(slow, replicas=1)
    assert going(slow) == ["web-1", "web-2"]


def test_the_only_unready_pod_does_not_hold_up_its_own_removal(cluster: World) -> None:
    make(cluster, replicas=2)
    unready = {"type": "Ready", "status": "False"}
    cluster.patch("pods", "web-1", {"status": {"conditions": [unready]}}, "status")
    change(cluster, replicas=1)
    assert names(cluster) == ["web-0"]


def test_an_unready_pod_holds_up_the_removal_of_others(cluster: World) -> None:
    make(cluster, replicas=3)
    cluster.patch("pods", "web-0", {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}, "status")
    change(cluster, replicas=1)
    assert names(cluster) == ["web-0", "web-1", "web-2"]


def test_a_lost_or_failed_pod_comes_back_under_its_name(cluster: World) -> None:
    make(cluster, replicas=2)
    cluster.delete("pods", "web-0")
    cluster.patch("pods", "web-1", {"status": {"phase": "Failed"}}, "status")
    cluster.settle()
    assert names(cluster) == ["web-0", "web-1"]
    assert status(cluster)["readyReplicas"] == 2


def test_an_update_goes_from_the_last_pod_down_to_the_partition(cluster: World) -> None:
    make(cluster, replicas=3, updateStrategy={"rollingUpdate": {"partition": 1}})
    change(cluster, template=template("nginx:2"))
    assert images(cluster) == ["nginx:1", "nginx:2", "nginx:2"]
    assert image_of(cluster, "web-0") == "nginx:1"
    assert (status(cluster)["currentReplicas"], status(cluster)["updatedReplicas"]) == (1, 2)
    assert status(cluster)["currentRevision"] != status(cluster)["updateRevision"]
    cluster.delete("pods", "web-0")
    cluster.settle()
    assert image_of(cluster, "web-0") == "nginx:1"
    change(cluster, updateStrategy={"rollingUpdate": {"partition": 0}})
    assert images(cluster) == ["nginx:2"] * 3
    assert status(cluster)["currentRevision"] == status(cluster)["updateRevision"]
    assert status(cluster)["currentReplicas"] == 3


def test_an_update_waits_for_each_pod(slow: World) -> None:
    make(slow, replicas=2)
    change(slow, template=template("nginx:2"))
    assert going(slow) == ["web-1"]
    assert status(slow)["currentReplicas"] == 1
    slow.advance(10)
    assert (image_of(slow, "web-1"), going(slow)) == ("nginx:2", ["web-0"])


def test_max_unavailable_lets_several_go_at_once(slow: World) -> None:
    make(slow, replicas=4, updateStrategy={"rollingUpdate": {"maxUnavailable": "50%"}}, podManagementPolicy="Parallel")
    change(slow, template=template("nginx:2"))
    assert going(slow) == ["web-2", "web-3"]


def test_a_broken_parallel_update_can_be_taken_back(cluster: World) -> None:
    make(cluster, replicas=3, podManagementPolicy="Parallel")
    change(cluster, template=template(BROKEN))
    assert images(cluster) == [BROKEN, "nginx:1", "nginx:1"]
    change(cluster, template=template("nginx:1"))
    assert images(cluster) == ["nginx:1"] * 3
    assert status(cluster)["readyReplicas"] == 3


def test_on_delete_leaves_updating_to_whoever_deletes(cluster: World) -> None:
    make(cluster, replicas=2, updateStrategy={"type": "OnDelete"})
    change(cluster, template=template("nginx:2"))
    assert images(cluster) == ["nginx:1", "nginx:1"]
    assert "updatedReplicas" not in status(cluster)
    cluster.delete("pods", "web-0")
    cluster.settle()
    assert (image_of(cluster, "web-0"), image_of(cluster, "web-1")) == ("nginx:2", "nginx:1")


def test_revisions_are_numbered_and_an_old_one_comes_back_with_a_new_number(cluster: World) -> None:
    make(cluster)
    change(cluster, template=template("nginx:2"))
    change(cluster, template=template("nginx:1"))
    numbers = {
        revision["data"]["spec"]["template"]["spec"]["containers"][0]["image"]: revision["revision"] for revision in cluster.list(REVISIONS)
    }
    assert numbers == {"nginx:1": 3, "nginx:2": 2}


def test_only_so_much_history_is_kept(cluster: World) -> None:
    make(cluster, revisionHistoryLimit=1)
    for number in range(2, 6):
        change(cluster, template=template(f"nginx:{number}"))
    assert sorted(revision["revision"] for revision in cluster.list(REVISIONS)) == [4, 5]


def test_min_ready_seconds_delay_the_next_pod(cluster: World) -> None:
    make(cluster, replicas=2, minReadySeconds=10)
    assert names(cluster) == ["web-0"]
    cluster.advance(10)
    assert names(cluster) == ["web-0", "web-1"]
    assert status(cluster)["availableReplicas"] == 1
    cluster.advance(10)
    assert status(cluster)["availableReplicas"] == 2


def test_a_matching_orphan_with_a_members_name_is_adopted_and_given_its_labels(cluster: World) -> None:
    cluster.pod("web-0", "10.244.0.9")
    cluster.pod("other", "10.244.0.10")
    made = make(cluster, replicas=1, updateStrategy={"type": "OnDelete"})
    pod, other = cluster.get("pods", "web-0"), cluster.get("pods", "other")
    assert pod is not None
    assert other is not None
    assert (controller_of(pod) or {})["uid"] == made["metadata"]["uid"]
    assert labels_of(pod)["apps.kubernetes.io/pod-index"] == "0"
    assert controller_of(other) is None


def test_claim_templates_become_volumes(cluster: World) -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    pods = template()
    pods["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    make(cluster, template=pods, volumeClaimTemplates=[claim])
    pod = cluster.get("pods", "web-0")
    assert pod is not None
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}} in pod["spec"]["volumes"]


def test_a_set_that_is_being_deleted_does_nothing(cluster: World) -> None:
    make(cluster, replicas=1)
    cluster.client.delete(SETS, NAMESPACE, "web", propagation="Orphan")
    cluster.delete("pods", "web-0")
    cluster.settle()
    assert names(cluster) == []
