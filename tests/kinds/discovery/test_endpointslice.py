"""EndpointSlices: defaults, what is refused with which words, generations, and how a row reads."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.kinds.discovery.endpointslice import KIND
from mockapi.machinery.meta import Object
from tests.kinds.support import Store, decoder

REQUEST = Store(KIND).new_request()
NOW = datetime.now(UTC)


def decoded(**fields: Any) -> Object:
    obj = decoder(KIND).decode({"metadata": {"name": "x"}, "addressType": "IPv4", **fields}).object
    KIND.strategy.default(obj)
    return obj


def endpoint(*addresses: str, **fields: Any) -> Object:
    return {"addresses": list(addresses or ("192.0.2.1",)), **fields}


def errors(**fields: Any) -> list[str]:
    return [str(error) for error in KIND.strategy.validate(decoded(**fields), REQUEST)]


def test_ports_get_a_name_and_a_protocol_but_no_number() -> None:
    assert decoded(ports=[{"port": 80}, {}])["ports"] == [
        {"name": "", "port": 80, "protocol": "TCP"},
        {"name": "", "protocol": "TCP"},
    ]


def test_the_address_type_is_one_of_three() -> None:
    assert errors(addressType="") == ["addressType: Required value"]
    assert errors(addressType="IP") == ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']


@pytest.mark.parametrize(
    ("family", "address", "messages"),
    [
        ("IPv4", "192.0.2.1", []),
        ("IPv4", "2001:db8::1", ["must be an IPv4 address"]),
        ("IPv6", "192.0.2.1", ["must be an IPv6 address"]),
        ("IPv4", "127.0.0.1", ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]),
        ("IPv4", "x", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "must be a valid IP address"]),
        ("FQDN", "db.example.com", []),
        ("FQDN", "db.example.com.", []),
        ("FQDN", "db", ["should be a domain with at least two segments separated by dots"]),
    ],
)
def test_addresses_are_of_the_slices_type(family: str, address: str, messages: list[str]) -> None:
    found = errors(addressType=family, endpoints=[endpoint(address)])
    assert found == [f'endpoints[0].addresses[0]: Invalid value: "{address}": {text}' for text in messages]


def test_lists_have_limits() -> None:
    assert errors(endpoints=[{"addresses": []}]) == ["endpoints[0].addresses: Required value: must contain at least 1 address"]
    assert errors(endpoints=[endpoint(*["192.0.2.1"] * 101)]) == ["endpoints[0].addresses: Too many: 101: must have at most 100 items"]
    assert errors(endpoints=[endpoint()] * 1001) == ["endpoints: Too many: 1001: must have at most 1000 items"]
    assert errors(ports=[{}] * 20001) == ["ports: Too many: 20001: must have at most 20000 items"]
    zones = [{"name": f"zone-{number}"} for number in range(9)]
    assert errors(endpoints=[endpoint(hints={"forZones": zones})]) == [
        "endpoints[0].hints.forZones: Too many: 9: must have at most 8 items"
    ]


def test_names_in_an_endpoint_are_checked_in_order() -> None:
    hints = {"forZones": [{"name": "a"}, {"name": "a"}], "forNodes": [{"name": "B"}]}
    found = errors(endpoints=[endpoint(nodeName="A", hostname="B", hints=hints)])
    assert [text.split(":")[0] for text in found] == [
        "endpoints[0].nodeName",
        "endpoints[0].hostname",
        "endpoints[0].hints.forZones[1].name",
        "endpoints[0].hints.forNodes[0].name",
    ]
    assert found[2].endswith('Duplicate value: "a"')


def test_ports_are_named_apart_and_any_number_will_do() -> None:
    found = errors(ports=[{"name": "a", "port": 0}, {"name": "a", "port": 70000}, {"name": "B"}, {"name": "c", "protocol": "x"}])
    assert found[0] == 'ports[1].name: Duplicate value: "a"'
    assert found[1].startswith('ports[2].name: Invalid value: "B"')
    assert found[2:] == ['ports[3].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"']
    assert [text.split(":")[0] for text in errors(ports=[{"appProtocol": "not ok"}])] == ["ports[0].appProtocol"]


def test_an_update_may_not_change_the_address_type_but_keep_old_endpoints() -> None:
    old = decoded(endpoints=[endpoint("127.0.0.1")])
    assert KIND.strategy.validate_update(deepcopy(old), old, REQUEST) == []
    changed = decoded(addressType="FQDN", endpoints=[endpoint("db.example.com")])
    found = [str(error) for error in KIND.strategy.validate_update(changed, old, REQUEST)]
    assert found == ['addressType: Invalid value: "FQDN": field is immutable']


def test_all_but_annotations_makes_a_new_generation() -> None:
    old = decoded(endpoints=[endpoint()])
    grown = KIND.strategy.spec_changed
    assert not grown(deepcopy(old), old)
    assert not grown({**old, "metadata": {**old["metadata"], "annotations": {"a": "b"}}}, old)
    assert grown({**old, "metadata": {**old["metadata"], "labels": {"a": "b"}}}, old)
    assert grown(decoded(endpoints=[endpoint("192.0.2.2")]), old)


def test_the_old_topology_cannot_be_written() -> None:
    old = decoded(endpoints=[endpoint(deprecatedTopology={"kubernetes.io/hostname": "node-1"})])
    same, moved = deepcopy(old), decoded(endpoints=[endpoint("192.0.2.2", deprecatedTopology={"kubernetes.io/hostname": "node-1"})])
    KIND.strategy.prepare_for_update(same, old, REQUEST)
    assert same == old
    KIND.strategy.prepare_for_update(moved, old, REQUEST)
    assert moved["endpoints"][0]["nodeName"] == "node-1"
    new = deepcopy(old)
    KIND.strategy.prepare_for_create(new, REQUEST)
    assert new["endpoints"] == decoded(endpoints=[endpoint()])["endpoints"]


def test_warnings() -> None:
    names = decoded(addressType="FQDN", endpoints=[endpoint("db.example.com")])
    assert KIND.strategy.warnings(names, None) == ["spec.addressType: FQDN endpoints are deprecated"]
    assert KIND.strategy.warnings(names, names) == []
    odd = decoded(addressType="IPv6", endpoints=[endpoint("2001:DB8::1")])
    assert [text.split(":")[0] for text in KIND.strategy.warnings(odd, odd)] == ["endpoints[0].addresses[0]"]
    odd["metadata"]["labels"] = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
    assert KIND.strategy.warnings(odd, None) == []


def test_columns() -> None:
    ports = [{"name": name, "port": port} for name, port in (("a", 8080), ("b", 53), ("c", None), ("d", 9))]
    obj = decoded(endpoints=[endpoint("192.0.2.1"), endpoint("192.0.2.2")], ports=ports)
    cells = [column.cell(obj, NOW) for column in KIND.columns]
    assert cells[:4] == ["x", "IPv4", "8080,53,c + 1 more...", "192.0.2.1,192.0.2.2"]
    empty = [column.cell(decoded(), NOW) for column in KIND.columns]
    assert empty[2:4] == ["<unset>", "<unset>"]
