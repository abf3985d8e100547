"""Custom resources over HTTP: several versions, their own forms of errors, lists, tables, subresources and documents."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.storage.database import Database
from mockapi.web.app import create_app
from tests.kinds.apiextensions.definitions import RESOURCE, definition, version, with_spec
from tests.world import World

PATH = "/apis/example.com/v1/namespaces/ns/widgets"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
MERGE = {"Content-Type": "application/merge-patch+json"}

SPEC = with_spec(size={"type": "integer", "default": 1, "maximum": 9}, color={"type": "string"}, kept={"type": "string"})
SPEC["properties"]["status"] = {"type": "object", "properties": {"replicas": {"type": "integer"}}}
SCALE = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.replicas"}
VERSIONS = (
    version(
        "v1",
        SPEC,
        subresources={"status": {}, "scale": SCALE},
        selectableFields=[{"jsonPath": ".spec.color"}],
        additionalPrinterColumns=[{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
    ),
    version("v1beta1", with_spec(size={"type": "integer"}), storage=False, deprecated=True),
    version("v1alpha1", served=False, storage=False),
)


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.run(CustomResourceDefinitions)
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A client of an API that serves widgets."""
    client = create_app(world.resources, stopped=lambda: False).test_client()
    assert client.get("/apis/example.com/v1").status_code == 404
    world.client.create(RESOURCE, definition(*VERSIONS, names={"shortNames": ["wd"], "categories": ["all"]}))
    world.settle()
    return client


def widget(name: str = "a", api_version: str = "example.com/v1", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": "Widget", "metadata": {"name": name}, "spec": spec}


def test_they_are_discovered(client: FlaskClient) -> None:
    resources = client.get("/apis/example.com/v1").json["resources"]
    assert [resource["name"] for resource in resources] == ["widgets", "widgets/scale", "widgets/status"]
    assert resources[0]["shortNames"] == ["wd"]
    assert resources[0]["storageVersionHash"]
    assert "storageVersionHash" not in client.get("/apis/example.com/v1beta1").json["resources"][0]
    group = client.get("/apis/example.com").json
    assert [entry["version"] for entry in group["versions"]] == ["v1", "v1beta1"]
    aggregated = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}
    groups = client.get("/apis", headers=aggregated).json["items"]
    found = next(each for each in groups if each["metadata"]["name"] == "example.com")
    assert found["versions"][0]["resources"][0]["responseKind"] == {"group": "example.com", "version": "v1", "kind": "Widget"}


def test_they_are_described(client: FlaskClient) -> None:
    index = client.get("/openapi/v3").json["paths"]
    url = index["apis/example.com/v1"]["serverRelativeURL"]
    schema = client.get(url).json["components"]["schemas"]["com.example.v1.Widget"]
    assert schema["properties"]["spec"]["properties"]["size"] == {"type": "integer", "default": 1, "maximum": 9}
    assert schema["x-kubernetes-group-version-kind"] == [{"group": "example.com", "version": "v1", "kind": "Widget"}]
    assert "com.example.v1.Widget" in client.get("/openapi/v2").json["definitions"]


def test_lists_have_an_empty_token_and_whole_items(client: FlaskClient) -> None:
    client.post(PATH, json=widget())
    for options in ("", "?pretty=true"):
        found = client.get(PATH + options).json
        assert found["kind"] == "WidgetList"
        assert found["metadata"]["continue"] == ""
        assert (found["items"][0]["kind"], found["items"][0]["apiVersion"]) == ("Widget", "example.com/v1")
    assert client.get("/apis/example.com/v1/widgets?limit=1").json["items"]


def test_other_versions_of_an_object(client: FlaskClient) -> None:
    made = client.post(PATH, json=widget(size=2, kept="yes"))
    assert made.json["spec"] == {"size": 2, "kept": "yes"}
    beta = PATH.replace("v1", "v1beta1")
    seen = client.get(f"{beta}/a")
    assert seen.json["apiVersion"] == "example.com/v1beta1"
    assert seen.json["spec"] == {"size": 2}
    assert seen.headers["Warning"] == '299 - "example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget"'
    assert client.get(beta).json["items"][0]["apiVersion"] == "example.com/v1beta1"
    changed = client.patch(f"{beta}/a", json={"spec": {"size": 3}}, headers=MERGE)
    assert changed.json["metadata"]["generation"] == 2
    assert client.get(f"{PATH}/a").json["spec"] == {"size": 3}  # what the other version does not know is lost
    assert client.post(beta, json=widget("b", "example.com/v1beta1")).json["spec"] == {"size": 1}  # defaults of the stored version
    assert client.get(PATH.replace("v1", "v1alpha1")).text == "404 page not found\n"
    assert client.delete(f"{beta}/a").json["status"] == "Success"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"metadata": {"name": "c"}}, 400, "Object 'Kind' is missing in '{\"metadata\": {\"name\": \"c\"}}'"),
        ({"kind": "Widget", "metadata": {"name": "c"}}, 400, "Object 'apiVersion' is missing in "),
        ({**widget("c"), "kind": "Gadget"}, 422, 'Gadget.example.com "c" is invalid: kind: Invalid value: "Gadget": must be Widget'),
        (widget("c", "example.com/v1beta1"), 400, "the API version in the data (example.com/v1beta1) does not match the expected"),
        (widget("c", size=12), 422, "spec.size: Invalid value: 12: spec.size in body should be less than or equal to 9"),
        ({**widget("c"), "metadata": {"name": "c", "labels": {"a": 1}}}, 400, "Go struct field ObjectMeta.labels of type string"),
        (widget("C"), 422, 'metadata.name: Invalid value: "C": a lowercase RFC 1123 subdomain'),
    ],
)  # fmt: skip
def test_bodies_that_are_refused(client: FlaskClient, body: Any, code: int, message: str) -> None:
    answer = client.post(PATH, json=body)
    assert answer.status_code == code
    assert message in answer.json["message"]


def test_unknown_fields(client: FlaskClient) -> None:
    body = {**widget("d", other=1), "extra": 1}
    body["metadata"]["odd"] = 1
    made = client.post(PATH, json=body)
    assert made.headers.getlist("Warning") == [f'299 - "unknown field \\"{name}\\""' for name in ("metadata.odd", "extra", "spec.other")]
    assert made.json["spec"] == {"size": 1}
    strict = client.post(f"{PATH}?fieldValidation=Strict", json=widget("e", other=1))
    assert strict.json["message"].endswith('strict decoding error: unknown field "spec.other"')


def test_updates_name_the_version_that_they_replace(client: FlaskClient) -> None:
    client.post(PATH, json=widget())
    refused = client.put(f"{PATH}/a", json=widget(size=4))
    assert (
        refused.json["message"]
        == 'Widget.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'
    )
    assert client.put(f"{PATH}/none", json=widget("none")).status_code == 404


def test_no_strategic_merges(client: FlaskClient) -> None:
    client.post(PATH, json=widget())
    answer = client.patch(f"{PATH}/a", data="{}", headers={"Content-Type": "application/strategic-merge-patch+json"})
    assert answer.status_code == 415
    assert answer.json["message"].endswith("application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")


def test_the_status_is_written_apart(client: FlaskClient) -> None:
    made = client.post(PATH, json={**widget(), "status": {"replicas": 1}}).json
    assert "status" not in made
    change = {"spec": {"size": 9}, "status": {"replicas": 2}, "metadata": {"labels": {"a": "b"}}}
    written = client.patch(f"{PATH}/a/status", json=change, headers=MERGE).json
    assert written["status"] == {"replicas": 2}
    assert written["spec"] == {"size": 1}
    assert "labels" not in written["metadata"]
    assert written["metadata"]["generation"] == 1
    refused = client.patch(f"{PATH}/a/status", json={"status": {"replicas": "x"}}, headers=MERGE).json
    assert refused["details"]["causes"][0]["field"] == "status.replicas"
    gone = client.patch(f"{PATH}/a/status", json={"status": None}, headers=MERGE).json
    assert "status" not in gone


def test_scaling(client: FlaskClient) -> None:
    client.post(PATH, json=widget(size=3))
    scale = client.get(f"{PATH}/a/scale").json
    assert scale["spec"] == {"replicas": 3}
    scale["spec"]["replicas"] = 5
    assert client.put(f"{PATH}/a/scale", json=scale).json["spec"] == {"replicas": 5}
    assert client.get(f"{PATH}/a").json["spec"]["size"] == 5
    refused = client.patch(f"{PATH}/a/scale", json={"spec": {"replicas": 50}}, headers=MERGE)
    assert refused.json["details"]["causes"][0]["field"] == "spec.size"


def test_fields_by_which_they_are_selected(client: FlaskClient) -> None:
    for name, color in (("a", "red"), ("b", "blue")):
        client.post(PATH, json=widget(name, color=color))
    selected = client.get(f"{PATH}?fieldSelector=spec.color%3Dblue").json["items"]
    assert [obj["metadata"]["name"] for obj in selected] == ["b"]
    assert client.get(f"{PATH}?fieldSelector=spec.size%3D1").json["message"] == "field label not supported: spec.size"


def test_tables(client: FlaskClient) -> None:
    assert client.get(PATH, headers=TABLE).json["rows"] == []
    client.post(PATH, json=widget(size=4))
    shown = client.get(PATH, headers=TABLE).json
    assert [column["name"] for column in shown["columnDefinitions"]] == ["Name", "Size"]
    assert shown["rows"][0]["cells"] == ["a", 4]
    beta = client.get(PATH.replace("v1", "v1beta1"), headers=TABLE).json
    assert [column["name"] for column in beta["columnDefinitions"]] == ["Name", "Age"]


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/apis/example.com/v2/widgets", 404, "404 page not found\n"),
        ("/apis/example.com/v2", 404, "404 page not found\n"),
        ("/apis/example.com/v1/gadgets", 404, "404 page not found\n"),
        ("/apis/example.com/v1/widgets/a", 404, "404 page not found\n"),
        (f"{PATH}/a/log", 404, 'widgets.example.com \\"a\\" not found'),
    ],
)
def test_what_is_not_served(client: FlaskClient, path: str, status: int, text: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert text in answer.text


def test_a_watch_sees_the_version_asked_for(client: FlaskClient) -> None:
    client.post(PATH, json=widget(kept="x"))
    beta = PATH.replace("v1", "v1beta1")
    answer = client.get(f"{beta}?watch=1")
    event = next(chunk for chunk in answer.response if chunk)
    answer.close()
    assert b'"apiVersion":"example.com/v1beta1"' in event
    assert b'"kept"' not in event


def test_a_changed_definition_is_served_at_once(client: FlaskClient, world: World) -> None:
    client.post(PATH, json=widget())
    old = client.get("/openapi/v3").json["paths"]["apis/example.com/v1"]
    schema = with_spec(size={"type": "integer", "default": 7}, color={"type": "string"})
    changed = {**VERSIONS[0], "schema": {"openAPIV3Schema": schema}}
    world.client.patch(RESOURCE, "", "widgets.example.com", {"spec": {"versions": [changed, *VERSIONS[1:]]}})
    assert client.post(PATH, json=widget("b")).json["spec"] == {"size": 7}
    assert client.get(f"{PATH}/a").json["spec"] == {"size": 1}  # as it was stored
    assert client.get("/openapi/v3").json["paths"]["apis/example.com/v1"] != old
