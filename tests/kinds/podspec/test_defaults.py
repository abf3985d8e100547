from copy import deepcopy
from typing import Any

import pytest

from mockapi.kinds.podspec.defaults import default_pod_spec
from mockapi.kinds.podspec.images import default_pull_policy
from mockapi.kinds.podspec.qos import qos_class
from tests.kinds.podspec.builders import container, spec

RICH = spec(
    container(
        ports=[{"containerPort": 80}],
        env=[
            {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        ],
        livenessProbe={"httpGet": {"port": 80}},
        readinessProbe={"grpc": {"port": 9000}, "failureThreshold": 7},
        lifecycle={"preStop": {"httpGet": {"port": 80}}},
        resources={"requests": {"cpu": "100u"}},
    ),
    volumes=[
        {"name": "nothing"},
        {"name": "host", "hostPath": {"path": "/"}},
        {"name": "conf", "configMap": {"name": "c"}},
        {
            "name": "mix",
            "projected": {
                "sources": [
                    {"serviceAccountToken": {"path": "t"}},
                    {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}},
                ]
            },
        },
    ],
    serviceAccount="robot",
)


def test_a_small_spec() -> None:
    assert spec() == {
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "imagePullPolicy": "Always",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }


def test_a_rich_container() -> None:
    first = RICH["containers"][0]
    assert first["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert first["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"
    assert first["env"][1]["valueFrom"]["resourceFieldRef"]["divisor"] == "0"
    assert first["livenessProbe"] == {
        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert first["readinessProbe"]["grpc"] == {"port": 9000, "service": ""}
    assert first["readinessProbe"]["failureThreshold"] == 7
    assert first["lifecycle"]["preStop"]["httpGet"]["path"] == "/"
    assert first["resources"] == {"requests": {"cpu": "1m"}}


def test_volumes() -> None:
    nothing, host, conf, mix = RICH["volumes"]
    assert nothing == {"name": "nothing", "emptyDir": {}}
    assert host["hostPath"] == {"path": "/", "type": ""}
    assert conf["configMap"]["defaultMode"] == 0o644
    token, downward = mix["projected"]["sources"]
    assert token["serviceAccountToken"]["expirationSeconds"] == 3600
    assert downward["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"] == "v1"


def test_the_deprecated_service_account_is_mirrored() -> None:
    assert RICH["serviceAccountName"] == RICH["serviceAccount"] == "robot"


def test_defaults_are_idempotent() -> None:
    again = deepcopy(RICH)
    default_pod_spec(again)
    assert again == RICH


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry.example.com:5000/team/app", "Always"),
        ("registry.example.com:5000/team/app:1.2", "IfNotPresent"),
        ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
        ("nginx:latest@sha256:" + "0" * 64, "Always"),
        ("Not An Image", "IfNotPresent"),
        ("", "IfNotPresent"),
    ],
)
def test_the_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    assert default_pull_policy(image) == policy


def resources(**sides: dict[str, str]) -> dict[str, Any]:
    return container(resources=sides)


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([container()], "BestEffort"),
        ([resources(requests={"cpu": "0"})], "BestEffort"),
        ([resources(requests={"cpu": "1"})], "Burstable"),
        ([resources(requests={"cpu": "1", "memory": "1Gi"}, limits={"cpu": "1000m", "memory": "1Gi"})], "Guaranteed"),
        ([resources(requests={"cpu": "1", "memory": "1Gi"}, limits={"cpu": "2", "memory": "1Gi"})], "Burstable"),
        ([resources(requests={"cpu": "1", "memory": "1Gi"}, limits={"cpu": "1", "memory": "1Gi"}), container("d")], "Burstable"),
    ],
)
def test_quality_of_service(containers: list[dict[str, Any]], expected: Any) -> None:
    assert qos_class(spec(*containers)) == expected
