import pytest

from mockapi.machinery.meta import Object
from tests.kinds.core.service.builders import causes, refusal, service, store

LOCAL = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
TWO = [{"name": "http", "port": 80, "nodePort": 30063}, {"name": "https", "port": 443, "nodePort": 30064}]


def test_a_manifest_can_be_sent_again() -> None:
    services = store()
    manifest = service("lb", **LOCAL)
    assert services.create(manifest)["spec"] == services.update(manifest)["spec"]


def test_node_ports_are_kept_by_the_name_of_the_port() -> None:
    services = store()
    services.create(service("a", type="NodePort", ports=TWO))
    kept = services.patch("a", ports=[{"name": "https", "port": 8443}])["spec"]["ports"]
    assert [(port["port"], port["nodePort"]) for port in kept] == [(8443, 30064)]
    assert services.patch("a", ports=[{"name": "renamed", "port": 8443}])["spec"]["ports"][0]["nodePort"] != 30064
    services.create(service("heir", type="NodePort", ports=[{"port": 80, "nodePort": 30063}]))


def test_node_ports_can_be_swapped_but_not_repeated_by_name() -> None:
    services = store()
    services.create(service("a", type="NodePort", ports=TWO))
    swapped = [{**TWO[0], "nodePort": 30064}, {**TWO[1], "nodePort": 30063}]
    assert [port["nodePort"] for port in services.patch("a", ports=swapped)["spec"]["ports"]] == [30064, 30063]
    # The old number of `http` is now asked for by `https`, so `http` gets another.
    mixed = services.patch("a", ports=[{"name": "http", "port": 80}, {"name": "https", "port": 443, "nodePort": 30064}])["spec"]["ports"]
    assert mixed[0]["nodePort"] not in {30063, 30064}


def test_balancers_may_give_their_node_ports_up() -> None:
    services = store()
    services.create(service("lb", type="LoadBalancer", ports=TWO))
    bare = [{field: value for field, value in port.items() if field != "nodePort"} for port in TWO]
    spec = services.patch("lb", allocateLoadBalancerNodePorts=False, ports=bare)["spec"]
    assert [port.get("nodePort") for port in spec["ports"]] == [None, None]


def test_exposing_and_hiding() -> None:
    services = store()
    ip = services.create(service("a"))["spec"]["clusterIP"]
    port = services.patch("a", type="NodePort")["spec"]["ports"][0]["nodePort"]
    balanced = services.patch("a", **LOCAL)["spec"]
    assert (balanced["clusterIP"], balanced["ports"][0]["nodePort"]) == (ip, port)
    assert balanced["healthCheckNodePort"] != port
    hidden = services.patch("a", type="ClusterIP")["spec"]
    gone = ("externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts")
    assert hidden["clusterIP"] == ip
    assert not any(field in hidden for field in gone)
    assert "nodePort" not in hidden["ports"][0]
    assert list(services.allocator.owners) == [("serviceip", ip)]


def test_leaving_a_type_clears_the_balancers_status() -> None:
    services = store()
    services.create(service("a", type="LoadBalancer"))["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}, "conditions": []}
    assert services.patch("a", type="NodePort")["status"] == {"loadBalancer": {}, "conditions": []}


def test_an_alias_gives_up_its_address_and_gets_a_new_one() -> None:
    services = store()
    services.create(service("a", clusterIP="10.96.0.9"))
    alias = services.patch("a", type="ExternalName", externalName="db.example.com")["spec"]
    assert set(alias) == {"externalName", "ports", "sessionAffinity", "type"}
    services.create(service("heir", clusterIP="10.96.0.9"))
    assert services.patch("a", type="ClusterIP", externalName=None)["spec"]["clusterIP"] != "10.96.0.9"


@pytest.mark.parametrize("patch", [{"clusterIP": None}, {"clusterIP": ""}, {"clusterIPs": []}, {"clusterIP": None, "clusterIPs": None}])
def test_a_cleared_cluster_ip_is_kept(patch: Object) -> None:
    services = store()
    ip = services.create(service("a"))["spec"]["clusterIP"]
    assert services.patch("a", **patch)["spec"]["clusterIPs"] == [ip]


@pytest.mark.parametrize(
    ("before", "patch", "expected"),
    [
        ({}, {"clusterIP": "10.96.0.8"}, ['spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set']),
        ({}, {"clusterIPs": ["10.96.0.8"]}, ['spec.clusterIPs: Invalid value: ["10.96.0.8"]: first value must match `clusterIP`']),
        ({}, {"clusterIP": "None"}, ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set']),
        (
            {},
            {"type": "NodePort", "clusterIP": "None"},
            [
                'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
                "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
            ],
        ),
        (
            {},
            {"ipFamilies": ["IPv6"]},
            ['spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`'],
        ),
        (
            {"type": "LoadBalancer", "loadBalancerClass": "example.com/a"},
            {"loadBalancerClass": None},
            ["spec.loadBalancerClass: Invalid value: null: may not change once set"],
        ),
        (
            {"type": "NodePort"},
            {"loadBalancerClass": "example.com/a"},
            ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"] * 2,
        ),
        (
            {**LOCAL, "healthCheckNodePort": 30080},
            {"healthCheckNodePort": 30081},
            ["spec.healthCheckNodePort: Forbidden: field is immutable"],
        ),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
            {"type": "ClusterIP"},
            ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
        ),
        (
            {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30069}]},
            {"type": "ClusterIP", "ports": [{"port": 80, "nodePort": 30070}]},
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        ),
    ],
)
def test_refused_changes(before: Object, patch: Object, expected: list[str]) -> None:
    services = store()
    services.create(service("a", clusterIP="10.96.0.9", **before))
    assert causes(refusal(services.patch, "a", **patch)) == expected


def test_headless_services_may_change_families_under_the_right_policy() -> None:
    services = store()
    services.create(service("a", clusterIP="None"))
    sentence = "must be 'SingleStack' to release the secondary IP family"
    assert causes(refusal(services.patch, "a", ipFamilies=["IPv4"])) == [
        f'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": {sentence}'
    ]
    assert services.patch("a", ipFamilyPolicy="SingleStack")["spec"]["ipFamilies"] == ["IPv4"]


def test_old_values_may_keep_a_form_that_is_refused_now() -> None:
    services = store()
    services.create(service("a", type="LoadBalancer"))["spec"] |= {
        "externalIPs": ["198.051.100.032"],
        "loadBalancerSourceRanges": ["010.0.0.0/8"],
    }
    assert services.patch("a", sessionAffinity="ClientIP")
    assert causes(refusal(services.patch, "a", externalIPs=["198.051.100.033"])) == [
        'spec.externalIPs[0]: Invalid value: "198.051.100.033": must not have leading 0s'
    ]


def test_metadata_is_reported_as_often_as_the_real_server_does() -> None:
    services = store()
    services.create(service("a", clusterIP="10.96.0.9"))
    changed = service("a", clusterIP="10.96.0.8")
    changed["metadata"]["labels"] = {"a": "b c"}
    fields = [cause.split(":")[0] for cause in causes(refusal(services.update, changed))]
    assert fields == ["metadata.labels"] * 3 + ["spec.clusterIPs[0]", "metadata.labels"]
