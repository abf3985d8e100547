"""Endpoints follow services and pods, and are left alone where a real cluster leaves them alone."""

from __future__ import annotations

import pytest

from mockapi.controllers.endpoints import EndpointsController
from mockapi.machinery.meta import Object
from tests.world import NAMESPACE, World


@pytest.fixture
def cluster(world: World) -> World:
    world.node("node-1")
    world.run(EndpointsController)
    return world


def endpoints(world: World, name: str = "web") -> Object:
    world.settle()
    found = world.get("endpoints", name)
    assert found is not None
    return found


def subsets(world: World, name: str = "web") -> list[Object]:
    return endpoints(world, name).get("subsets") or []


def test_a_service_without_pods_has_endpoints_without_subsets(cluster: World) -> None:
    cluster.service("web", metadata={"labels": {"team": "blue"}, "annotations": {"note": "x"}})
    found = endpoints(cluster)
    assert "subsets" not in found
    assert found["metadata"]["labels"] == {"team": "blue", "endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert found["metadata"]["annotations"] == {"endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z"}


def test_addresses_stand_in_the_order_of_their_text(cluster: World) -> None:
    cluster.service("web")
    first = cluster.pod("a", "10.244.1.20")
    cluster.pod("b", "10.244.1.9")
    cluster.pod("c", "10.244.1.100")
    (subset,) = subsets(cluster)
    assert [address["ip"] for address in subset["addresses"]] == ["10.244.1.100", "10.244.1.20", "10.244.1.9"]
    assert subset["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert subset["addresses"][1] == {
        "ip": "10.244.1.20",
        "nodeName": "node-1",
        "targetRef": {"kind": "Pod", "name": "a", "namespace": NAMESPACE, "uid": first["metadata"]["uid"]},
    }


def test_ready_and_not_ready_pods_share_a_subset(cluster: World) -> None:
    cluster.service("web")
    cluster.service("all", publishNotReadyAddresses=True)
    cluster.pod("a", "10.244.1.1")
    cluster.pod("b", "10.244.1.2", ready=False)
    (subset,) = subsets(cluster)
    assert [address["ip"] for address in subset["addresses"]] == ["10.244.1.1"]
    assert [address["ip"] for address in subset["notReadyAddresses"]] == ["10.244.1.2"]
    (published,) = subsets(cluster, "all")
    assert len(published["addresses"]) == 2


def test_terminating_pods_leave_unless_not_ready_ones_are_published(cluster: World) -> None:
    cluster.service("web")
    cluster.service("all", publishNotReadyAddresses=True)
    cluster.pod("a", "10.244.1.1", metadata={"finalizers": ["example.com/hold"]})
    cluster.settle()
    cluster.delete("pods", "a")
    assert subsets(cluster) == []
    assert "annotations" not in endpoints(cluster)["metadata"]
    assert len(subsets(cluster, "all")) == 1


def test_pods_are_grouped_by_the_numbers_of_their_named_ports(cluster: World) -> None:
    cluster.service("web", ports=[{"name": "http", "port": 80, "targetPort": "http"}, {"name": "x", "port": 9}])
    for name, ip, port in (("a", "10.244.1.1", 8080), ("b", "10.244.1.2", 9090)):
        cluster.pod(name, ip, containers=[{"name": "main", "image": "x", "ports": [{"name": "http", "containerPort": port}]}])
    cluster.pod("c", "10.244.1.3")
    found = {tuple(a["ip"][-1] for a in s["addresses"]): {p["name"]: p["port"] for p in s["ports"]} for s in subsets(cluster)}
    assert found == {("1",): {"http": 8080}, ("2",): {"http": 9090}, ("1", "2", "3"): {"x": 9}}


def test_ports_stand_in_the_order_of_their_hashes(cluster: World) -> None:
    ports = [
        {"name": "http", "port": 80, "targetPort": 8080},
        {"name": "https", "port": 443, "targetPort": 8443},
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53},
        {"name": "sctp", "port": 9, "protocol": "SCTP", "appProtocol": "example.com/x"},
    ]
    cluster.service("web", ports=ports)
    cluster.pod("a", "10.244.1.1")
    (subset,) = subsets(cluster)
    assert [port["name"] for port in subset["ports"]] == ["http", "sctp", "dns-tcp", "dns", "https"]


def test_a_headless_service_may_have_no_ports(cluster: World) -> None:
    cluster.service("ring", clusterIP="None", ports=[])
    cluster.pod("a", "10.244.1.1", hostname="first", subdomain="ring")
    found = endpoints(cluster, "ring")
    assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    assert [sorted(subset) for subset in found["subsets"]] == [["addresses"]]
    assert found["subsets"][0]["addresses"][0]["hostname"] == "first"


def test_edited_endpoints_stay_until_the_service_changes_or_they_are_deleted(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1")
    cluster.settle()
    cluster.patch("endpoints", "web", {"subsets": [{"addresses": [{"ip": "192.0.2.81"}], "ports": [{"port": 81}]}]})
    assert subsets(cluster)[0]["addresses"][0]["ip"] == "192.0.2.81"
    cluster.patch("services", "web", {"metadata": {"annotations": {"note": "x"}}})
    assert subsets(cluster)[0]["addresses"][0]["ip"] == "10.244.1.1"
    cluster.delete("endpoints", "web")
    assert subsets(cluster)[0]["addresses"][0]["ip"] == "10.244.1.1"


def test_with_the_service_go_its_endpoints_even_if_made_by_hand(cluster: World) -> None:
    cluster.service("web")
    cluster.service("manual", selector=None)
    for name in ("manual", "orphan"):
        cluster.create("endpoints", {"metadata": {"name": name}, "subsets": [{"addresses": [{"ip": "192.0.2.1"}]}]})
    cluster.settle()
    cluster.delete("services", "web")
    cluster.delete("services", "manual")
    cluster.settle()
    assert [found["metadata"]["name"] for found in cluster.list("endpoints")] == ["orphan"]


def test_endpoints_left_over_from_an_absence_are_removed(cluster: World) -> None:
    cluster.service("web")
    cluster.settle()
    cluster.delete("services", "web")
    cluster.run(EndpointsController)
    assert cluster.list("endpoints") == []


def test_services_without_selector_and_aliases_have_no_endpoints(cluster: World) -> None:
    cluster.service("blank", selector=None)
    cluster.service("alias", type="ExternalName", externalName="a.example.com", ports=[])
    cluster.settle()
    assert cluster.list("endpoints") == []


def test_what_needs_no_change_is_not_written(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1")
    before = endpoints(cluster)["metadata"]["resourceVersion"]
    cluster.patch("services", "web", {"metadata": {"annotations": {"note": "x"}}})
    cluster.run(EndpointsController)
    assert endpoints(cluster)["metadata"]["resourceVersion"] == before
