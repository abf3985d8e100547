"""What is served is registered, and says that it is available."""

from __future__ import annotations

import pytest

from mockapi.controllers.apiservice import APIServices
from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from tests.kinds.apiextensions.definitions import RESOURCE, definition
from tests.world import NAMESPACE, World

APISERVICES = "apiservices.apiregistration.k8s.io"
LABEL = "kube-aggregator.kubernetes.io/automanaged"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(APIServices, CustomResourceDefinitions)
    return world


def found(world: World, name: str) -> Object:
    obj = world.client.get(APISERVICES, "", name)
    assert obj is not None
    return obj


def available(world: World, name: str) -> tuple[str, str]:
    (condition,) = found(world, name)["status"]["conditions"]
    return condition["status"], condition["reason"]


def test_what_is_built_in_is_registered(cluster: World) -> None:
    assert found(cluster, "v1.")["spec"] == {"version": "v1", "groupPriorityMinimum": 18000, "versionPriority": 1}
    apps = found(cluster, "v1.apps")
    assert apps["spec"] == {"group": "apps", "version": "v1", "groupPriorityMinimum": 17800, "versionPriority": 15}
    assert apps["metadata"]["labels"] == {LABEL: "onstart"}
    assert available(cluster, "v1.apps") == ("True", "Local")
    assert cluster.client.get(APISERVICES, "", "v1.apiregistration.k8s.io") is None


def test_custom_resources_come_and_go(cluster: World) -> None:
    cluster.client.create(RESOURCE, definition())
    cluster.settle()
    custom = found(cluster, "v1.example.com")
    assert (custom["spec"]["groupPriorityMinimum"], custom["spec"]["versionPriority"]) == (1000, 100)
    assert custom["metadata"]["labels"] == {LABEL: "true"}
    cluster.client.delete(APISERVICES, "", "v1.example.com")
    cluster.settle()
    assert available(cluster, "v1.example.com") == ("True", "Local")
    (obj,) = cluster.client.list(RESOURCE)
    cluster.client.delete(RESOURCE, "", obj["metadata"]["name"])
    cluster.settle()
    assert cluster.client.get(APISERVICES, "", "v1.example.com") is None


def test_a_group_that_is_served_in_place_of_a_service(database: Database) -> None:
    name = "v1beta1.metrics.k8s.io"
    world = World(database, Cluster(aggregated=frozenset({"metrics.k8s.io"})))
    world.run(APIServices)
    assert found(world, name)["metadata"]["labels"] == {"k8s-app": "metrics-server"}
    assert found(world, name)["spec"] == {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "service": {"namespace": "kube-system", "name": "metrics-server", "port": 443},
        "insecureSkipTLSVerify": True,
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
    }
    assert available(world, name) == ("True", "Passed")


def test_what_a_service_would_serve_cannot_be_reached(cluster: World) -> None:
    service = {"namespace": NAMESPACE, "name": "metrics"}
    spec = {"group": "m.example.com", "version": "v1", "service": service, "groupPriorityMinimum": 100, "versionPriority": 100}
    cluster.client.create(APISERVICES, {"metadata": {"name": "v1.m.example.com"}, "spec": spec})
    cluster.settle()
    assert available(cluster, "v1.m.example.com") == ("False", "ServiceNotFound")
    cluster.create("services", {"metadata": {"name": "metrics"}, "spec": {"ports": [{"port": 443}]}})
    cluster.settle()
    assert available(cluster, "v1.m.example.com") == ("False", "FailedDiscoveryCheck")
