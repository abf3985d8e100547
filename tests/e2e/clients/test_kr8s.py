"""kr8s: objects that act by themselves, over discovery."""

import contextlib
import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.clients.packages import package
from tests.e2e.harness import Server, eventually

kr8s = package("kr8s")
objects = package("kr8s.objects")
sync = package("kr8s._async_utils")

# kr8s says so of servers that are newer than it.
pytestmark = pytest.mark.filterwarnings("ignore:Kubernetes version .* is not supported:UserWarning")


@pytest.fixture
def cluster(server: Server, namespace: str) -> Iterator[Any]:
    cluster = kr8s.api(kubeconfig=str(server.kubeconfig), namespace=namespace)
    yield cluster
    # kr8s leaves connections open for the garbage collector to find.
    sync.Portal().call(cluster._session.aclose)
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def config_map(cluster: Any, name: str, labels: dict[str, str] | None = None, **data: str) -> Any:
    resource = {"metadata": {"name": name, "namespace": cluster.namespace, "labels": labels or {}}, "data": data}
    return objects.ConfigMap(resource, api=cluster)


def deployment(cluster: Any) -> Any:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return objects.Deployment({"metadata": {"name": "web", "namespace": cluster.namespace}, "spec": spec}, api=cluster)


def names(found: Any) -> list[str]:
    return [item.name for item in found]


def test_an_object_through_its_life(cluster: Any) -> None:
    made = config_map(cluster, "a", k="1")
    made.create()
    made.patch({"data": {"k": "2"}})
    assert objects.ConfigMap.get("a", namespace=cluster.namespace, api=cluster).data.k == "2"
    made.label({"tier": "front"})
    made.annotate({"note": "here"})
    made.refresh()
    assert (made.labels.tier, made.annotations.note) == ("front", "here")
    made.delete()
    eventually(lambda: not made.exists())
    with pytest.raises(kr8s.NotFoundError):
        objects.ConfigMap.get("a", namespace=cluster.namespace, api=cluster)


def test_refusals(cluster: Any) -> None:
    config_map(cluster, "a").create()
    with pytest.raises(kr8s.ServerError) as caught:
        config_map(cluster, "a").create()
    assert caught.value.status["reason"] == "AlreadyExists"
    assert caught.value.response.status_code == 409


def test_lists(cluster: Any) -> None:
    for number in range(3):
        config_map(cluster, f"c{number}", {"n": str(number)}).create()
    assert names(cluster.get("configmaps", label_selector={"n": "1"})) == ["c1"]
    assert names(cluster.get("cm", field_selector="metadata.name=c2")) == ["c2"]
    assert names(cluster.get("configmap", "c0")) == ["c0"]
    assert {"c0", "c1", "c2"} <= set(names(cluster.get("configmaps", namespace=kr8s.ALL)))


def test_kinds_of_any_group(cluster: Any) -> None:
    found = {(resource["kind"], resource["version"]) for resource in cluster.api_resources()}
    assert {("Deployment", "apps/v1"), ("NetworkPolicy", "networking.k8s.io/v1")} <= found
    assert cluster.version()["gitVersion"].startswith("v1.36.")
    with pytest.raises(ValueError, match="not found"):
        cluster.lookup_kind("Nothing")


def test_a_deployment_gets_ready_and_scales(cluster: Any) -> None:
    web = deployment(cluster)
    web.create()
    web.wait("condition=Available", timeout=20)
    assert web.ready()
    web.scale(3)
    eventually(lambda: len([pod for pod in web.pods() if pod.ready()]) == 3)
    assert web.replicas == 3


def test_json_patch(cluster: Any) -> None:
    made = config_map(cluster, "a", k="1")
    made.create()
    made.patch([{"op": "replace", "path": "/data/k", "value": "2"}], type="json")
    assert made.data.k == "2"


def test_a_watch(cluster: Any) -> None:
    seen = []
    config_map(cluster, "a").create()
    with contextlib.closing(cluster.watch("configmaps", field_selector="metadata.name=a")) as events:
        for event, found in events:
            seen.append(event)
            if event == "ADDED":
                found.patch({"data": {"k": "2"}})
            if event == "MODIFIED":
                found.delete()
            if event == "DELETED":
                break
    assert seen == ["ADDED", "MODIFIED", "DELETED"]


def test_a_namespace(cluster: Any) -> None:
    made = objects.Namespace({"metadata": {"name": f"{cluster.namespace}-2"}}, api=cluster)
    made.create()
    assert made.exists()
    made.delete()
    made.wait("delete", timeout=20)
