"""Endpoints written by hand are repeated in slices, unless they say no or a selector speaks for the service."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.endpointslice_mirroring import EndpointSliceMirroringController
from mockapi.machinery.meta import Object
from tests.world import World

SLICES = "endpointslices.discovery.k8s.io"
SUBSETS = [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"port": 80}]}]


@pytest.fixture
def cluster(world: World) -> World:
    world.run(EndpointSliceMirroringController)
    world.service("db", selector=None, metadata={"labels": {"from": "service"}})
    return world


def write(world: World, name: str = "db", subsets: list[Object] = SUBSETS, **metadata: Any) -> Object:
    return world.create("endpoints", {"metadata": {"name": name, **metadata}, "subsets": subsets})


def slices(world: World) -> list[Object]:
    world.settle()
    return world.list(SLICES)


def test_a_mirrored_slice(cluster: World) -> None:
    trigger = "endpoints.kubernetes.io/last-change-trigger-time"
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    address = {"ip": "192.0.2.1", "hostname": "main", "nodeName": "node-1", "targetRef": {"kind": "Pod", "name": "main"}}
    subset = {"addresses": [address], "notReadyAddresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 80, "appProtocol": "http"}]}
    owner = write(
        cluster, subsets=[subset], labels={"tier": "data"}, annotations={"note": "x", trigger: "2030-01-01T00:00:00Z", applied: "{}"}
    )
    (found,) = slices(cluster)
    meta = found["metadata"]
    assert found["addressType"] == "IPv4"
    assert found["ports"] == [{"name": "", "port": 80, "protocol": "TCP", "appProtocol": "http"}]
    target = {"kind": "Pod", "name": "main"}
    assert found["endpoints"] == [
        {"addresses": ["192.0.2.1"], "conditions": {"ready": True}, "hostname": "main", "nodeName": "node-1", "targetRef": target},
        {"addresses": ["192.0.2.2"], "conditions": {"ready": False}},
    ]
    assert meta["labels"] == {
        "tier": "data",
        "kubernetes.io/service-name": "db",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    assert meta["annotations"] == {"note": "x"}
    assert meta["generateName"] == "db-"
    assert [(r["kind"], r["name"], r["uid"]) for r in meta["ownerReferences"]] == [("Endpoints", "db", owner["metadata"]["uid"])]


def test_changes_are_followed_in_the_same_slice(cluster: World) -> None:
    write(cluster)
    (before,) = slices(cluster)
    cluster.patch("endpoints", "db", {"subsets": [{"addresses": [{"ip": "192.0.2.3"}], "ports": [{"port": 81}]}]})
    (after,) = slices(cluster)
    assert after["metadata"]["name"] == before["metadata"]["name"]
    assert (after["endpoints"][0]["addresses"], after["ports"][0]["port"]) == (["192.0.2.3"], 81)
    cluster.patch("endpoints", "db", {"metadata": {"labels": {"new": "label"}}})
    (labelled,) = slices(cluster)
    assert labelled["metadata"]["labels"]["new"] == "label"
    assert "generateName" not in labelled["metadata"]
    cluster.patch("endpoints", "db", {"subsets": None})
    assert slices(cluster) == []


def test_each_family_and_each_set_of_ports_has_a_slice(cluster: World) -> None:
    both = {"addresses": [{"ip": "192.0.2.1"}, {"ip": "2001:db8::1"}], "ports": [{"port": 80}]}
    write(cluster, subsets=[both, {"addresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 81}]}])
    found = {(slice_["addressType"], slice_["ports"][0]["port"]): slice_["endpoints"][0]["addresses"] for slice_ in slices(cluster)}
    assert found == {("IPv4", 80): ["192.0.2.1"], ("IPv6", 80): ["2001:db8::1"], ("IPv4", 81): ["192.0.2.2"]}


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        {"annotations": {"control-plane.alpha.kubernetes.io/leader": "{}"}},
    ],
)
def test_endpoints_that_say_no(cluster: World, metadata: Object) -> None:
    write(cluster, **metadata)
    assert slices(cluster) == []
    field, (name, _) = next((field, *values.items()) for field, values in metadata.items())
    cluster.patch("endpoints", "db", {"metadata": {field: {name: None}}})
    assert len(slices(cluster)) == 1


def test_a_service_is_needed_and_must_have_no_selector(cluster: World) -> None:
    write(cluster, name="late")
    assert slices(cluster) == []
    cluster.service("late", selector=None)
    assert len(slices(cluster)) == 1
    cluster.patch("services", "late", {"spec": {"selector": {"app": "web"}}})
    assert slices(cluster) == []
    cluster.patch("services", "late", {"spec": {"selector": None}})
    assert len(slices(cluster)) == 1
    cluster.delete("services", "late")
    assert slices(cluster) == []


def test_an_edited_slice_is_put_right(cluster: World) -> None:
    write(cluster)
    (before,) = slices(cluster)
    cluster.patch(SLICES, before["metadata"]["name"], {"endpoints": [{"addresses": ["192.0.2.80"]}]})
    assert [slice_["endpoints"] for slice_ in slices(cluster)] == [before["endpoints"]]


def test_more_than_a_thousand_addresses_are_cut_off_with_an_event(cluster: World) -> None:
    write(cluster, subsets=[{"addresses": [{"ip": f"10.1.{n // 250}.{n % 250 + 1}"} for n in range(1003)], "ports": [{"port": 80}]}])
    (found,) = slices(cluster)
    assert len(found["endpoints"]) == 1000
    text = "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped"
    assert cluster.events() == [("TooManyAddressesToMirror", text)]
