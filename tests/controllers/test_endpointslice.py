"""EndpointSlices follow services and pods: which pods, in which state, in which slice, with how few writes."""

from __future__ import annotations

import pytest

from mockapi.controllers.endpointslice import EndpointSliceController
from mockapi.machinery.meta import Object
from tests.world import NAMESPACE, World

SLICES = "endpointslices.discovery.k8s.io"


@pytest.fixture
def cluster(world: World) -> World:
    world.node("node-1")
    world.run(EndpointSliceController)
    return world


def only(world: World, service: str = "web") -> Object:
    (found,) = slices(world, service)
    return found


def slices(world: World, service: str = "web") -> list[Object]:
    world.settle()
    return [slice_ for slice_ in world.list(SLICES) if slice_["metadata"]["labels"].get("kubernetes.io/service-name") == service]


def addresses(slice_: Object) -> list[str]:
    return [endpoint["addresses"][0] for endpoint in slice_["endpoints"] or ()]


def test_a_service_without_pods_has_an_empty_slice(cluster: World) -> None:
    service = cluster.service("web", metadata={"labels": {"team": "blue", "endpointslice.kubernetes.io/managed-by": "me"}})
    found = only(cluster)
    meta = found["metadata"]
    assert (found["endpoints"], found["ports"], found["addressType"]) == (None, None, "IPv4")
    assert meta["generateName"] == "web-"
    assert meta["labels"] == {
        "team": "blue",
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert meta["annotations"] == {"endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z"}
    assert meta["ownerReferences"] == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "name": "web",
            "uid": service["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def test_the_first_pod_takes_over_the_empty_slice(cluster: World) -> None:
    cluster.service("web")
    name = only(cluster)["metadata"]["name"]
    cluster.advance(7)
    pod = cluster.pod("a", "10.244.1.5")
    found = only(cluster)
    assert (found["metadata"]["name"], found["metadata"]["generation"]) == (name, 2)
    assert found["metadata"]["annotations"] == {"endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:07Z"}
    assert found["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]
    assert found["endpoints"] == [
        {
            "addresses": ["10.244.1.5"],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": "node-1",
            "targetRef": {"kind": "Pod", "name": "a", "namespace": NAMESPACE, "uid": pod["metadata"]["uid"]},
        }
    ]
    cluster.delete("pods", "a")
    emptied = only(cluster)
    assert (emptied["metadata"]["name"], emptied["endpoints"], emptied["ports"]) == (name, None, None)


def test_endpoints_stand_in_the_order_in_which_pods_came(cluster: World) -> None:
    cluster.service("web")
    for name, ip in (("a", "10.244.1.20"), ("b", "10.244.1.9"), ("c", "10.244.1.100")):
        cluster.pod(name, ip)
        cluster.settle()
    assert addresses(only(cluster)) == ["10.244.1.20", "10.244.1.9", "10.244.1.100"]


@pytest.mark.parametrize(
    ("ready", "publish", "conditions"),
    [
        (True, False, {"ready": True, "serving": True, "terminating": False}),
        (False, False, {"ready": False, "serving": False, "terminating": False}),
        (False, True, {"ready": True, "serving": False, "terminating": False}),
    ],
)
def test_conditions_of_a_pod(cluster: World, ready: bool, publish: bool, conditions: Object) -> None:
    cluster.service("web", publishNotReadyAddresses=publish)
    cluster.pod("a", "10.244.1.5", ready=ready)
    assert only(cluster)["endpoints"][0]["conditions"] == conditions


def test_a_pod_on_its_way_out_is_terminating_and_may_still_serve(cluster: World) -> None:
    cluster.service("web")
    cluster.service("all", publishNotReadyAddresses=True)
    cluster.pod("a", "10.244.1.5", metadata={"finalizers": ["example.com/hold"]})
    cluster.settle()
    cluster.delete("pods", "a")
    assert only(cluster)["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    assert only(cluster, "all")["endpoints"][0]["conditions"] == {"ready": True, "serving": True, "terminating": True}


def test_a_change_of_phase_alone_is_not_noticed(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.5")
    cluster.settle()
    cluster.patch("pods", "a", {"status": {"phase": "Succeeded"}}, "status")
    assert addresses(only(cluster)) == ["10.244.1.5"]
    cluster.set_pod("a", "10.244.1.5", ready=False, phase="Succeeded")
    assert addresses(only(cluster)) == []


def test_labels_of_pods_and_selectors_decide(cluster: World) -> None:
    cluster.service("web", selector={"app": "web", "tier": "front"})
    cluster.service("other", selector={"app": "db"})
    cluster.pod("half", "10.244.1.1")
    cluster.pod("full", "10.244.1.2", labels={"app": "web", "tier": "front", "extra": "yes"})
    assert addresses(only(cluster)) == ["10.244.1.2"]
    cluster.patch("pods", "full", {"metadata": {"labels": {"app": "db"}}})
    assert addresses(only(cluster)) == []
    assert addresses(only(cluster, "other")) == ["10.244.1.2"]
    cluster.patch("services", "other", {"spec": {"selector": {"app": "web"}}})
    assert addresses(only(cluster, "other")) == ["10.244.1.1"]


def test_pods_with_different_numbers_for_a_named_port_are_in_different_slices(cluster: World) -> None:
    cluster.service("web", ports=[{"port": 80, "targetPort": "http"}])
    for name, ip, port in (("a", "10.244.1.1", 8080), ("b", "10.244.1.2", 9090)):
        cluster.pod(name, ip, containers=[{"name": "main", "image": "x", "ports": [{"name": "http", "containerPort": port}]}])
    cluster.pod("c", "10.244.1.3")
    found = {addresses(slice_)[0]: slice_["ports"] for slice_ in slices(cluster)}
    assert found == {
        "10.244.1.1": [{"name": "", "port": 8080, "protocol": "TCP"}],
        "10.244.1.2": [{"name": "", "port": 9090, "protocol": "TCP"}],
        "10.244.1.3": None,
    }


def test_ports_stand_in_the_order_of_their_hashes(cluster: World) -> None:
    ports = [
        {"name": "http", "port": 80, "targetPort": 8080},
        {"name": "https", "port": 443, "targetPort": "tls"},
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53},
        {"name": "sctp", "port": 9, "protocol": "SCTP", "appProtocol": "example.com/x"},
    ]
    cluster.service("web", ports=ports)
    cluster.pod("a", "10.244.1.1", containers=[{"name": "m", "image": "x", "ports": [{"name": "tls", "containerPort": 8443}]}])
    assert [port["name"] for port in only(cluster)["ports"]] == ["http", "dns", "sctp", "dns-tcp", "https"]


def test_a_named_port_is_found_in_a_sidecar_and_only_with_its_protocol(cluster: World) -> None:
    cluster.service("web", ports=[{"name": "a", "port": 1, "targetPort": "proxy"}, {"name": "b", "port": 2, "targetPort": "udp"}])
    proxy = {"name": "p", "image": "x", "restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 15001}]}
    udp = {"name": "main", "image": "x", "ports": [{"name": "udp", "containerPort": 5353, "protocol": "UDP"}]}
    cluster.pod("a", "10.244.1.1", initContainers=[proxy], containers=[udp])
    assert [(port["name"], port["port"]) for port in only(cluster)["ports"]] == [("a", 15001)]


def test_hostnames_are_shown_below_the_right_subdomain_and_zones_come_from_nodes(cluster: World) -> None:
    cluster.node("node-z", zone="zone-a")
    cluster.service("ring", clusterIP="None")
    cluster.pod("a", "10.244.1.1", hostname="first", subdomain="ring", nodeName="node-z")
    cluster.pod("b", "10.244.1.2", hostname="second", subdomain="elsewhere")
    found = only(cluster, "ring")
    assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    assert [(endpoint.get("hostname"), endpoint.get("zone")) for endpoint in found["endpoints"]] == [("first", "zone-a"), (None, None)]


def test_a_headless_service_may_have_no_ports(cluster: World) -> None:
    cluster.service("ring", clusterIP="None", ports=[])
    name = only(cluster, "ring")["metadata"]["name"]
    cluster.pod("a", "10.244.1.1")
    found = only(cluster, "ring")
    assert (found["metadata"]["name"], found["ports"], addresses(found)) == (name, None, ["10.244.1.1"])


@pytest.mark.parametrize(
    ("distribution", "hints"),
    [
        (None, None),
        ("PreferClose", {"forZones": [{"name": "zone-a"}]}),
        ("PreferSameZone", {"forZones": [{"name": "zone-a"}]}),
        ("PreferSameNode", {"forZones": [{"name": "zone-a"}], "forNodes": [{"name": "node-z"}]}),
    ],
)
def test_hints_follow_the_traffic_distribution(cluster: World, distribution: str | None, hints: Object | None) -> None:
    cluster.node("node-z", zone="zone-a")
    cluster.service("web", trafficDistribution="PreferClose")
    cluster.pod("a", "10.244.1.1", nodeName="node-z")
    cluster.pod("b", "10.244.1.2", nodeName="node-z", ready=False)
    cluster.settle()
    cluster.patch("services", "web", {"spec": {"trafficDistribution": distribution}})
    assert [endpoint.get("hints") for endpoint in only(cluster)["endpoints"]] == [hints, None]


def test_a_pod_on_a_missing_node_is_left_out_and_complained_of(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1", nodeName="nowhere")
    assert addresses(only(cluster)) == []
    text = "Error updating Endpoint Slices for Service ns/web: skipping Pod a for Service ns/web: Node nowhere Not Found"
    assert cluster.events() == [("FailedToUpdateEndpointSlices", text)]
    cluster.node("nowhere")
    cluster.advance(1)
    assert addresses(only(cluster)) == ["10.244.1.1"]


def test_services_without_selector_and_aliases_have_no_slices(cluster: World) -> None:
    cluster.service("blank", selector=None)
    cluster.service("alias", type="ExternalName", externalName="a.example.com", ports=[])
    cluster.settle()
    assert cluster.list(SLICES) == []


def test_a_removed_selector_leaves_the_slice_as_it_is(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1")
    cluster.settle()
    cluster.patch("services", "web", {"spec": {"selector": None}})
    cluster.delete("pods", "a")
    assert addresses(only(cluster)) == ["10.244.1.1"]


def test_an_edited_slice_is_put_right_and_a_deleted_one_made_anew(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1")
    name = only(cluster)["metadata"]["name"]
    cluster.patch(SLICES, name, {"endpoints": [{"addresses": ["192.0.2.80"]}]})
    assert addresses(only(cluster)) == ["10.244.1.1"]
    cluster.patch(SLICES, name, {"metadata": {"labels": {"mine": "yes"}}})
    assert "mine" not in only(cluster)["metadata"]["labels"]
    cluster.delete(SLICES, name)
    assert addresses(only(cluster)) == ["10.244.1.1"]


def test_labels_follow_the_service_and_take_the_trigger_time_away(cluster: World) -> None:
    cluster.service("web", metadata={"labels": {"app": "web", "team": "blue"}})
    cluster.settle()
    cluster.patch("services", "web", {"metadata": {"labels": {"team": "red", "app": None}, "annotations": {"note": "x"}}})
    meta = only(cluster)["metadata"]
    assert meta["labels"]["team"] == "red"
    assert "app" not in meta["labels"]
    assert not meta.get("annotations")


def test_what_needs_no_change_is_not_written(cluster: World) -> None:
    cluster.service("web")
    cluster.pod("a", "10.244.1.1")
    before = only(cluster)["metadata"]["resourceVersion"]
    cluster.patch("pods", "a", {"metadata": {"annotations": {"note": "x"}}})
    cluster.patch("services", "web", {"metadata": {"annotations": {"note": "x"}}})
    cluster.run(EndpointSliceController)
    assert only(cluster)["metadata"]["resourceVersion"] == before


def test_a_slice_holds_a_hundred_and_gaps_are_filled_with_one_write(cluster: World) -> None:
    for number in range(150):
        cluster.pod(f"p{number:03}", f"10.244.2.{number}")
    cluster.service("web")
    sizes = sorted(len(slice_["endpoints"]) for slice_ in slices(cluster))
    assert sizes == [50, 100]
    generations = {slice_["metadata"]["name"]: slice_["metadata"]["generation"] for slice_ in slices(cluster)}
    cluster.pod("one-more", "10.244.3.1")
    found = slices(cluster)
    assert sorted(len(slice_["endpoints"]) for slice_ in found) == [51, 100]
    changed = [slice_ for slice_ in found if generations[slice_["metadata"]["name"]] != slice_["metadata"]["generation"]]
    assert [len(slice_["endpoints"]) for slice_ in changed] == [51]
