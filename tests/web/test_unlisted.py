"""A group that is not listed is served all the same; nothing that clients are told names it."""

from __future__ import annotations

import pytest
from werkzeug.test import Client as HttpClient

from mockapi.registry.cluster import Cluster
from mockapi.registry.simulated import GROUP
from mockapi.storage.database import Database
from mockapi.web.app import create_app
from tests.world import World

DOCUMENTS = ("/apis", "/openapi/v2", "/openapi/v3")
AGGREGATED = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}


@pytest.fixture(params=[True, False], ids=["listed", "unlisted"])
def listed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def client(database: Database, listed: bool) -> HttpClient:
    world = World(database, Cluster(unlisted=frozenset(() if listed else {GROUP})))
    world.simulate("ImageRule", "a", {"images": ["a"], "failure": {}})
    return HttpClient(create_app(world.resources, stopped=lambda: False))


def test_documents(client: HttpClient, listed: bool) -> None:
    for path in DOCUMENTS:
        assert (GROUP in client.get(path).get_data(as_text=True)) is listed
    assert (GROUP in client.get("/apis", headers=AGGREGATED).get_data(as_text=True)) is listed
    assert client.get(f"/apis/{GROUP}/v1alpha1").status_code == (200 if listed else 404)


def test_objects(client: HttpClient) -> None:
    path = f"/apis/{GROUP}/v1alpha1/imagerules"
    assert [item["metadata"]["name"] for item in client.get(path).get_json()["items"]] == ["a"]
    assert client.get(f"{path}/a").status_code == 200
    assert client.delete(f"{path}/a").status_code == 200
