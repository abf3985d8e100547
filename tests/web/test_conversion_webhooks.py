"""Custom resources whose versions a webhook converts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.storage.database import Database
from mockapi.web.app import create_app
from tests.kinds.apiextensions.definitions import RESOURCE, definition, version, with_spec
from tests.webhooks import Webhook, webhook
from tests.world import World

ROOT = "/apis/example.com"
V1, V2 = f"{ROOT}/v1/namespaces/ns/widgets", f"{ROOT}/v2/namespaces/ns/widgets"
VERSIONS = (version("v1", with_spec(size={"type": "string"})), version("v2", with_spec(width={"type": "string"}), storage=False))
NAMED = "conversion webhook for example.com/v2, Kind=Widget"


def renaming(request: Any) -> Any:
    """spec.size of v1 is spec.width of v2."""
    wanted = request["desiredAPIVersion"]
    old, new = ("width", "size") if wanted.endswith("/v1") else ("size", "width")
    converted = []
    for obj in request["objects"]:
        spec = {new if name == old else name: value for name, value in obj.get("spec", {}).items()}
        meta = {**obj["metadata"], "annotations": {"converted-to": wanted}, "finalizers": ["example.com/not-kept"]}
        converted.append({**obj, "apiVersion": wanted, "metadata": meta, "spec": spec})
    return {"result": {"status": "Success"}, "convertedObjects": converted}


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as running:
        running.answer = renaming
        yield running


@pytest.fixture
def client(database: Database, hook: Webhook) -> FlaskClient:
    world = World(database)
    world.run(CustomResourceDefinitions)
    conversion = {"strategy": "Webhook", "webhook": {"clientConfig": hook.config(), "conversionReviewVersions": ["v2", "v1"]}}
    world.client.create(RESOURCE, definition(*VERSIONS, conversion=conversion))
    world.settle()
    return create_app(world.resources, stopped=lambda: False).test_client()


def widget(name: str = "a", api_version: str = "example.com/v2", **spec: str) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": "Widget", "metadata": {"name": name}, "spec": spec}


def test_what_is_stored_in_one_version_is_read_in_another(client: FlaskClient, hook: Webhook) -> None:
    assert client.post(V1, json=widget(api_version="example.com/v1", size="3")).status_code == 201
    assert hook.asked == []
    found = client.get(f"{V2}/a").json
    assert (found["apiVersion"], found["spec"]) == ("example.com/v2", {"width": "3"})
    assert found["metadata"]["annotations"] == {"converted-to": "example.com/v2"}
    assert "finalizers" not in found["metadata"]
    assert hook.paths == ["/admit?timeout=30s"]
    assert [item["spec"] for item in client.get(V2).json["items"]] == [{"width": "3"}]


def test_what_is_written_in_another_version_is_stored_in_the_one(client: FlaskClient) -> None:
    assert client.post(V2, json=widget(width="3")).json["spec"] == {"width": "3"}
    assert client.get(f"{V1}/a").json["spec"] == {"size": "3"}
    patch = client.patch(f"{V2}/a", json={"spec": {"width": "4"}}, headers={"Content-Type": "application/merge-patch+json"})
    assert patch.json["spec"] == {"width": "4"}
    assert client.get(f"{V1}/a").json["spec"] == {"size": "4"}


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ({"result": {"status": "Failure", "message": "too wide"}}, "failed: too wide"),
        ({"result": {"status": "Failure"}}, "failed: response.result.status was 'Failure', not 'Success'"),
        ({"result": {"status": "Success"}, "convertedObjects": []}, "returned 0 objects, expected 1"),
        (
            {"result": {"status": "Success"}, "convertedObjects": [widget()]},
            "returned invalid converted object: invalid groupVersion (expected example.com/v1, received example.com/v2)",
        ),
        (
            {"result": {"status": "Success"}, "convertedObjects": [widget("b", "example.com/v1")]},
            "returned invalid converted object: must have the same name: a != b",
        ),
    ],
)
def test_what_is_not_converted_is_an_error_without_a_reason(client: FlaskClient, hook: Webhook, response: Any, sentence: str) -> None:
    hook.answer = lambda _request: response
    answer = client.post(V2, json=widget(width="3"))
    assert (answer.status_code, answer.json["message"]) == (500, f"{NAMED} {sentence}")
    assert "reason" not in answer.json
    assert client.get(V1).json["items"] == []


def test_nobody_listens(client: FlaskClient, hook: Webhook) -> None:
    hook.answer = lambda _request: (503, b"closed")
    assert client.post(V2, json=widget()).json["message"].startswith(f"{NAMED} failed: ")
