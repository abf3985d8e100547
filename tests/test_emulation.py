"""Every minor that can be emulated: what it serves agrees with itself, and can be used."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client as HttpClient

from mockapi.assembly import all_kinds
from mockapi.kinds.admission import PLUGINS
from mockapi.registry.cluster import Cluster
from mockapi.registry.emulation import emulated_minors, served
from mockapi.storage.database import Database
from mockapi.web.app import create_app
from tests.world import NAMESPACE, World

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
LABELS = {"app": "web"}
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}},
    },
}
SERVICE = {"metadata": {"name": "web"}, "spec": {"selector": LABELS, "ports": [{"port": 80}]}}


@pytest.fixture(params=emulated_minors())
def minor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(database: Database, minor: str) -> HttpClient:
    world = World(database, Cluster(minor=minor), PLUGINS)
    world.create("serviceaccounts", {"metadata": {"name": "default"}})
    return HttpClient(create_app(world.resources, stopped=lambda: False))


def get(client: HttpClient, path: str, accept: str = "application/json") -> Any:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, f"{path}: {answer.get_data(as_text=True)}"
    return answer.get_json()


def test_the_version_says_which_minor_it_is(client: HttpClient, minor: str) -> None:
    found = get(client, "/version")
    assert f"{found['major']}.{found['minor']}" == minor
    assert found["gitVersion"].startswith(f"v{minor}.")


def test_the_two_forms_of_discovery_agree(client: HttpClient) -> None:
    items = get(client, "/api", AGGREGATED)["items"] + get(client, "/apis", AGGREGATED)["items"]
    for item in items:
        group = item["metadata"].get("name", "")
        for version in item["versions"]:
            path = f"/apis/{group}/{version['version']}" if group else f"/api/{version['version']}"
            listed = {resource["name"] for resource in get(client, path)["resources"]}
            names = {resource["resource"] for resource in version["resources"]}
            below = {f"{each['resource']}/{sub['subresource']}" for each in version["resources"] for sub in each.get("subresources", ())}
            assert listed == names | below


def test_each_document_of_the_schemas_is_there(client: HttpClient) -> None:
    assert get(client, "/openapi/v2")["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments"]
    for name in get(client, "/openapi/v3")["paths"]:
        assert get(client, f"/openapi/v3/{name}")["openapi"].startswith("3.")


def test_a_service_and_a_deployment_can_be_made(client: HttpClient) -> None:
    for path, obj in (
        (f"/api/v1/namespaces/{NAMESPACE}/services", SERVICE),
        (f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", DEPLOYMENT),
    ):
        answer = client.post(path, json=obj)
        assert answer.status_code == 201, answer.get_data(as_text=True)


def test_what_came_later_is_not_there() -> None:
    old, new = ({kind.resource: kind for kind in served(all_kinds(), Cluster(minor=minor))} for minor in ("1.32", "1.36"))
    later = {"servicecidrs.networking.k8s.io", "ipaddresses.networking.k8s.io", "resourceclaims.resource.k8s.io"}
    assert later <= set(new)
    assert not later & set(old)
    assert old["pods"].subresource("resize") is None
    assert new["pods"].subresource("resize") is not None
    assert old["endpoints"].deprecation == ""
    assert new["endpoints"].deprecation.startswith("v1 Endpoints is deprecated")
