"""Deployments: rollouts, scaling, pausing, history, deadlines, and the status and events that kubectl reads them from."""

from __future__ import annotations

import pytest

from mockapi.controllers.deployment.controller import DeploymentController
from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.machinery.meta import Object, Objects, annotations_of, controller_of, labels_of, name_of
from tests.world import World

from .standin import StandInKubelet, images, template, workload

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
