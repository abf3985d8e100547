"""lightkube: typed resources, its own selectors, chunked lists, apply."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.clients.packages import package
from tests.e2e.harness import Server, eventually

lightkube = package("lightkube")
kubeconfig = package("lightkube.config.kubeconfig")
apps = package("lightkube.resources.apps_v1")
core = package("lightkube.resources.core_v1")
models = package("lightkube.models.core_v1")
meta = package("lightkube.models.meta_v1")
autoscaling = package("lightkube.models.autoscaling_v1")
codecs = package("lightkube.codecs")
types = package("lightkube.types")
operators = package("lightkube.operators")
generic = package("lightkube.generic_resource")

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""


def connected(server: Server, namespace: str) -> Any:
    return lightkube.Client(config=kubeconfig.KubeConfig.from_file(server.kubeconfig), namespace=namespace, field_manager="lightkube")


@pytest.fixture
def cluster(server: Server, namespace: str) -> Iterator[Any]:
    with connected(server, namespace) as cluster:
        yield cluster


def config_map(name: str, *, labels: dict[str, str] | None = None, **data: str) -> Any:
    return core.ConfigMap(metadata=meta.ObjectMeta(name=name, labels=labels), data=data)


def names(found: Any) -> list[str]:
    return [item.metadata.name for item in found]


def test_an_object_through_its_life(cluster: Any) -> None:
    made = cluster.create(config_map("a", k="1"))
    made.data["k"] = "2"
    assert cluster.replace(made).data == {"k": "2"}
    assert cluster.get(core.ConfigMap, "a").data == {"k": "2"}
    cluster.delete(core.ConfigMap, "a")
    with pytest.raises(lightkube.ApiError) as caught:
        cluster.get(core.ConfigMap, "a")
    status = caught.value.status
    assert (status.code, status.reason, status.details.kind) == (404, "NotFound", "configmaps")


def test_chunked_lists_and_selectors(cluster: Any, namespace: str) -> None:
    for number in range(5):
        cluster.create(config_map(f"c{number}", labels={"n": str(number)}))
    assert names(cluster.list(core.ConfigMap, chunk_size=2)) == [*(f"c{number}" for number in range(5)), "kube-root-ca.crt"]
    assert names(cluster.list(core.ConfigMap, labels={"n": operators.in_(["1", "3"])})) == ["c1", "c3"]
    assert names(cluster.list(core.ConfigMap, labels={"n": operators.not_exists()})) == ["kube-root-ca.crt"]
    assert names(cluster.list(core.ConfigMap, namespace="*", fields={"metadata.name": "c1", "metadata.namespace": namespace})) == ["c1"]


def test_patches(cluster: Any) -> None:
    for obj in codecs.load_all_yaml(DEPLOYMENT):
        cluster.create(obj)
    more = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox"}]}}}}
    patched = cluster.patch(apps.Deployment, "web", more)
    assert names_of_containers(patched) == ["side", "web"]
    patched = cluster.patch(apps.Deployment, "web", more, patch_type=types.PatchType.MERGE)
    assert names_of_containers(patched) == ["side"]
    step = {"op": "add", "path": "/metadata/labels", "value": {"tier": "front"}}
    assert cluster.patch(apps.Deployment, "web", [step], patch_type=types.PatchType.JSON).metadata.labels == {"tier": "front"}


def names_of_containers(deployment: Any) -> list[str]:
    return [container.name for container in deployment.spec.template.spec.containers]


def test_apply(cluster: Any) -> None:
    applied = cluster.apply(config_map("a", k="1"))
    assert [(entry.manager, entry.operation) for entry in applied.metadata.managedFields] == [("lightkube", "Apply")]
    with pytest.raises(lightkube.ApiError) as caught:
        cluster.apply(config_map("a", k="2"), field_manager="other")
    assert (caught.value.status.code, caught.value.status.details.causes[0].reason) == (409, "FieldManagerConflict")
    assert cluster.apply(config_map("a", k="2"), field_manager="other", force=True).data == {"k": "2"}
    assert cluster.apply(config_map("a"), field_manager="other").data in (None, {})


def test_scale(cluster: Any) -> None:
    for obj in codecs.load_all_yaml(DEPLOYMENT):
        cluster.create(obj)
    scale = apps.Deployment.Scale(metadata=meta.ObjectMeta(name="web"), spec=autoscaling.ScaleSpec(replicas=2))
    assert cluster.replace(scale).spec.replicas == 2
    cluster.wait(apps.Deployment, "web", for_conditions=["Available"])
    eventually(lambda: cluster.get(apps.Deployment.Scale, "web").status.replicas == 2)


def test_status_is_a_subresource(cluster: Any) -> None:
    for obj in codecs.load_all_yaml(DEPLOYMENT):
        cluster.create(obj)
    patch = {"status": {"conditions": [{"type": "Checked", "status": "True", "reason": "Test", "message": ""}]}}
    patched = cluster.patch(apps.Deployment.Status, "web", patch)
    assert "Checked" in [condition.type for condition in patched.status.conditions]
    assert cluster.patch(apps.Deployment, "web", {"status": {"replicas": 70}}).status.replicas != 70


def test_a_dry_run_changes_nothing(cluster: Any) -> None:
    assert cluster.create(config_map("a"), dry_run=True).metadata.uid
    assert names(cluster.list(core.ConfigMap)) == ["kube-root-ca.crt"]


def test_delete_collection(cluster: Any) -> None:
    for name in ("a", "b"):
        cluster.create(config_map(name))
    cluster.deletecollection(core.ConfigMap)
    eventually(lambda: names(cluster.list(core.ConfigMap)) == ["kube-root-ca.crt"], what="only what a controller makes again")


def test_a_watch(cluster: Any) -> None:
    stream = cluster.watch(core.ConfigMap, server_timeout=30)
    assert next(stream)[1].metadata.name == "kube-root-ca.crt"
    cluster.create(config_map("a"))
    operation, seen = next(stream)
    assert (operation, seen.metadata.name) == ("ADDED", "a")
    cluster.delete(core.ConfigMap, "a")
    assert next(stream)[0] == "DELETED"


def test_a_watch_from_a_revision_that_is_too_old(forgetful: Server) -> None:
    with connected(forgetful, "default") as cluster, pytest.raises(lightkube.ApiError) as caught:
        list(cluster.watch(core.ConfigMap, resource_version="1"))
    assert (caught.value.status.code, caught.value.status.reason) == (410, "Expired")


def test_resources_without_a_class(cluster: Any) -> None:
    leases = generic.create_namespaced_resource("coordination.k8s.io", "v1", "Lease", "leases")
    cluster.create(leases(metadata={"name": "a"}, spec={"holderIdentity": "me"}))
    assert cluster.get(leases, "a")["spec"]["holderIdentity"] == "me"
