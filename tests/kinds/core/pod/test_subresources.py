from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockapi.kinds.core import namespace
from mockapi.kinds.core.pod import kind as pods
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.errors import StatusError
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object
from mockapi.registry.admission import Chain
from mockapi.registry.body import STRATEGIC_MERGE_PATCH, Body, Patch
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cluster import Cluster
from mockapi.registry.options import APPLY_PATCH, WriteOptions
from mockapi.registry.resources import Resources
from mockapi.registry.subresource import governed
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate

KIND = pods.KIND
KEY = Key("default", "p")


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    migrate(url)
    database = Database(url)
    found = Resources(database, Catalogue([KIND, namespace.KIND]), Cluster(), FakeClock(), Identity(1), Chain(()))
    found.create(namespace.KIND, "", Body({"metadata": {"name": "default"}}), found.request())
    yield found
    database.close()


def create(resources: Resources, **spec: Any) -> Object:
    obj = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}
    return resources.create(KIND, "default", Body(obj), resources.request())


def call(resources: Resources, name: str, verb: str, body: Object | None = None, **parameters: str) -> Object:
    subresource = KIND.subresource(name)
    assert subresource is not None
    handler = subresource.handler(verb)
    assert handler is not None
    request = resources.request()
    request.parameters = {field: [value] for field, value in parameters.items()}
    return handler(resources, KEY, body or {}, request)


def refusal(resources: Resources, name: str, verb: str, body: Object | None = None, **parameters: str) -> tuple[int, str]:
    with pytest.raises(StatusError) as raised:
        call(resources, name, verb, body, **parameters)
    return raised.value.code, raised.value.message


def binding(node: str = "node-1", **metadata: Any) -> Object:
    return {"metadata": {"name": "p", **metadata}, "target": {"kind": "Node", "name": node}}


def test_binding_places_the_pod(resources: Resources) -> None:
    create(resources)
    assert call(resources, "binding", "create", binding(annotations={"by": "hand"}))["status"] == "Success"
    bound = resources.get(KIND, KEY).object
    assert bound["spec"]["nodeName"] == "node-1"
    assert bound["metadata"]["annotations"] == {"by": "hand"}
    assert bound["metadata"]["generation"] == 1
    assert [(each["type"], each["status"]) for each in bound["status"]["conditions"]] == [("PodScheduled", "True")]


def test_binding_happens_once(resources: Resources) -> None:
    create(resources)
    call(resources, "binding", "create", binding())
    code, message = refusal(resources, "binding", "create", binding("node-2"))
    assert code == 409
    assert message.endswith('pod p is already assigned to node "node-1"')


def test_a_gated_pod_is_not_bound(resources: Resources) -> None:
    create(resources, schedulingGates=[{"name": "example.com/wait"}])
    assert refusal(resources, "binding", "create", binding())[0] == 409


def test_a_binding_needs_a_node(resources: Resources) -> None:
    create(resources)
    assert refusal(resources, "binding", "create", {"target": {"kind": "Node"}}) == (500, "target.name: Required value")
    assert refusal(resources, "binding", "create", {"metadata": {"name": "q"}})[0] == 400


def test_what_reaches_into_a_pod_needs_a_node(resources: Resources) -> None:
    create(resources)
    assert call(resources, "log", "get") == {}
    for name in ("exec", "attach", "portforward"):
        assert refusal(resources, name, "create") == (400, "pod p does not have a host assigned")
    assert refusal(resources, "proxy", "get") == (400, "address not allowed")


def test_containers_are_chosen_by_name(resources: Resources) -> None:
    create(resources, containers=[{"name": "a", "image": "x"}, {"name": "b", "image": "x"}])
    assert refusal(resources, "log", "get") == (400, "a container name must be specified for pod p, choose one of: [a b]")
    assert refusal(resources, "exec", "get", container="z") == (400, "container z is not valid for pod p")
    assert call(resources, "log", "get", container="a") == {}


def test_log_options(resources: Resources) -> None:
    create(resources)
    assert refusal(resources, "log", "get", tailLines="-1")[0] == 422
    assert refusal(resources, "log", "get", tailLines="few")[0] == 400
    code, message = refusal(resources, "log", "get", sinceSeconds="5", sinceTime="2030-01-01T00:00:00Z")
    assert code == 422
    assert message.endswith("[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified")


def test_logs_of_a_placed_pod_are_not_supported(resources: Resources) -> None:
    create(resources, nodeName="node-1")
    assert refusal(resources, "log", "get") == (501, "the subresource pods/log is not supported by this server")


def patch(resources: Resources, name: str, spec: Object) -> Object:
    subresource = KIND.subresource(name)
    assert subresource is not None
    assert subresource.strategy is not None
    kind = governed(KIND, subresource.strategy)
    return resources.patch(kind, KEY, Patch(STRATEGIC_MERGE_PATCH, {"spec": spec}), resources.request())


def test_containers_for_debugging_are_added_and_stay(resources: Resources) -> None:
    create(resources)
    debugger = {"name": "d", "image": "busybox", "targetContainerName": "c"}
    patched = patch(resources, "ephemeralcontainers", {"ephemeralContainers": [debugger], "containers": [{"name": "c", "image": "other"}]})
    assert patched["spec"]["ephemeralContainers"][0]["imagePullPolicy"] == "Always"
    assert patched["spec"]["containers"][0]["image"] == "nginx"
    assert patched["metadata"]["generation"] == 2
    with pytest.raises(StatusError, match='existing ephemeral containers "d" may not be changed'):
        patch(resources, "ephemeralcontainers", {"ephemeralContainers": [{"name": "d", "image": "changed"}]})


def test_a_resize_changes_amounts_alone(resources: Resources) -> None:
    create(resources, containers=[{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}])
    bigger = {"containers": [{"name": "c", "resources": {"requests": {"cpu": "2"}}}]}
    assert patch(resources, "resize", bigger)["spec"]["containers"][0]["resources"] == {"requests": {"cpu": "2"}}
    assert patch(resources, "resize", {"containers": [{"name": "c", "image": "other"}]})["spec"]["containers"][0]["image"] == "nginx"
    with pytest.raises(StatusError, match="only cpu and memory resources are mutable"):
        patch(resources, "resize", {"containers": [{"name": "c", "resources": {"requests": {"ephemeral-storage": "1Gi"}}}]})
    with pytest.raises(StatusError, match="Pod QOS Class may not change"):
        patch(resources, "resize", {"containers": [{"name": "c", "resources": {"requests": None}}]})


def applied(resources: Resources, name: str, spec: Object) -> Object:
    """The fields that the manager of an apply to a subresource comes to own."""
    subresource = KIND.subresource(name)
    assert subresource is not None
    assert subresource.strategy is not None
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"a": "b"}}, "spec": spec}
    request = resources.request(WriteOptions(field_manager="me", force=True))
    obj = resources.apply(governed(KIND, subresource.strategy), KEY, Patch(APPLY_PATCH, body), request).object
    (entry,) = (entry for entry in obj["metadata"]["managedFields"] if entry["manager"] == "me")
    assert entry["subresource"] == name
    fields: Object = entry["fieldsV1"]
    return fields


def test_who_applies_a_resize_owns_resources_alone(resources: Resources) -> None:
    create(resources, containers=[{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}])
    spec = {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "2"}}}], "nodeName": "n"}
    owned = {"f:resources": {"f:requests": {"f:cpu": {}}}}
    assert applied(resources, "resize", spec) == {"f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, **owned}}}}


def test_who_applies_containers_for_debugging_owns_them_alone(resources: Resources) -> None:
    create(resources)
    spec = {"ephemeralContainers": [{"name": "d", "image": "busybox"}], "containers": [{"name": "c", "image": "other"}]}
    owned = {".": {}, "f:image": {}, "f:name": {}}
    assert applied(resources, "ephemeralcontainers", spec) == {"f:spec": {"f:ephemeralContainers": {'k:{"name":"d"}': owned}}}
