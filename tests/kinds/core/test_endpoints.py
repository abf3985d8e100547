"""Endpoints: what is refused with which words, what is warned of, and how a row reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.kinds.core.endpoints import KIND
from mockapi.machinery.meta import Object
from tests.kinds.support import Store, decoder

REQUEST = Store(KIND).new_request()
NOT_AN_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def decoded(*subsets: Object, **metadata: Any) -> Object:
    obj = decoder(KIND).decode({"metadata": {"name": "x", **metadata}, "subsets": list(subsets)}).object
    KIND.strategy.default(obj)
    return obj


def errors(*subsets: Object) -> list[str]:
    return [str(error) for error in KIND.strategy.validate(decoded(*subsets), REQUEST)]


def with_ports(*ports: Object) -> list[str]:
    return errors({"addresses": [{"ip": "192.0.2.30"}], "ports": list(ports)})


def test_protocols_default_to_tcp() -> None:
    obj = decoded({"addresses": [{"ip": "192.0.2.30"}], "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]})
    assert [port["protocol"] for port in obj["subsets"][0]["ports"]] == ["TCP", "UDP"]


def test_a_subset_needs_an_address_of_some_kind() -> None:
    assert errors({}) == ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]
    assert errors({"notReadyAddresses": [{"ip": "192.0.2.30"}]}) == []
    assert errors() == []


@pytest.mark.parametrize(
    ("ip", "messages"),
    [
        ("127.0.0.1", ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]),
        ("169.254.0.5", ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]),
        ("0.0.0.0", ["may not be unspecified (0.0.0.0)"]),
        ("224.0.0.1", ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]),
        ("db.example.com", [NOT_AN_IP, "must be a valid IP address"]),
        ("", [NOT_AN_IP, "must be a valid IP address"]),
        ("192.0.2.030", ["must not have leading 0s"]),
        ("2001:db8::1", []),
    ],
)
def test_addresses_are_those_of_other_hosts(ip: str, messages: list[str]) -> None:
    assert errors({"addresses": [{"ip": ip}]}) == [f'subsets[0].addresses[0].ip: Invalid value: "{ip}": {text}' for text in messages]


def test_names_of_hosts_and_nodes_are_checked() -> None:
    found = errors({"notReadyAddresses": [{"ip": "192.0.2.30", "hostname": "Not_a_host", "nodeName": "bad node"}]})
    assert [text.split(":")[0] for text in found] == [
        "subsets[0].notReadyAddresses[0].hostname",
        "subsets[0].notReadyAddresses[0].nodeName",
    ]


def test_ports_are_numbered_named_apart_and_of_known_protocols() -> None:
    found = with_ports({"name": "a", "port": 0}, {"port": 70000}, {"name": "B_", "port": 80, "protocol": "tcp"}, {"name": "c", "port": 80})
    assert found[:3] == [
        "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        "subsets[0].ports[1].name: Required value",
        "subsets[0].ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ]
    assert found[3].startswith('subsets[0].ports[2].name: Invalid value: "B_": a lowercase RFC 1123 label')
    assert found[4:] == ['subsets[0].ports[2].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"']
    assert with_ports({"port": 80}) == []
    assert [text.split(":")[0] for text in with_ports({"port": 80, "appProtocol": "not ok"})] == ["subsets[0].ports[0].appProtocol"]


def test_what_was_stored_once_may_stay() -> None:
    old = decoded({"addresses": [{"ip": "192.0.2.030"}]})
    relabelled = decoded({"addresses": [{"ip": "192.0.2.030"}]}, labels={"new": "label"})
    assert KIND.strategy.validate_update(relabelled, old, REQUEST) == []
    changed = decoded({"addresses": [{"ip": "192.0.2.030"}, {"ip": "192.0.2.1"}]})
    assert len(KIND.strategy.validate_update(changed, old, REQUEST)) == 1


def test_odd_forms_of_addresses_are_warned_of_unless_the_controller_writes_them() -> None:
    odd = {"addresses": [{"ip": "2001:DB8::1"}]}
    (warning,) = KIND.strategy.warnings(decoded(odd), None)
    assert warning.startswith('subsets[0].addresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952')
    labels = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert KIND.strategy.warnings(decoded(odd, labels=labels), None) == []


@pytest.mark.parametrize(
    ("subsets", "cell"),
    [
        ([], "<none>"),
        ([{"notReadyAddresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}], ""),
        ([{"addresses": [{"ip": "10.0.0.1"}, {"ip": "2001:db8::1"}], "ports": [{"port": 80}]}], "10.0.0.1:80,[2001:db8::1]:80"),
        ([{"addresses": [{"ip": "10.0.0.1"}]}], "10.0.0.1"),
        (
            [{"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}], "ports": [{"port": 80}, {"port": 81, "name": "x"}]}],
            "10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...",
        ),
    ],
)
def test_the_column_endpoints(subsets: list[Object], cell: str) -> None:
    assert KIND.columns[1].cell(decoded(*subsets), datetime.now(UTC)) == cell


def test_every_answer_is_to_say_that_the_kind_is_deprecated() -> None:
    assert KIND.deprecation == "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
