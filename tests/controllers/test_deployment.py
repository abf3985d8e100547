"""Deployments: rollouts, scaling, pausing, history, deadlines, and the status and events that kubectl reads them from."""

from __future__ import annotations

import pytest

from mockapi.controllers.deployment.controller import DeploymentController
from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.machinery import errors
from mockapi.machinery.meta import Object, Objects, annotations_of, controller_of, labels_of, name_of
from mockapi.registry.client import Client
from tests.world import NAMESPACE, World

from .standin import BROKEN, SlowKubelet, StandInKubelet, images, template, workload

DEPLOYMENTS, SETS = "deployments.apps", "replicasets.apps"
REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(DeploymentController, ReplicaSetController, StandInKubelet)
    return world


def deployment(world: World, name: str = "web") -> Object:
    found = world.get(DEPLOYMENTS, name)
    assert found is not None
    return found


def conditions(world: World) -> list[tuple[str, str, str]]:
    found = deployment(world)["status"].get("conditions") or []
    return [(condition["type"], condition["status"], condition["reason"]) for condition in found]


def sets(world: World) -> Objects:
    """ReplicaSets by revision."""
    return sorted(world.list(SETS), key=lambda one: int(annotations_of(one)[REVISION]))


def sizes(world: World) -> list[int]:
    return [one["spec"]["replicas"] for one in sets(world)]


def set_image(world: World, image: str) -> None:
    world.patch(DEPLOYMENTS, "web", {"spec": {"template": template(image)}})


AVAILABLE = [("Available", "True", "MinimumReplicasAvailable"), ("Progressing", "True", "NewReplicaSetAvailable")]


def test_a_first_rollout(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=2)
    cluster.settle()
    (only,) = sets(cluster)
    label = labels_of(only)["pod-template-hash"]
    assert name_of(only) == f"web-{label}"
    assert only["spec"]["selector"] == {"matchLabels": {"app": "web", "pod-template-hash": label}}
    assert labels_of(only) == only["spec"]["template"]["metadata"]["labels"] == {"app": "web", "pod-template-hash": label}
    assert annotations_of(only) == {
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
        REVISION: "1",
    }
    assert (controller_of(only) or {})["name"] == "web"
    assert annotations_of(deployment(cluster)) == {REVISION: "1"}
    status = dict(deployment(cluster)["status"])
    assert status.pop("conditions")[1]["message"] == f'ReplicaSet "{name_of(only)}" has successfully progressed.'
    assert status == {
        "observedGeneration": 1,
        "replicas": 2,
        "updatedReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "terminatingReplicas": 0,
    }
    assert conditions(cluster) == AVAILABLE
    assert ("ScalingReplicaSet", f"Scaled up replica set {name_of(only)} from 0 to 2") in cluster.events()


def test_a_new_image_replaces_pod_by_pod(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=2)
    cluster.settle()
    set_image(cluster, "nginx:2")
    cluster.settle()
    assert images(cluster) == ["nginx:2", "nginx:2"]
    old, new = sets(cluster)
    assert sizes(cluster) == [0, 2]
    assert (old["metadata"]["generation"], new["metadata"]["generation"]) == (3, 2)
    assert old["status"] == {"replicas": 0, "observedGeneration": 3, "terminatingReplicas": 0}
    assert annotations_of(deployment(cluster))[REVISION] == "2"
    assert deployment(cluster)["status"]["observedGeneration"] == 2
    assert conditions(cluster) == AVAILABLE
    scaling = [message.partition(" replica set ") for reason, message in cluster.events() if reason == "ScalingReplicaSet"]
    names = {name_of(old): "old", name_of(new): "new"}
    told = [f"{verb} {names[rest.split()[0]]} {rest.split(' ', 1)[1]}" for verb, _, rest in scaling]
    assert told == [
        "Scaled up old from 0 to 2",
        "Scaled up new from 0 to 1",
        "Scaled down old from 2 to 1",
        "Scaled up new from 1 to 2",
        "Scaled down old from 1 to 0",
    ]


def test_scaling_keeps_the_replica_set(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 5}})
    cluster.settle()
    assert sizes(cluster) == [5]
    assert deployment(cluster)["status"]["availableReplicas"] == 5
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}})
    cluster.settle()
    assert deployment(cluster)["status"].keys() == {"observedGeneration", "terminatingReplicas", "conditions"}
    assert conditions(cluster)[0] == AVAILABLE[0] or conditions(cluster)[1] == AVAILABLE[0]
    assert annotations_of(sets(cluster)[0])["deployment.kubernetes.io/desired-replicas"] == "0"


def test_a_replica_set_scaled_by_hand_is_put_right(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=2)
    cluster.settle()
    cluster.patch(SETS, name_of(sets(cluster)[0]), {"spec": {"replicas": 0}})
    cluster.settle()
    assert sizes(cluster) == [2]


def test_minimum_availability_follows_the_pods(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    (pod,) = cluster.list("pods")
    cluster.patch("pods", name_of(pod), {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}, "status")
    cluster.settle()
    assert conditions(cluster) == [AVAILABLE[1], ("Available", "False", "MinimumReplicasUnavailable")]
    assert deployment(cluster)["status"]["unavailableReplicas"] == 1
    cluster.delete("pods", name_of(pod))
    cluster.settle()
    assert conditions(cluster) == [AVAILABLE[1], AVAILABLE[0]]


def test_a_rollout_that_is_stuck_keeps_the_old_pods_and_misses_its_deadline(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=4, progressDeadlineSeconds=30)
    cluster.settle()
    set_image(cluster, BROKEN)
    cluster.settle()
    assert images(cluster) == [BROKEN] * 2 + ["nginx:1"] * 3
    assert conditions(cluster)[1] == ("Progressing", "True", "ReplicaSetUpdated")
    cluster.advance(30)
    assert conditions(cluster)[1] == ("Progressing", "True", "ReplicaSetUpdated")
    cluster.advance(1)
    assert conditions(cluster)[1] == ("Progressing", "False", "ProgressDeadlineExceeded")
    message = deployment(cluster)["status"]["conditions"][1]["message"]
    assert message == f'ReplicaSet "{name_of(sets(cluster)[1])}" has timed out progressing.'
    set_image(cluster, "nginx:3")
    cluster.settle()
    assert images(cluster) == ["nginx:3"] * 4
    assert conditions(cluster) == AVAILABLE


def test_without_a_deadline_nothing_is_said_of_progress(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, progressDeadlineSeconds=2147483647)
    cluster.settle()
    assert conditions(cluster) == [AVAILABLE[0]]


def test_paused_it_scales_but_does_not_roll_out(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"paused": True}})
    cluster.settle()
    assert conditions(cluster) == [AVAILABLE[0], ("Progressing", "Unknown", "DeploymentPaused")]
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 3, "template": template("nginx:2")}})
    cluster.settle()
    assert images(cluster) == ["nginx:1"] * 3
    assert "updatedReplicas" not in deployment(cluster)["status"]
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"paused": False}})
    cluster.settle()
    assert images(cluster) == ["nginx:2"] * 3
    assert conditions(cluster) == AVAILABLE


def test_one_that_begins_paused_has_no_replica_set(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, paused=True)
    cluster.settle()
    assert sets(cluster) == []
    assert conditions(cluster) == [("Progressing", "Unknown", "DeploymentPaused"), ("Available", "False", "MinimumReplicasUnavailable")]
    assert deployment(cluster)["status"]["terminatingReplicas"] == 0
    assert REVISION not in annotations_of(deployment(cluster))


def test_recreate_waits_until_all_old_pods_are_gone(world: World) -> None:
    world.run(DeploymentController, ReplicaSetController, SlowKubelet)
    workload(DEPLOYMENTS, world, replicas=2, strategy={"type": "Recreate"})
    world.settle()
    set_image(world, "nginx:2")
    world.settle()
    assert len(world.list("pods")) == 2
    assert images(world) == []
    assert sizes(world) == [0]
    world.advance(10)
    assert images(world) == ["nginx:2"] * 2
    assert sizes(world) == [0, 2]
    assert conditions(world) == AVAILABLE


def test_rolling_back_brings_the_old_replica_set_to_the_front(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    first = name_of(sets(cluster)[0])
    set_image(cluster, "nginx:2")
    cluster.settle()
    set_image(cluster, "nginx:1")
    cluster.settle()
    old, new = sets(cluster)
    assert name_of(new) == first
    assert sizes(cluster) == [0, 1]
    assert (annotations_of(old)[REVISION], annotations_of(new)[REVISION]) == ("2", "3")
    assert annotations_of(new)["deployment.kubernetes.io/revision-history"] == "1"
    assert annotations_of(deployment(cluster))[REVISION] == "3"


def test_annotations_follow_the_deployment_but_for_those_of_tools(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster)
    last_applied = "kubectl.kubernetes.io/last-applied-configuration"
    cluster.patch(DEPLOYMENTS, "web", {"metadata": {"annotations": {"kubernetes.io/change-cause": "first", last_applied: "{}"}}})
    cluster.settle()
    found = annotations_of(sets(cluster)[0])
    assert found["kubernetes.io/change-cause"] == "first"
    assert last_applied not in found


def test_only_so_many_old_replica_sets_are_kept(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, revisionHistoryLimit=1)
    for number in range(2, 5):
        cluster.settle()
        set_image(cluster, f"nginx:{number}")
    cluster.settle()
    assert [annotations_of(one)[REVISION] for one in sets(cluster)] == ["3", "4"]
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"revisionHistoryLimit": 0}})
    cluster.settle()
    assert [annotations_of(one)[REVISION] for one in sets(cluster)] == ["4"]


def test_scaling_amid_a_rollout_is_in_proportion(cluster: World) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    workload(DEPLOYMENTS, cluster, replicas=10, strategy=rolling)
    cluster.settle()
    set_image(cluster, BROKEN)
    cluster.settle()
    assert sizes(cluster) == [8, 5]
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 15}})
    cluster.settle()
    assert sizes(cluster) == [11, 7]


def test_min_ready_seconds_pass_on_to_the_replica_set(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"minReadySeconds": 20}})
    cluster.settle()
    assert len(sets(cluster)) == 1
    assert sets(cluster)[0]["spec"]["minReadySeconds"] == 20
    assert "availableReplicas" not in deployment(cluster)["status"]
    cluster.advance(20)
    assert deployment(cluster)["status"]["availableReplicas"] == 1


def test_refused_pods_show_in_the_conditions(cluster: World, monkeypatch: pytest.MonkeyPatch) -> None:
    create, refusing = Client.create, [True]

    def guarded(client: Client, resource: str, obj: Object) -> Object:
        if resource == "pods" and refusing:
            raise errors.forbidden("pods", "", "web-", "no")
        return create(client, resource, obj)

    monkeypatch.setattr(Client, "create", guarded)
    workload(DEPLOYMENTS, cluster, replicas=2)
    cluster.settle()
    assert conditions(cluster) == [
        ("Progressing", "True", "NewReplicaSetCreated"),
        ("Available", "False", "MinimumReplicasUnavailable"),
        ("ReplicaFailure", "True", "FailedCreate"),
    ]
    refusing.clear()
    cluster.advance(60)
    assert conditions(cluster) == AVAILABLE


def test_a_refused_replica_set_is_told_of(cluster: World, monkeypatch: pytest.MonkeyPatch) -> None:
    create, refusing = Client.create, [True]

    def guarded(client: Client, resource: str, obj: Object) -> Object:
        if resource == SETS and refusing:
            raise errors.forbidden("replicasets", "apps", name_of(obj), "no")
        return create(client, resource, obj)

    monkeypatch.setattr(Client, "create", guarded)
    workload(DEPLOYMENTS, cluster)
    cluster.settle()
    assert conditions(cluster) == [("Progressing", "False", "ReplicaSetCreateError")]
    refusing.clear()
    cluster.advance(60)
    assert conditions(cluster) == AVAILABLE


def test_a_name_taken_by_somebody_else_counts_as_a_collision(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster)
    cluster.settle()
    first = sets(cluster)[0]
    cluster.client.delete(DEPLOYMENTS, NAMESPACE, "web", propagation="Background")
    cluster.patch(SETS, name_of(first), {"metadata": {"ownerReferences": None, "labels": {"app": "mine"}}})
    workload(DEPLOYMENTS, cluster)
    cluster.advance(1)
    assert deployment(cluster)["status"]["collisionCount"] == 1
    assert deployment(cluster)["status"]["availableReplicas"] == 1
    assert len(cluster.list(SETS)) == 2


def test_an_orphaned_replica_set_is_adopted_by_its_deployment(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    (only,) = sets(cluster)
    cluster.patch(SETS, name_of(only), {"metadata": {"ownerReferences": None}})
    cluster.settle()
    assert (controller_of(sets(cluster)[0]) or {})["name"] == "web"
    assert len(sets(cluster)) == 1


def test_a_deployment_that_is_being_deleted_is_only_counted(cluster: World) -> None:
    workload(DEPLOYMENTS, cluster, replicas=1)
    cluster.settle()
    cluster.client.delete(DEPLOYMENTS, NAMESPACE, "web", propagation="Foreground")
    cluster.delete("pods", name_of(cluster.list("pods")[0]))
    cluster.patch(SETS, name_of(sets(cluster)[0]), {"spec": {"replicas": 0}})
    cluster.settle()
    assert sizes(cluster) == [0]
    assert deployment(cluster)["status"]["observedGeneration"] == deployment(cluster)["metadata"]["generation"]
    assert "replicas" not in deployment(cluster)["status"]
