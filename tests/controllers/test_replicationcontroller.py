"""ReplicationControllers: as many pods as wanted, with the status of theirs; the rules they share are tested with ReplicaSets."""

from __future__ import annotations

import pytest

from mockapi.controllers.replicationcontroller import ReplicationControllers
from mockapi.machinery.meta import Object, controller_of, uid_of
from tests.world import NAMESPACE, World

from .standin import StandInKubelet, template

CONTROLLERS = "replicationcontrollers"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(ReplicationControllers, StandInKubelet)
    return world


def controller(world: World, replicas: int) -> Object:
    spec = {"replicas": replicas, "selector": {"app": "web"}, "template": template(tier="front")}
    return world.create(CONTROLLERS, {"metadata": {"name": "web", "namespace": NAMESPACE}, "spec": spec})


def test_pods_are_made_and_counted(cluster: World) -> None:
    made = controller(cluster, 2)
    cluster.settle()
    pods = cluster.list("pods")
    references = [controller_of(pod) for pod in pods]
    assert [(reference["apiVersion"], reference["kind"], reference["uid"]) for reference in references if reference] == [
        ("v1", "ReplicationController", uid_of(made))
    ] * 2
    found = cluster.get(CONTROLLERS, "web")
    assert found is not None
    counts = {"replicas": 2, "fullyLabeledReplicas": 2, "readyReplicas": 2, "availableReplicas": 2, "observedGeneration": 1}
    assert found["status"] == counts


def test_a_pod_that_fits_is_adopted_and_one_that_no_longer_does_is_let_go(cluster: World) -> None:
    alone = template()
    cluster.create("pods", {"metadata": {"name": "alone", "namespace": NAMESPACE, **alone["metadata"]}, "spec": alone["spec"]})
    controller(cluster, 2)
    cluster.settle()
    pods = {pod["metadata"]["name"]: pod for pod in cluster.list("pods")}
    assert len(pods) == 2
    assert controller_of(pods["alone"])
    cluster.client.patch("pods", NAMESPACE, "alone", {"metadata": {"labels": {"app": "other"}}})
    cluster.settle()
    pods = {pod["metadata"]["name"]: pod for pod in cluster.list("pods")}
    assert len(pods) == 3
    assert controller_of(pods["alone"]) is None
