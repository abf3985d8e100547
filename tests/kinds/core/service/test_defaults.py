from copy import deepcopy
from typing import Any

import pytest

from mockapi.kinds.core.service.defaults import default_service
from mockapi.machinery.meta import Object
from tests.kinds.core.service.builders import service, store


def defaulted(obj: Object) -> Object:
    default_service(obj)
    again = deepcopy(obj)
    default_service(again)
    assert again == obj, "defaults must be idempotent"
    return obj


def test_the_smallest_service() -> None:
    created = store().create(service("api", ports=[{"port": 8080}]))
    ip = created["spec"]["clusterIP"]
    assert created["spec"] == {
        "clusterIP": ip,
        "clusterIPs": [ip],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 8080, "protocol": "TCP", "targetPort": 8080}],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    assert created["status"] == {"loadBalancer": {}}


@pytest.mark.parametrize(
    ("spec", "policy"),
    [
        ({"type": "NodePort"}, "Cluster"),
        ({"type": "LoadBalancer"}, "Cluster"),
        ({"type": "NodePort", "externalTrafficPolicy": "Local"}, "Local"),
        ({"externalIPs": ["198.51.100.1"]}, "Cluster"),
        ({}, None),
        ({"type": "ExternalName"}, None),
    ],
)
def test_external_traffic_policy(spec: Object, policy: str | None) -> None:
    assert defaulted(service("a", **spec))["spec"].get("externalTrafficPolicy") == policy


@pytest.mark.parametrize(
    ("affinity", "config", "expected"),
    [
        ("ClientIP", None, {"clientIP": {"timeoutSeconds": 10800}}),
        ("ClientIP", {"clientIP": {}}, {"clientIP": {"timeoutSeconds": 10800}}),
        ("ClientIP", {"clientIP": {"timeoutSeconds": 60}}, {"clientIP": {"timeoutSeconds": 60}}),
        ("", {"clientIP": {"timeoutSeconds": 60}}, None),
    ],
)
def test_session_affinity(affinity: str, config: Any, expected: Any) -> None:
    spec = {"sessionAffinity": affinity} | ({"sessionAffinityConfig": config} if config is not None else {})
    assert defaulted(service("a", **spec))["spec"].get("sessionAffinityConfig") == expected


@pytest.mark.parametrize(("target", "expected"), [(0, 80), ("", 80), ("http", "http"), (8080, 8080)])
def test_target_port(target: Any, expected: Any) -> None:
    assert defaulted(service("a", ports=[{"port": 80, "targetPort": target}]))["spec"]["ports"][0]["targetPort"] == expected


def test_balancers_allocate_node_ports_and_deliver_to_virtual_addresses() -> None:
    obj = service("a", type="LoadBalancer") | {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}, {"hostname": "a.example"}]}}}
    assert defaulted(obj)["spec"]["allocateLoadBalancerNodePorts"] is True
    assert obj["status"]["loadBalancer"]["ingress"] == [{"ip": "203.0.113.1", "ipMode": "VIP"}, {"hostname": "a.example"}]


@pytest.mark.parametrize(
    ("spec", "families", "policy"),
    [
        ({"clusterIP": "None"}, ["IPv4", "IPv6"], "RequireDualStack"),
        ({"clusterIP": "None", "selector": {"a": "b"}}, ["IPv4"], "SingleStack"),
        ({"clusterIP": "None", "ipFamilyPolicy": "SingleStack"}, ["IPv4"], "SingleStack"),
        ({"clusterIP": "None", "ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv6"]}, ["IPv6", "IPv4"], "PreferDualStack"),
        ({"ipFamilyPolicy": "PreferDualStack"}, ["IPv4"], "PreferDualStack"),
        ({"clusterIP": "10.96.0.9"}, ["IPv4"], "SingleStack"),
    ],
)
def test_families(spec: Object, families: list[str], policy: str) -> None:
    created = store().create(service("a", **spec))["spec"]
    assert (created["ipFamilies"], created["ipFamilyPolicy"]) == (families, policy)


def test_an_alias_has_neither_address_nor_policies() -> None:
    spec = store().create(service("a", type="ExternalName", externalName="db.example.com", internalTrafficPolicy="Local", ports=[]))["spec"]
    assert spec == {"externalName": "db.example.com", "sessionAffinity": "None", "type": "ExternalName"}
