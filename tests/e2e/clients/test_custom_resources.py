"""Kinds that the cluster learns: each library with what it has for resources that it knows nothing of."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.api import Api
from tests.e2e.clients.packages import package
from tests.e2e.harness import Server, eventually

GROUP = "clients.example.com"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
SIZES = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1, "default": 3}, "color": {"type": "string"}}},
        "status": {"type": "object", "properties": {"size": {"type": "integer"}}},
    },
}


@pytest.fixture(scope="module")
def gadgets(server: Server) -> Iterator[str]:
    """The plural of a kind with status and scale, while it is served."""
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}},
        "schema": {"openAPIV3Schema": SIZES},
        "selectableFields": [{"jsonPath": ".spec.color"}],
    }
    spec = {"group": GROUP, "scope": "Namespaced", "names": {"plural": "gadgets", "kind": "Gadget"}, "versions": [version]}
    with contextlib.closing(Api(server.url)) as api:
        assert api.call("POST", DEFINITIONS, {"metadata": {"name": f"gadgets.{GROUP}"}, "spec": spec}).made
        eventually(lambda: "Established" in [condition["type"] for condition in conditions(api) if condition["status"] == "True"])
        yield "gadgets"
        api.call("DELETE", f"{DEFINITIONS}/gadgets.{GROUP}")


def conditions(api: Api) -> list[dict[str, str]]:
    found: list[dict[str, str]] = api.call("GET", f"{DEFINITIONS}/gadgets.{GROUP}").body["status"].get("conditions") or []
    return found


def gadget(name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": f"{GROUP}/v1", "kind": "Gadget", "metadata": {"name": name}, "spec": spec}


def test_custom_objects_api(server: Server, namespace: str, gadgets: str) -> None:
    client, config, watch = package("kubernetes.client"), package("kubernetes.config"), package("kubernetes.watch")
    with config.new_client_from_config(str(server.kubeconfig)) as connection:
        custom = client.CustomObjectsApi(connection)
        where = (GROUP, "v1", namespace, gadgets)
        assert custom.create_namespaced_custom_object(*where, gadget("a", color="red"))["spec"] == {"size": 3, "color": "red"}
        custom.create_namespaced_custom_object(*where, gadget("b", color="blue"))
        with pytest.raises(client.ApiException) as caught:
            custom.create_namespaced_custom_object(*where, gadget("c", size=0))
        assert (caught.value.status, "spec.size in body should be greater than or equal to 1" in caught.value.body) == (422, True)
        patched = custom.patch_namespaced_custom_object(*where, "a", {"spec": {"size": 5}}, _content_type="application/merge-patch+json")
        assert (patched["spec"]["size"], patched["metadata"]["generation"]) == (5, 2)
        custom.patch_namespaced_custom_object_status(*where, "a", {"status": {"size": 5}}, _content_type="application/merge-patch+json")
        scale = custom.get_namespaced_custom_object_scale(*where, "a")
        assert (scale["spec"]["replicas"], scale["status"]["replicas"]) == (5, 5)
        red = custom.list_namespaced_custom_object(*where, field_selector="spec.color=red")
        assert [item["metadata"]["name"] for item in red["items"]] == ["a"]
        stream = watch.Watch().stream(custom.list_namespaced_custom_object, *where, timeout_seconds=1)
        assert {(event["type"], event["object"]["metadata"]["name"]) for event in stream} == {("ADDED", "a"), ("ADDED", "b")}
        custom.delete_collection_namespaced_custom_object(*where)
        assert custom.list_namespaced_custom_object(*where)["items"] == []


def test_the_dynamic_client(server: Server, namespace: str, gadgets: str, tmp_path: Path) -> None:
    config, dynamic = package("kubernetes.config"), package("kubernetes.dynamic")
    with config.new_client_from_config(str(server.kubeconfig)) as connection:
        cluster = dynamic.DynamicClient(connection, cache_file=str(tmp_path / "discovery.json"))
        resource = cluster.resources.get(api_version=f"{GROUP}/v1", kind="Gadget")
        assert resource.name == gadgets
        resource.server_side_apply(body=gadget("a", color="red"), name="a", namespace=namespace, field_manager="one")
        resource.server_side_apply(body=gadget("a", size=4), name="a", namespace=namespace, field_manager="two")
        assert resource.get(name="a", namespace=namespace).spec.to_dict() == {"color": "red", "size": 4}
        resource.server_side_apply(body=gadget("a"), name="a", namespace=namespace, field_manager="one")
        assert resource.get(name="a", namespace=namespace).spec.to_dict() == {"size": 4}


def test_lightkube(server: Server, namespace: str, gadgets: str) -> None:
    lightkube, generic = package("lightkube"), package("lightkube.generic_resource")
    kubeconfig = package("lightkube.config.kubeconfig").KubeConfig.from_file(server.kubeconfig)
    resource = generic.create_namespaced_resource(GROUP, "v1", "Gadget", gadgets)
    with lightkube.Client(config=kubeconfig, namespace=namespace, field_manager="lightkube") as cluster:
        cluster.create(resource(metadata={"name": "a"}, spec={"color": "red"}))
        wanted = resource(metadata={"name": "a"}, spec={"size": 6})
        with pytest.raises(lightkube.ApiError, match=r"\.spec\.size"):  # the default belongs to who created the object
            cluster.apply(wanted)
        assert cluster.apply(wanted, force=True)["spec"] == {"color": "red", "size": 6}
        assert [item.metadata.name for item in cluster.list(resource)] == ["a"]
        merge = package("lightkube.types").PatchType.MERGE
        assert cluster.patch(resource.Status, "a", {"status": {"size": 6}}, patch_type=merge)["status"] == {"size": 6}
