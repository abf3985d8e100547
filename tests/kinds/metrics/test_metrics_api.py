"""metrics.k8s.io as clients see it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from mockapi.web.app import create_app
from tests.world import NAMESPACE, World

ROOT = "/apis/metrics.k8s.io/v1beta1"
PODS = f"{ROOT}/namespaces/{NAMESPACE}/pods"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, Cluster(aggregated=frozenset({"metrics.k8s.io"})))
    world.node("node-1", zone="a")
    world.node("node-2")
    ready = {"conditions": [{"type": "Ready", "status": "True"}], "capacity": {"cpu": "4", "memory": "8Gi"}}
    world.client.patch("nodes", "", "node-1", {"status": ready}, "status")
    running(world, "b", {"app": "web"})
    running(world, "a", {"app": "db"}, {"simulation.mockapi.dev/cpu": "500m", "simulation.mockapi.dev/memory": "1Gi"})
    world.pod("waiting")
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    app = create_app(world.resources, stopped=lambda: False, loopback_only=False)
    assert isinstance(app, Flask)
    return app.test_client()


def running(world: World, name: str, labels: dict[str, str], annotations: dict[str, str] | None = None) -> None:
    world.pod(name, labels=labels, metadata={"annotations": annotations or {}})
    states = [{"name": "main", "state": {"running": {}}, "ready": True, "restartCount": 0, "image": "nginx", "imageID": ""}]
    world.patch("pods", name, {"status": {"phase": "Running", "containerStatuses": states}}, "status")


def get(client: FlaskClient, path: str, status: int = 200, **headers: str) -> Object:
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    found: Object = answer.get_json()
    return found


def names(client: FlaskClient, query: str) -> list[str]:
    return [item["metadata"]["name"] for item in get(client, f"{ROOT}/{query}")["items"]]


def test_a_pod(client: FlaskClient) -> None:
    assert get(client, f"{PODS}/a") == {
        "kind": "PodMetrics",
        "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": {"name": "a", "namespace": NAMESPACE, "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"app": "db"}},
        "timestamp": "2026-01-01T00:00:00Z",
        "window": "15s",
        "containers": [{"name": "main", "usage": {"cpu": "500m", "memory": "1Gi"}}],
    }


def test_lists_of_pods(client: FlaskClient) -> None:
    assert names(client, "pods") == ["a", "b"]
    assert names(client, "pods?labelSelector=app%3Dweb") == ["b"]
    assert names(client, "pods?fieldSelector=metadata.name%3Da") == ["a"]
    assert names(client, "namespaces/other/pods") == []


def test_nodes(client: FlaskClient) -> None:
    assert names(client, "nodes") == ["node-1"]
    assert names(client, "nodes?labelSelector=a%3Db") == []
    node = get(client, f"{ROOT}/nodes/node-1")
    assert node["metadata"]["labels"] == {"topology.kubernetes.io/zone": "a"}
    assert set(node["usage"]) == {"cpu", "memory"}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (f"{PODS}/waiting", f'podmetrics.metrics.k8s.io "{NAMESPACE}/waiting" not found'),
        (f"{PODS}/none", 'pods "none" not found'),
        (f"{ROOT}/nodes/node-2", 'nodemetrics.metrics.k8s.io "node-2" not found'),
        (f"{ROOT}/nodes/none", 'nodes "none" not found'),
    ],
)
def test_what_is_not_measured(client: FlaskClient, path: str, sentence: str) -> None:
    assert get(client, path, 404)["message"] == sentence


def test_tables(client: FlaskClient) -> None:
    table: Any = get(client, PODS, **TABLE)
    assert [(column["name"], column["format"]) for column in table["columnDefinitions"]] == [
        ("Name", "name"),
        ("cpu", "quantity"),
        ("memory", "quantity"),
        ("Window", "duration"),
    ]
    assert table["rows"][0]["cells"] == ["a", "500m", "1Gi", "15s"]


def test_nothing_can_be_watched_or_written(client: FlaskClient) -> None:
    assert get(client, f"{PODS}?watch=1", 405)["message"] == 'watch is not supported on resources of kind "pods.metrics.k8s.io"'
    assert client.delete(f"{PODS}/a").status_code == 405


def test_discovery_and_openapi(client: FlaskClient) -> None:
    resources = get(client, ROOT)["resources"]
    assert resources == [
        {"name": "nodes", "singularName": "", "namespaced": False, "kind": "NodeMetrics", "verbs": ["get", "list"]},
        {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": ["get", "list"]},
    ]
    assert get(client, "/apis")["groups"][-1]["name"] == "metrics.k8s.io"
    schemas = get(client, "/openapi/v3/apis/metrics.k8s.io/v1beta1")["components"]["schemas"]
    assert set(schemas["io.k8s.metrics.v1beta1.PodMetrics"]["properties"]) >= {"containers", "timestamp", "window", "metadata"}


def test_absent_unless_it_is_asked_for(database: Database) -> None:
    app = create_app(World(database).resources, stopped=lambda: False, loopback_only=False)
    assert isinstance(app, Flask)
    assert app.test_client().get(ROOT).status_code == 404
