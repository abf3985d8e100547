"""Discovery, legacy and aggregated."""

from mockapi.web.discovery.groups import ordered

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def test_the_roots(client):
    assert client.get("/api").json["versions"] == ["v1"]
    groups = client.get("/apis").json["groups"]
    assert [group["name"] for group in groups] == ["apps", "simulation.mockapi.dev"]
    assert groups[0]["preferredVersion"] == {"groupVersion": "apps/v1", "version": "v1"}
    assert client.get("/apis/apps").json["kind"] == "APIGroup"


def test_resources_of_a_version(client):
    found = client.get("/apis/apps/v1").json
    assert (found["apiVersion"], found["groupVersion"]) == ("v1", "apps/v1")
    assert [entry["name"] for entry in found["resources"]] == ["deployments", "deployments/echo", "deployments/scale", "deployments/status"]
    first, _, scale, status = found["resources"]
    assert first["storageVersionHash"] == "8aSe+NMegvE="
    assert first["categories"] == ["all"]
    assert (scale["group"], scale["version"], scale["kind"], scale["singularName"]) == ("autoscaling", "v1", "Scale", "")
    assert (status["kind"], "group" in status) == ("Deployment", False)
    assert "apiVersion" not in client.get("/api/v1").json


def test_trailing_slashes_do_not_matter(client):
    assert client.get("/apis/apps/v1/").json == client.get("/apis/apps/v1").json


def test_aggregated_documents(client):
    answer = client.get("/apis", headers={"Accept": AGGREGATED})
    assert answer.content_type == AGGREGATED
    assert [item["metadata"]["name"] for item in answer.json["items"]] == ["apps", "simulation.mockapi.dev"]
    (version,) = answer.json["items"][0]["versions"]
    (deployments,) = version["resources"]
    assert deployments["scope"] == "Namespaced"
    assert [sub["subresource"] for sub in deployments["subresources"]] == ["echo", "scale", "status"]
    assert client.get("/api", headers={"Accept": AGGREGATED}).json["items"][0]["metadata"] == {}


def test_an_unchanged_aggregated_document_is_not_sent_again(client):
    etag = client.get("/apis", headers={"Accept": AGGREGATED}).headers["Etag"]
    again = client.get("/apis", headers={"Accept": AGGREGATED, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_unknown_forms_fall_back_or_are_refused(client):
    unknown = AGGREGATED.replace("v=v2", "v=v9")
    assert client.get("/api", headers={"Accept": f"{unknown},application/json"}).json["kind"] == "APIVersions"
    assert client.get("/api", headers={"Accept": unknown}).status_code == 406
    assert client.get("/apis/apps/v1", headers={"Accept": AGGREGATED}).status_code == 406


def test_versions_are_listed_by_stability_then_age():
    versions = ["v1beta1", "v1", "v2alpha1", "v2", "foo", "v1beta2"]
    assert ordered([("autoscaling", version) for version in versions])["autoscaling"] == [
        "v2",
        "v1",
        "v1beta2",
        "v1beta1",
        "v2alpha1",
        "foo",
    ]


def test_the_index_lists_paths(client):
    paths = client.get("/").json["paths"]
    assert paths == sorted(paths)
    assert {"/api/v1", "/apis/apps/v1", "/openapi/v3", "/healthz"} <= set(paths)


def test_version(client):
    found = client.get("/version").json
    assert (found["major"], found["minor"], found["gitVersion"]) == ("1", "36", "v1.36.2")
