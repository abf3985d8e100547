from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockapi.kinds.networking.networkpolicy import KIND
from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

POLICIES = "networkpolicies.networking.k8s.io"


def policy(**spec: Any) -> Object:
    return {"metadata": {"name": "guard"}, "spec": spec}


def from_block(cidr: str, *exceptions: str) -> Object:
    return policy(ingress=[{"from": [{"ipBlock": {"cidr": cidr, "except": list(exceptions)}}]}])


def test_types_follow_from_the_rules_while_none_are_written(api: Api) -> None:
    created = api.create(POLICIES, policy())
    assert (created["metadata"]["generation"], created["spec"]) == (1, {"podSelector": {}, "policyTypes": ["Ingress"]})
    assert "status" not in created
    changed = api.patch(POLICIES, "guard", {"spec": {"egress": [{}]}})
    assert (changed["metadata"]["generation"], changed["spec"]["policyTypes"]) == (2, ["Ingress"])
    for nothing in (None, []):
        assert api.patch(POLICIES, "guard", {"spec": {"policyTypes": nothing}})["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert api.patch(POLICIES, "guard", {"spec": {"egress": None, "policyTypes": ["Egress"]}})["spec"]["policyTypes"] == ["Egress"]


def test_ports_are_of_tcp_unless_they_say_otherwise(api: Api) -> None:
    spec = api.create(POLICIES, policy(ingress=[{"ports": [{"port": 80}]}], egress=[{"ports": [{}, {"protocol": "UDP"}]}]))["spec"]
    assert spec["ingress"] == [{"ports": [{"port": 80, "protocol": "TCP"}]}]
    assert spec["egress"] == [{"ports": [{"protocol": "TCP"}, {"protocol": "UDP"}]}]


@pytest.mark.parametrize(
    ("port", "sentences"),
    [
        ({"port": "dns"}, []),
        ({"port": 1, "endPort": 65535}, []),
        ({"port": 80, "endPort": 80}, []),
        ({"protocol": "HTTP"}, ['protocol: Unsupported value: "HTTP": supported values: "TCP", "UDP", "SCTP"']),
        ({"protocol": ""}, ['protocol: Unsupported value: "": supported values: "TCP", "UDP", "SCTP"']),
        ({"port": 0}, ["port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
        ({"port": 90, "endPort": 80}, ["endPort: Invalid value: 80: must be greater than or equal to `port`"]),
        ({"port": 80, "endPort": 65536}, ["endPort: Invalid value: 65536: must be between 1 and 65535, inclusive"]),
        ({"endPort": 80}, ["endPort: Invalid value: 80: may not be specified when `port` is not specified"]),
        ({"port": "a--b", "endPort": 80}, [
            "endPort: Invalid value: 80: may not be specified when `port` is non-numeric",
            'port: Invalid value: "a--b": must not contain consecutive hyphens',
        ]),
        ({"port": 70000, "endPort": 0}, [
            "port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            "endPort: Invalid value: 0: must be greater than or equal to `port`",
            "endPort: Invalid value: 0: must be between 1 and 65535, inclusive",
        ]),
    ],
)  # fmt: skip
def test_ports(api: Api, port: Object, sentences: list[str]) -> None:
    sent = policy(egress=[{"ports": [port]}])
    if not sentences:
        api.create(POLICIES, sent)
    else:
        assert causes(api.create, POLICIES, sent) == [f"spec.egress[0].ports[0].{text}" for text in sentences]


@pytest.mark.parametrize(
    ("peer", "sentences"),
    [
        ({}, [": Required value: must specify a peer"]),
        ({"podSelector": {}, "namespaceSelector": {}}, []),
        ({"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}, [": Forbidden: may not specify both ipBlock and another peer"]),
        ({"namespaceSelector": {}, "ipBlock": {}}, [
            ".ipBlock.cidr: Required value",
            ": Forbidden: may not specify both ipBlock and another peer",
        ]),
        ({"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}, [
            ".podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"
        ]),
    ],
)  # fmt: skip
def test_peers(api: Api, peer: Object, sentences: list[str]) -> None:
    for field, peers in (("ingress", "from"), ("egress", "to")):
        sent = policy(**{field: [{}, {peers: [peer]}]})
        if sentences:
            assert causes(api.create, POLICIES, sent) == [f"spec.{field}[1].{peers}[0]{text}" for text in sentences]
        else:
            api.create(POLICIES, sent)
            api.delete(POLICIES, "guard")


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        (from_block("172.17.0.0/16", "172.18.1.0/24"), ['except[0]: Invalid value: "172.18.1.0/24": must be a strict subset of `cidr`']),
        (from_block("172.17.0.0/16", "172.17.0.0/16"), ['except[0]: Invalid value: "172.17.0.0/16": must be a strict subset of `cidr`']),
        (from_block("0.0.0.0/0", "2001:db8::/96"), ['except[0]: Invalid value: "2001:db8::/96": must be a strict subset of `cidr`']),
        (from_block("", "1.2.3.4"), ["cidr: Required value"]),
        (from_block("10.0.0.0/33", "1.2.3.4"), [
            'cidr: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        ]),
        (from_block("10.0.0.1/8", "11.0.0.1/9", "x"), [
            'cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
            'except[0]: Invalid value: "11.0.0.1/9": must not have bits set beyond the prefix length',
            'except[0]: Invalid value: "11.0.0.1/9": must be a strict subset of `cidr`',
            'except[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        ]),
    ],
)  # fmt: skip
def test_blocks(api: Api, sent: Object, sentences: list[str]) -> None:
    assert causes(api.create, POLICIES, sent) == [f"spec.ingress[0].from[0].ipBlock.{text}" for text in sentences]


def test_blocks_in_an_unusual_form_are_warned_of(api: Api) -> None:
    api.create(POLICIES, from_block("2001:DB8::/32", "2001:db8:0::/48"))
    place = "spec.ingress[0].from[0].ipBlock"
    assert api.warnings == [
        f'{place}.cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
        f'{place}.except[0]: IPv6 CIDR value "2001:db8:0::/48" should be in RFC 5952 canonical format ("2001:db8::/48")',
    ]


@pytest.mark.parametrize(
    ("types", "sentences"),
    [
        (["Egress", "Egress"], []),
        (["ingress"], ['spec.policyTypes[0]: Unsupported value: "ingress": supported values: "Ingress", "Egress"']),
        (["Egress", ""], ['spec.policyTypes[1]: Unsupported value: "": supported values: "Ingress", "Egress"']),
        (["a", "b", "c"], ['spec.policyTypes: Invalid value: ["a","b","c"]: may not specify more than two policyTypes']),
    ],
)
def test_types(api: Api, types: list[str], sentences: list[str]) -> None:
    if sentences:
        assert causes(api.create, POLICIES, policy(policyTypes=types)) == sentences
    else:
        assert api.create(POLICIES, policy(policyTypes=types))["spec"]["policyTypes"] == types


def test_errors_stand_in_the_order_of_the_spec(api: Api) -> None:
    bad = {"matchLabels": {"a": "b c"}}
    rules: Object = {"ports": [{"port": 0}], "from": [{}], "to": [{}]}
    sent = policy(policyTypes=["x"], egress=[rules], ingress=[rules], podSelector=bad)
    assert [cause.split(":")[0] for cause in causes(api.create, POLICIES, sent)] == [
        "spec.podSelector.matchLabels",
        "spec.ingress[0].ports[0].port",
        "spec.ingress[0].from[0]",
        "spec.egress[0].ports[0].port",
        "spec.egress[0].to[0]",
        "spec.policyTypes[0]",
    ]


@pytest.mark.parametrize(
    ("selector", "shown"),
    [
        ({}, "<none>"),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        (
            {"matchExpressions": [{"key": "t", "operator": "NotIn", "values": ["y", "x"]}, {"key": "s", "operator": "DoesNotExist"}]},
            "!s,t notin (x,y)",
        ),
    ],
)
def test_columns(api: Api, selector: Object, shown: str) -> None:
    api.create(POLICIES, policy(podSelector=selector))
    api.clock.advance(3600)
    assert api.row(POLICIES, "guard") == {"Name": "guard", "Pod-Selector": shown, "Age": "60m"}


PORTS = st.lists(st.fixed_dictionaries({"port": st.integers(1, 9)}), max_size=2)
SPECS = st.fixed_dictionaries(
    {"podSelector": st.just({})},
    optional={
        "ingress": st.lists(st.fixed_dictionaries({}, optional={"ports": PORTS}), max_size=2),
        "egress": st.lists(st.just({}), max_size=2),
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), max_size=2),
    },
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SPECS)
def test_defaults_are_filled_in_once(spec: Object) -> None:
    once: Object = {"metadata": {}, "spec": spec}
    KIND.strategy.default(once)
    again = {"metadata": {}, "spec": deepcopy(once["spec"])}
    KIND.strategy.default(again)
    assert again == once
    assert once["spec"]["policyTypes"]
