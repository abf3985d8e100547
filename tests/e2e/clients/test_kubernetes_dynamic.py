"""The official Python client: its dynamic client, which works from discovery alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clients.packages import package
from tests.e2e.harness import Server

config = package("kubernetes.config")
dynamic = package("kubernetes.dynamic")
exceptions = package("kubernetes.dynamic.exceptions")


@pytest.fixture
def cluster(server: Server, tmp_path: Path) -> Iterator[Any]:
    with config.new_client_from_config(str(server.kubeconfig)) as connection:
        yield dynamic.DynamicClient(connection, cache_file=str(tmp_path / "discovery.json"))


@pytest.fixture
def maps(cluster: Any) -> Any:
    return cluster.resources.get(api_version="v1", kind="ConfigMap")


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_kinds_are_found_by_what_people_call_them(cluster: Any) -> None:
    assert cluster.resources.get(short_names=["deploy"]).kind == "Deployment"
    assert cluster.resources.get(api_version="networking.k8s.io/v1", kind="Ingress").name == "ingresses"
    assert [found.group for found in cluster.resources.search(kind="Event")].count("events.k8s.io") <= 1
    with pytest.raises(exceptions.ResourceNotFoundError):
        cluster.resources.get(api_version="example.com/v1", kind="Nothing")


def test_an_object_through_its_life(maps: Any, namespace: str) -> None:
    made = maps.create(body=config_map("a", k="1"), namespace=namespace)
    assert maps.get(name="a", namespace=namespace).to_dict() == made.to_dict()
    patched = maps.patch(body={"data": {"k": "2"}}, name="a", namespace=namespace, content_type="application/merge-patch+json")
    assert patched.data.k == "2"
    replaced = maps.replace(body=config_map("a", j="3"), namespace=namespace)
    assert replaced.data.to_dict() == {"j": "3"}
    maps.delete(name="a", namespace=namespace)
    with pytest.raises(exceptions.NotFoundError):
        maps.get(name="a", namespace=namespace)


def test_lists_of_all_namespaces(maps: Any, namespace: str) -> None:
    maps.create(body=config_map("a"), namespace=namespace)
    found = maps.get(field_selector="metadata.name=a")
    assert (namespace, "a") in {(item.metadata.namespace, item.metadata.name) for item in found.items}


def test_a_watch(maps: Any, namespace: str) -> None:
    for name in ("a", "b"):
        maps.create(body=config_map(name), namespace=namespace)
    seen = {(event["type"], event["object"].metadata.name) for event in maps.watch(namespace=namespace, timeout=1)}
    assert seen == {("ADDED", "a"), ("ADDED", "b"), ("ADDED", "kube-root-ca.crt")}


def test_server_side_apply(maps: Any, namespace: str) -> None:
    applied = maps.server_side_apply(body=config_map("a", k="1"), name="a", namespace=namespace, field_manager="one")
    assert applied.metadata.managedFields[0].manager == "one"
    with pytest.raises(exceptions.ConflictError) as caught:
        maps.server_side_apply(body=config_map("a", k="2"), name="a", namespace=namespace, field_manager="two")
    assert "conflict with" in caught.value.summary()
    forced = maps.server_side_apply(body=config_map("a", k="2"), name="a", namespace=namespace, field_manager="two", force_conflicts=True)
    assert (forced.data.k, [entry.manager for entry in forced.metadata.managedFields]) == ("2", ["two"])


def test_scale_as_a_subresource(cluster: Any, namespace: str) -> None:
    deployments = cluster.resources.get(api_version="apps/v1", kind="Deployment")
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "w", "image": "nginx"}]}}
    body = {"metadata": {"name": "w"}, "spec": {"selector": {"matchLabels": {"app": "w"}}, "template": template}}
    deployments.create(body={"apiVersion": "apps/v1", "kind": "Deployment", **body}, namespace=namespace)
    scale = {"spec": {"replicas": 2}}
    deployments.scale.patch(body=scale, name="w", namespace=namespace, content_type="application/merge-patch+json")
    assert deployments.scale.get(name="w", namespace=namespace).spec.replicas == 2
