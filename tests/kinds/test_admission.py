"""What admission makes of pods; the default class of ingresses is tested with the classes."""

from typing import Any

import pytest

from mockapi.kinds.admission.priority import DefaultPriority
from mockapi.kinds.core.pod.kind import KIND as POD
from mockapi.machinery.meta import Key, Object
from mockapi.registry.admission import CREATE, Attributes
from tests.kinds.pipeline import Api, refusal

MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
LOST = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]


@pytest.fixture(autouse=True)
def account(api: Api) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})


def pod(**spec: Any) -> Object:
    return {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "a", "image": "a"}], **spec}}


def mounts(container: Object) -> list[str]:
    return [mount["mountPath"] for mount in container.get("volumeMounts") or ()]


def test_a_pod_runs_as_the_default_account_and_mounts_its_token(api: Api) -> None:
    spec = api.create("pods", pod(initContainers=[{"name": "i", "image": "i"}]))["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    (volume,) = spec["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    assert [next(iter(source)) for source in volume["projected"]["sources"]] == ["serviceAccountToken", "configMap", "downwardAPI"]
    mount = {"name": volume["name"], "readOnly": True, "mountPath": MOUNT_PATH}
    assert [container["volumeMounts"] for container in (*spec["initContainers"], *spec["containers"])] == [[mount], [mount]]


def test_a_missing_account_forbids_the_pod(api: Api) -> None:
    failure = refusal(api.create, "pods", pod(serviceAccountName="ghost"))
    sentence = 'pods "web" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'
    assert (failure.code, failure.message) == (403, sentence)


@pytest.mark.parametrize(
    ("of_account", "of_pod", "mounted"),
    [(None, None, True), (False, None, False), (False, True, True), (True, False, False), (None, False, False)],
)
def test_the_pod_decides_before_the_account_whether_to_mount(api: Api, of_account: bool | None, of_pod: bool | None, mounted: bool) -> None:
    api.patch("serviceaccounts", "default", {"automountServiceAccountToken": of_account})
    spec = api.create("pods", pod(automountServiceAccountToken=of_pod))["spec"]
    assert bool(spec.get("volumes")) is bool(mounts(spec["containers"][0])) is mounted


def test_what_is_mounted_at_the_place_stays(api: Api) -> None:
    own = {"name": "a", "image": "a", "volumeMounts": [{"name": "own", "mountPath": MOUNT_PATH}]}
    volumes = [{"name": "own", "emptyDir": {}}]
    spec = api.create("pods", pod(containers=[own], volumes=volumes))["spec"]
    assert [volume["name"] for volume in spec["volumes"]] == ["own"]


def test_a_pod_that_was_read_from_a_cluster_keeps_its_volume(api: Api) -> None:
    volumes = [{"name": "kube-api-access-abcde", "emptyDir": {}}]
    spec = api.create("pods", pod(volumes=volumes))["spec"]
    assert [volume["name"] for volume in spec["volumes"]] == ["kube-api-access-abcde"]
    assert spec["containers"][0]["volumeMounts"][0]["name"] == "kube-api-access-abcde"


def test_pull_secrets_come_from_the_account_unless_the_pod_has_some(api: Api) -> None:
    api.patch("serviceaccounts", "default", {"imagePullSecrets": [{"name": "hub"}]})
    assert api.create("pods", pod(imagePullSecrets=[{"name": "own"}]), dry_run=True)["spec"]["imagePullSecrets"] == [{"name": "own"}]
    assert api.create("pods", pod())["spec"]["imagePullSecrets"] == [{"name": "hub"}]


def test_a_pod_without_a_class_has_priority_zero(api: Api) -> None:
    spec = api.create("pods", pod())["spec"]
    assert (spec["priority"], spec["preemptionPolicy"], "priorityClassName" in spec) == (0, "PreemptLowerPriority", False)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"priorityClassName": "ghost"}, "no PriorityClass with name ghost was found"),
        ({"priority": 7}, (
            "the integer value of priority (7) must not be provided in pod spec; "
            "priority admission controller computed 0 from the given PriorityClass name"
        )),
        ({"preemptionPolicy": "Never"}, (
            "the string value of PreemptionPolicy (Never) must not be provided in pod spec; "
            "priority admission controller computed PreemptLowerPriority from the given PriorityClass name"
        )),
    ],
)  # fmt: skip
def test_priorities_follow_from_classes_only(api: Api, spec: Object, sentence: str) -> None:
    failure = refusal(api.create, "pods", pod(**spec))
    assert (failure.code, failure.message) == (403, f'pods "web" is forbidden: {sentence}')


def test_an_update_that_leaves_the_priority_out_keeps_it(api: Api) -> None:
    api.create("pods", pod(priorityClassName="system-node-critical"))
    spec = api.patch("pods", "web", {"spec": {"priority": None, "preemptionPolicy": None}})["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (2_000_001_000, "PreemptLowerPriority")


def admitted(api: Api, spec: Object, *classes: Object) -> Object:
    """A pod's spec after the plugin, in a cluster with these priority classes."""
    request = api.resources.request()
    request.read = lambda _, key: next((found for found in classes if Key("", found["metadata"]["name"]) == key), None)
    request.read_all = lambda *_: list(classes)
    DefaultPriority().mutate(Attributes(CREATE, POD, {"metadata": {"name": "web"}, "spec": spec}, None, request))
    return spec


def test_classes(api: Api) -> None:
    low = {"metadata": {"name": "low"}, "value": 5, "globalDefault": True, "preemptionPolicy": "PreemptLowerPriority"}
    high = {"metadata": {"name": "high"}, "value": 9, "globalDefault": True, "preemptionPolicy": "Never"}
    assert admitted(api, {"priorityClassName": "high"}, low, high) == {
        "priorityClassName": "high", "priority": 9, "preemptionPolicy": "Never",
    }  # fmt: skip
    assert admitted(api, {}, high, low)["priorityClassName"] == "low"
    assert admitted(api, {}, {**high, "globalDefault": False}) == {"priority": 0, "preemptionPolicy": "PreemptLowerPriority"}


def lost(spec: Object) -> list[tuple[str, int | None]]:
    return [(toleration.get("key", ""), toleration.get("tolerationSeconds")) for toleration in spec["tolerations"]]


def test_pods_stay_five_minutes_on_lost_nodes_unless_they_say_otherwise(api: Api) -> None:
    assert lost(api.create("pods", pod(), dry_run=True)["spec"]) == [(key, 300) for key in LOST]
    own = {"key": LOST[0], "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 7}
    other = {"key": LOST[1], "operator": "Exists", "effect": "NoSchedule"}
    assert lost(api.create("pods", pod(tolerations=[own, other]), dry_run=True)["spec"]) == [(LOST[0], 7), (LOST[1], None), (LOST[1], 300)]
    assert lost(api.create("pods", pod(tolerations=[{"operator": "Exists"}]))["spec"]) == [("", None)]
