"""The official Python client: its typed API."""

import base64
from typing import Any

import pytest

from tests.e2e.clients.packages import package
from tests.e2e.harness import Server, eventually

client = package("kubernetes.client")
config = package("kubernetes.config")

BINARY = bytes(range(256))


@pytest.fixture
def connection(server: Server) -> Any:
    with config.new_client_from_config(str(server.kubeconfig)) as connection:
        yield connection


@pytest.fixture
def core(connection: Any) -> Any:
    return client.CoreV1Api(connection)


@pytest.fixture
def apps(connection: Any) -> Any:
    return client.AppsV1Api(connection)


def config_map(name: str, *, labels: dict[str, str] | None = None, **data: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels), data=data or None)


def deployment(name: str) -> Any:
    container = client.V1Container(name="web", image="nginx", ports=[client.V1ContainerPort(container_port=80)])
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels={"app": name}), spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(replicas=1, selector=client.V1LabelSelector(match_labels={"app": name}), template=template)
    return client.V1Deployment(metadata=client.V1ObjectMeta(name=name), spec=spec)


def failure(call: Any, *args: Any, **kwargs: Any) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the Status object of a call that is refused."""
    with pytest.raises(client.ApiException) as caught:
        call(*args, **kwargs)
    return caught.value.status, client.ApiClient().deserialize(caught.value.body, "object", "application/json")


def test_an_object_through_its_life(core: Any, namespace: str) -> None:
    made = core.create_namespaced_config_map(namespace, config_map("a", k="1"))
    assert made.metadata.uid
    made.data["k"] = "2"
    written = core.replace_namespaced_config_map("a", namespace, made)
    assert int(written.metadata.resource_version) > int(made.metadata.resource_version)
    assert core.read_namespaced_config_map("a", namespace) == written
    core.delete_namespaced_config_map("a", namespace)
    assert failure(core.read_namespaced_config_map, "a", namespace)[0] == 404


def test_refusals_carry_a_status(core: Any, namespace: str) -> None:
    made = core.create_namespaced_config_map(namespace, config_map("a"))
    code, status = failure(core.create_namespaced_config_map, namespace, config_map("a"))
    assert (code, status["reason"], status["details"]["name"]) == (409, "AlreadyExists", "a")
    made.metadata.resource_version = "1"
    code, status = failure(core.replace_namespaced_config_map, "a", namespace, made)
    assert (code, status["reason"]) == (409, "Conflict")
    code, status = failure(core.create_namespaced_config_map, namespace, config_map("No Name"))
    assert (code, status["reason"], status["details"]["causes"][0]["field"]) == (422, "Invalid", "metadata.name")
    assert failure(core.create_namespaced_config_map, "no-such", config_map("a"))[1]["reason"] == "NotFound"


def test_pages_and_selectors(core: Any, namespace: str) -> None:
    for number in range(7):
        core.create_namespaced_config_map(namespace, config_map(f"c{number}", labels={"odd": str(number % 2), "n": str(number)}))
    first = core.list_namespaced_config_map(namespace, limit=3)
    assert (len(first.items), first.metadata.remaining_item_count) == (3, 5)  # kube-root-ca.crt is one of them
    names, token = [item.metadata.name for item in first.items], first.metadata._continue
    core.delete_namespaced_config_map("c6", namespace)
    while token:
        page = core.list_namespaced_config_map(namespace, limit=3, _continue=token)
        assert page.metadata.resource_version == first.metadata.resource_version
        names, token = names + [item.metadata.name for item in page.items], page.metadata._continue
    assert names == [*(f"c{number}" for number in range(7)), "kube-root-ca.crt"]
    odd = core.list_namespaced_config_map(namespace, label_selector="odd=1,n notin (5)")
    assert [item.metadata.name for item in odd.items] == ["c1", "c3"]
    one = core.list_config_map_for_all_namespaces(field_selector=f"metadata.name=c2,metadata.namespace={namespace}")
    assert [item.metadata.name for item in one.items] == ["c2"]
    assert failure(core.list_namespaced_config_map, namespace, field_selector="data.k=1")[0] == 400


def test_lists_of_a_revision(core: Any, namespace: str) -> None:
    first = core.create_namespaced_config_map(namespace, config_map("first")).metadata.resource_version
    second = core.create_namespaced_config_map(namespace, config_map("second")).metadata.resource_version

    def names(**options: str) -> list[str]:
        found = core.list_namespaced_config_map(namespace, **options)
        return [item.metadata.name for item in found.items if item.metadata.name != "kube-root-ca.crt"]

    assert names(resource_version=first, resource_version_match="Exact") == ["first"]
    assert names(resource_version=first, resource_version_match="NotOlderThan") == ["first", "second"]
    assert names(resource_version="0") == ["first", "second"]
    code, status = failure(core.list_namespaced_config_map, namespace, resource_version=str(int(second) + 10**6))
    assert (code, status["details"]["causes"][0]["reason"]) == (504, "ResourceVersionTooLarge")


def test_three_kinds_of_patch(apps: Any, core: Any, namespace: str) -> None:
    apps.create_namespaced_deployment(namespace, deployment("web"))
    more = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox"}]}}}}
    merged = apps.patch_namespaced_deployment("web", namespace, more)
    assert [container.name for container in merged.spec.template.spec.containers] == ["side", "web"]
    core.create_namespaced_config_map(namespace, config_map("a", k="1", j="1"))
    steps = [{"op": "test", "path": "/data/k", "value": "1"}, {"op": "remove", "path": "/data/k"}]
    assert core.patch_namespaced_config_map("a", namespace, steps).data == {"j": "1"}
    assert failure(core.patch_namespaced_config_map, "a", namespace, steps)[0] == 422
    merge = {"data": {"j": None, "l": "2"}}
    assert core.patch_namespaced_config_map("a", namespace, merge, _content_type="application/merge-patch+json").data == {"l": "2"}


def test_scale(apps: Any, core: Any, namespace: str) -> None:
    apps.create_namespaced_deployment(namespace, deployment("web"))
    assert apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 3}}).spec.replicas == 3
    eventually(lambda: apps.read_namespaced_deployment("web", namespace).status.ready_replicas == 3)
    scale = apps.read_namespaced_deployment_scale("web", namespace)
    assert (scale.status.replicas, scale.status.selector) == (3, "app=web")
    scale.spec.replicas = 0
    scale.metadata.resource_version = None  # the controller may write meanwhile
    apps.replace_namespaced_deployment_scale("web", namespace, scale)
    eventually(lambda: not core.list_namespaced_pod(namespace, label_selector="app=web").items)


def test_a_stale_scale_is_a_conflict(apps: Any, namespace: str) -> None:
    apps.create_namespaced_deployment(namespace, deployment("web"))
    scale = apps.read_namespaced_deployment_scale("web", namespace)
    scale.metadata.resource_version = "1"
    assert failure(apps.replace_namespaced_deployment_scale, "web", namespace, scale)[0] == 409


def test_binary_data(core: Any, namespace: str) -> None:
    text = base64.b64encode(BINARY).decode()
    meta = client.V1ObjectMeta(name="binary")
    core.create_namespaced_config_map(namespace, client.V1ConfigMap(metadata=meta, binary_data={"all": text}))
    assert base64.b64decode(core.read_namespaced_config_map("binary", namespace).binary_data["all"]) == BINARY
    secret = client.V1Secret(metadata=meta, data={"all": text}, string_data={"word": "ä"})
    made = core.create_namespaced_secret(namespace, secret)
    assert (made.type, made.string_data, made.data["all"]) == ("Opaque", None, text)
    assert base64.b64decode(made.data["word"]).decode() == "ä"
    found = core.list_namespaced_secret(namespace, field_selector="type=Opaque")
    assert [item.metadata.name for item in found.items] == ["binary"]


def test_a_dry_run_changes_nothing(core: Any, namespace: str) -> None:
    assert core.create_namespaced_config_map(namespace, config_map("a"), dry_run="All").metadata.uid
    assert failure(core.read_namespaced_config_map, "a", namespace)[0] == 404
    kept = core.create_namespaced_config_map(namespace, config_map("a", k="1"))
    core.patch_namespaced_config_map("a", namespace, {"data": {"k": "2"}}, dry_run="All")
    core.delete_namespaced_config_map("a", namespace, dry_run="All")
    assert core.read_namespaced_config_map("a", namespace) == kept


def test_delete_collection(core: Any, namespace: str) -> None:
    for name in ("a", "b", "c"):
        core.create_namespaced_config_map(namespace, config_map(name, labels={"keep": str(name == "b")}))
    core.delete_collection_namespaced_config_map(namespace, label_selector="keep=False")
    assert {item.metadata.name for item in core.list_namespaced_config_map(namespace).items} == {"b", "kube-root-ca.crt"}


def test_preconditions_of_a_deletion(core: Any, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("a"))
    options = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="other"))
    assert failure(core.delete_namespaced_config_map, "a", namespace, body=options)[0] == 409


def test_cascading_deletion(apps: Any, core: Any, namespace: str) -> None:
    apps.create_namespaced_deployment(namespace, deployment("web"))
    eventually(lambda: apps.read_namespaced_deployment("web", namespace).status.ready_replicas == 1)
    apps.delete_namespaced_deployment("web", namespace, propagation_policy="Foreground")
    eventually(lambda: not apps.list_namespaced_deployment(namespace).items)
    assert not apps.list_namespaced_replica_set(namespace).items
    assert not core.list_namespaced_pod(namespace).items


def test_a_namespace_ends_with_all_in_it(core: Any) -> None:
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name="short-lived")))
    core.create_namespaced_config_map("short-lived", config_map("a"))
    core.delete_namespace("short-lived")
    eventually(lambda: "short-lived" not in {item.metadata.name for item in core.list_namespace().items})
    assert not core.list_config_map_for_all_namespaces(field_selector="metadata.namespace=short-lived").items


def test_events_tell_what_happened(apps: Any, core: Any, namespace: str) -> None:
    apps.create_namespaced_deployment(namespace, deployment("web"))

    def missing() -> set[str]:
        told = {event.reason for event in core.list_namespaced_event(namespace).items}
        return {"ScalingReplicaSet", "SuccessfulCreate", "Scheduled"} - told

    eventually(lambda: not missing(), what="all of the events")
    scheduled = core.list_namespaced_event(namespace, field_selector="reason=Scheduled,involvedObject.kind=Pod").items
    assert scheduled[0].message.startswith(f"Successfully assigned {namespace}/web-")
    told = client.CoreV1Event(
        metadata=client.V1ObjectMeta(name="told"),
        involved_object=client.V1ObjectReference(kind="Deployment", name="web", namespace=namespace),
        reason="Told",
        type="Normal",
    )
    assert core.create_namespaced_event(namespace, told).reason == "Told"


def test_discovery(connection: Any) -> None:
    assert client.VersionApi(connection).get_code().minor == "36"
    groups = {group.name for group in client.ApisApi(connection).get_api_versions().groups}
    assert {"apps", "networking.k8s.io", "discovery.k8s.io", "coordination.k8s.io"} <= groups
    resources = client.AppsV1Api(connection).get_api_resources().resources
    assert {"deployments", "deployments/scale", "deployments/status"} <= {resource.name for resource in resources}
