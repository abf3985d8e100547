from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

READY = {"type": "Ready", "status": "True"}


def node(name: str = "node-9", labels: Object | None = None, status: Object | None = None, **spec: Any) -> Object:
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": spec, "status": status or {}}


def taint(key: str = "a", effect: str = "NoSchedule", value: str = "") -> Object:
    return {"key": key, "effect": effect, "value": value}


def test_the_status_of_a_new_node_is_kept_and_later_has_its_own_path(api: Api) -> None:
    created = api.create("nodes", node(status={"capacity": {"cpu": "4"}, "conditions": [READY]}))
    assert created["status"]["capacity"] == {"cpu": "4"}
    assert created["status"]["nodeInfo"]["kubeletVersion"] == ""
    assert "generation" not in created["metadata"]
    assert api.patch("nodes", "node-9", {"status": {"capacity": {"cpu": "8"}}})["status"]["capacity"] == {"cpu": "4"}
    told = api.patch("nodes", "node-9", {"status": {"capacity": {"cpu": "8"}}, "spec": {"unschedulable": True}}, "status")
    assert (told["status"]["capacity"], "unschedulable" in told["spec"]) == ({"cpu": "8"}, False)


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (taint("a b"), "[0].key: Invalid value: \"a b\": name part must consist of"),
        (taint(""), '[0].key: Invalid value: "": name part must be non-empty'),
        (taint(value="b c"), '[0].value: Invalid value: "b c": a valid label must be'),
        (taint(effect=""), "[0].effect: Required value"),
        (taint(effect="Never"), '[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'),
    ],
)  # fmt: skip
def test_taints(api: Api, bad: Object, sentence: str) -> None:
    assert causes(api.create, "nodes", node(taints=[bad]))[0].startswith("metadata.taints" + sentence)


def test_a_taint_stands_once_for_each_effect(api: Api) -> None:
    found = causes(api.create, "nodes", node(taints=[taint(), taint(effect="NoExecute"), taint(value="b")]))
    struct = '{"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}'
    assert found == [f"metadata.taints[2]: Duplicate value: {struct}: taints must be unique by key and effect pair"]
    api.create("nodes", node())
    assert causes(api.patch, "nodes", "node-9", {"spec": {"taints": [taint(), taint(value="b")]}}) == [found[0].replace("[2]", "[1]")] * 2


def test_the_two_fields_for_blocks_agree(api: Api) -> None:
    single = api.create("nodes", node(podCIDR="10.1.0.0/24"))["spec"]
    assert (single["podCIDR"], single["podCIDRs"]) == ("10.1.0.0/24", ["10.1.0.0/24"])
    blocks = ["10.2.0.0/24", "fd00::/64"]
    several = api.create("nodes", node("b", podCIDRs=blocks))["spec"]
    assert (several["podCIDR"], several["podCIDRs"]) == ("10.2.0.0/24", blocks)


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        (["10.1.0.0"], '[0]: Invalid value: "10.1.0.0": must be a valid CIDR value'),
        (["10.1.0.1/24"], '[0]: Invalid value: "10.1.0.1/24": must not have bits set beyond the prefix length'),
        (
            ["10.1.0.0/24", "10.2.0.0/24"],
            ': Invalid value: ["10.1.0.0/24","10.2.0.0/24"]: may specify no more than one CIDR for each IP family',
        ),
    ],
)
def test_blocks(api: Api, blocks: list[str], sentence: str) -> None:
    assert causes(api.create, "nodes", node(podCIDRs=blocks))[0].startswith("spec.podCIDRs" + sentence)


def test_some_fields_are_set_once(api: Api) -> None:
    api.create("nodes", node())
    api.patch("nodes", "node-9", {"spec": {"podCIDR": "10.1.0.0/24", "providerID": "a://b"}})
    found = causes(api.patch, "nodes", "node-9", {"spec": {"podCIDR": "10.2.0.0/24", "providerID": "", "externalID": "x"}})
    assert found == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
        "spec.externalID: Forbidden: may not be updated",
    ]


def test_status_is_checked(api: Api) -> None:
    api.create("nodes", node())
    address = {"type": "InternalIP", "address": "192.0.2.1"}
    status = {"capacity": {"cpu": "-1"}, "allocatable": {"pods": "1500m"}, "addresses": [address, address]}
    assert causes(api.patch, "nodes", "node-9", {"status": status}, "status") == [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.allocatable.pods: Invalid value: "1500m": must be an integer',
        'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"192.0.2.1"}',
    ]


def test_retired_fields_are_warned_of(api: Api) -> None:
    api.create("nodes", node(externalID="x"))
    assert api.warnings == ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]


def test_selection(api: Api) -> None:
    api.create("nodes", node("a"))
    api.create("nodes", node("b", unschedulable=True))
    assert api.selected("nodes", "spec.unschedulable=true") == ["b"]
    assert api.selected("nodes", "spec.unschedulable=false") == ["a"]


@pytest.mark.parametrize(
    ("conditions", "unschedulable", "shown"),
    [
        ([], False, "Unknown"),
        ([READY], False, "Ready"),
        ([{"type": "Ready", "status": "Unknown"}], False, "NotReady"),
        ([READY], True, "Ready,SchedulingDisabled"),
    ],
)
def test_status_in_a_table(api: Api, conditions: list[Object], unschedulable: bool, shown: str) -> None:
    api.create("nodes", node(status={"conditions": conditions}, unschedulable=unschedulable))
    assert api.row("nodes", "node-9")["Status"] == shown


def test_columns(api: Api) -> None:
    api.create("nodes", node())
    row = api.row("nodes", "node-9")
    assert row == {
        "Name": "node-9", "Status": "Unknown", "Roles": "<none>", "Age": "0s", "Version": "",
        "Internal-IP": "<none>", "External-IP": "<none>",
        "OS-Image": "<unknown>", "Kernel-Version": "<unknown>", "Container-Runtime": "<unknown>",
    }  # fmt: skip
    labels = {"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "edge"}
    addresses = [{"type": "ExternalIP", "address": "203.0.113.1"}, {"type": "InternalIP", "address": "192.0.2.1"}]
    api.create("nodes", node("full", labels, {"addresses": addresses, "nodeInfo": {"kubeletVersion": "v1.36.2", "osImage": "Linux"}}))
    row = api.row("nodes", "full")
    assert [row[column] for column in ("Roles", "Version", "Internal-IP", "External-IP", "OS-Image")] == [
        "edge,worker", "v1.36.2", "192.0.2.1", "203.0.113.1", "Linux",
    ]  # fmt: skip
