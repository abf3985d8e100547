from typing import Any

import pytest

from mockapi.kinds.core.pod.kind import KIND
from mockapi.machinery.errors import StatusError
from tests.kinds.support import Store

STRATEGY = KIND.strategy


def pod(name: str = "p", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}], **spec}}


def created(**spec: Any) -> dict[str, Any]:
    return Store(KIND).create(pod(**spec))


def refusal(store: Store, **spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        store.patch("p", **spec)
    assert raised.value.details is not None
    return [f"{cause['field']}: {cause['message']}" for cause in raised.value.details["causes"]]


def stored(**spec: Any) -> Store:
    store = Store(KIND)
    store.create(pod(**spec))
    return store


def test_a_new_pod_is_pending() -> None:
    made = created()
    assert made["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert made["spec"]["enableServiceLinks"] is True


def test_a_gated_pod_says_so() -> None:
    (condition,) = created(schedulingGates=[{"name": "example.com/wait"}])["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "SchedulingGated")


def test_limits_are_requested_and_ports_published_on_the_host() -> None:
    container = {
        "name": "c",
        "image": "a",
        "ports": [{"containerPort": 80}],
        "resources": {"limits": {"cpu": "1"}, "requests": {"memory": "1Gi"}},
    }
    (made,) = created(containers=[container], hostNetwork=True)["spec"]["containers"]
    assert made["resources"]["requests"] == {"cpu": "1", "memory": "1Gi"}
    assert made["ports"][0]["hostPort"] == 80


def test_requests_of_a_whole_pod_come_from_its_containers_first() -> None:
    container = {"name": "c", "image": "a", "resources": {"requests": {"memory": "1Gi"}}}
    made = created(containers=[container, {**container, "name": "d"}], resources={"limits": {"cpu": "2", "memory": "8Gi"}})
    assert made["spec"]["resources"]["requests"] == {"cpu": "2", "memory": "2Gi"}


@pytest.mark.parametrize(
    ("spec", "phase", "asked", "expected"),
    [
        ({}, "Pending", None, 0),
        ({"nodeName": "n"}, "Running", None, 30),
        ({"nodeName": "n"}, "Running", 5, 5),
        ({"nodeName": "n"}, "Running", 0, 0),
        ({"nodeName": "n"}, "Succeeded", 5, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": -3}, "Running", None, 1),
    ],
)
def test_grace_periods(spec: dict[str, Any], phase: str, asked: int | None, expected: Any) -> None:
    obj = {"spec": {"terminationGracePeriodSeconds": 30, **spec}, "status": {"phase": phase}}
    assert STRATEGY.grace_period(obj, asked) == expected


def test_selectable_fields() -> None:
    obj = {"spec": {"nodeName": "n", "restartPolicy": "Never"}, "status": {"phase": "Running", "podIPs": [{"ip": "10.244.0.1"}]}}
    fields = STRATEGY.selectable_fields(obj)
    assert fields["spec.nodeName"] == "n"
    assert fields["spec.hostNetwork"] == "false"
    assert fields["status.podIP"] == "10.244.0.1"
    assert fields["status.nominatedNodeName"] == ""


def test_images_may_change() -> None:
    store = stored()
    assert store.patch("p", containers=[{"name": "c", "image": "nginx:2"}])["spec"]["containers"][0]["image"] == "nginx:2"


def test_other_fields_may_not_change() -> None:
    (cause,) = refusal(stored(hostname="one"), hostname="two")
    assert cause.startswith("spec: Forbidden: pod updates may not change fields other than ")
    assert '\n- "Hostname": "one",\n+ "Hostname": "two",\n' in cause


def test_containers_stay() -> None:
    assert refusal(stored(), containers=[{"name": "c", "image": "a"}, {"name": "d", "image": "a"}]) == [
        "spec.containers: Forbidden: pod updates may not add or remove containers"
    ]


def test_a_deadline_only_comes_nearer() -> None:
    store = stored(activeDeadlineSeconds=10)
    store.patch("p", activeDeadlineSeconds=5)
    assert refusal(store, activeDeadlineSeconds=6) == [
        "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value"
    ]


def test_tolerations_are_only_added() -> None:
    first = {"key": "a", "operator": "Exists"}
    store = stored(tolerations=[first])
    store.patch("p", tolerations=[first, {"key": "b", "operator": "Exists"}])
    assert refusal(store, tolerations=[first])[0].startswith("spec.tolerations: Forbidden: existing toleration can not be modified")


def test_gates_are_only_taken_away() -> None:
    store = stored(schedulingGates=[{"name": "example.com/a"}])
    assert refusal(store, schedulingGates=[{"name": "example.com/b"}])[0].startswith("spec.schedulingGates: Forbidden: only deletion")
    assert "schedulingGates" not in store.patch("p", schedulingGates=None)["spec"]


def test_space_around_an_image_is_refused() -> None:
    with pytest.raises(StatusError, match="must not have leading or trailing whitespace"):
        created(containers=[{"name": "c", "image": " nginx"}])


def test_the_class_of_service_stays() -> None:
    old = created()
    changed = {**old, "status": {**old["status"], "qosClass": "Guaranteed"}}
    (error,) = STRATEGY.validate_status_update(changed, old, Store(KIND).request)
    assert error.field == "status.qosClass"


def test_warnings() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    store = Store(KIND)
    store.create(pod("a.b", containers=[{"name": "c", "image": "a", "env": env}], nodeSelector={"beta.kubernetes.io/os": "linux"}))
    assert [text.split(":")[0] for text in store.request.warnings] == [
        "metadata.name",
        "spec.nodeSelector[beta.kubernetes.io/os]",
        "spec.containers[0].env[1]",
    ]


def test_label_keys_become_part_of_the_selectors() -> None:
    spread = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["hash", "none"]}
    term = {"topologyKey": "zone", "labelSelector": {}, "mismatchLabelKeys": ["hash"]}
    terms = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    asked = pod(topologySpreadConstraints=[{**spread, "labelSelector": {"matchLabels": {"app": "a"}}}], affinity={"podAntiAffinity": terms})
    asked["metadata"]["labels"] = {"app": "a", "hash": "1"}
    made = Store(KIND).create(asked)["spec"]
    assert made["topologySpreadConstraints"][0]["labelSelector"] == {
        "matchLabels": {"app": "a"},
        "matchExpressions": [{"key": "hash", "operator": "In", "values": ["1"]}],
    }
    (kept,) = made["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert kept["labelSelector"] == {"matchExpressions": [{"key": "hash", "operator": "NotIn", "values": ["1"]}]}
