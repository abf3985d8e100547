from copy import deepcopy
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.kinds.core.service.pools import CLUSTER_IPS, NODE_PORTS, cluster_ip_bands, node_port_bands
from mockapi.kinds.core.service.rehearsal import holdings
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import uid_of
from mockapi.registry.cluster import Cluster, PortRange
from tests.kinds.core.service.builders import causes, refusal, service, store

SMALL = Cluster(service_cidr=IPv4Network("10.96.0.0/28"), node_ports=PortRange(30000, 30007))


def numbers(ports: list[dict[str, Any]]) -> list[int]:
    return [port.get("nodePort", 0) for port in ports]


@pytest.mark.parametrize(
    ("network", "reserved"), [("10.96.0.0/16", 256), ("10.96.0.0/24", 16), ("10.96.0.0/22", 64), ("10.96.0.0/28", 0), ("10.96.0.0/27", 16)]
)
def test_bands_of_cluster_ips(network: str, reserved: int) -> None:
    dynamic, static = cluster_ip_bands(IPv4Network(network))
    assert len(static) == reserved
    assert sorted([*dynamic, *static]) == [int(host) for host in IPv4Network(network).hosts()]
    assert not static or max(static) < min(dynamic)


@pytest.mark.parametrize(("last", "reserved"), [(32767, 86), (30015, 0), (30016, 16), (60000, 128)])
def test_bands_of_node_ports(last: int, reserved: int) -> None:
    dynamic, static = node_port_bands(PortRange(30000, last))
    assert (len(static), len(dynamic)) == (reserved, last - 30000 + 1 - reserved)


def test_automatic_values_come_from_the_upper_band() -> None:
    services = store()
    for index in range(300):
        spec = services.create(service(f"s{index}", type="NodePort"))["spec"]
        assert int(IPv4Address(spec["clusterIP"])) > int(IPv4Address("10.96.1.0"))
        assert spec["clusterIPs"] == [spec["clusterIP"]]
        assert 30086 <= spec["ports"][0]["nodePort"] <= 32767


def test_the_lower_band_serves_when_the_upper_is_full() -> None:
    services = store(Cluster(service_cidr=IPv4Network("10.96.0.0/27")))
    ips = [services.create(service(f"s{index}"))["spec"]["clusterIP"] for index in range(30)]
    assert {int(IPv4Address(ip)) & 31 for ip in ips[:14]} == set(range(17, 31))
    assert {int(IPv4Address(ip)) & 31 for ip in ips[14:]} == set(range(1, 17))
    failure = refusal(services.create, service("late"))
    assert (failure.code, failure.message) == (
        500,
        'Internal error occurred: failed to allocate a serviceIP for Service "late": range is full',
    )


def test_full_node_ports_take_no_address() -> None:
    services = store(SMALL)
    for index in range(8):
        services.create(service(f"s{index}", type="NodePort"))
    held = dict(services.allocator.owners)
    assert refusal(services.create, service("late", type="NodePort")).message == (
        "Internal error occurred: failed to allocate a nodePort: range is full"
    )
    assert services.allocator.owners == held


def test_choice_stays_cheap_when_much_is_taken() -> None:
    services = store()
    dynamic, _ = node_port_bands(PortRange())
    services.allocator.owners = {(NODE_PORTS, str(port)): "other" for port in dynamic[: len(dynamic) * 3 // 4]}
    services.allocator.queries = 0
    for index in range(100):
        services.create(service(f"s{index}", type="NodePort"))
    assert services.allocator.queries < 100 * 12


def test_chosen_cluster_ip() -> None:
    services = store()
    assert services.create(service("a", clusterIP="10.96.0.9"))["spec"]["clusterIPs"] == ["10.96.0.9"]
    assert causes(refusal(services.create, service("b", clusterIP="10.96.0.9"))) == [
        'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated'
    ]
    services.delete("a")
    services.create(service("b", clusterIP="10.96.0.9"))


@pytest.mark.parametrize("ip", ["192.168.1.1", "10.96.0.0", "10.96.255.255", "10.97.0.1"])
def test_cluster_ip_out_of_range(ip: str) -> None:
    assert causes(refusal(store().create, service("a", clusterIP=ip))) == [
        f'spec.clusterIPs: Invalid value: ["{ip}"]: failed to allocate IP {ip}: the provided network does not match the current range'
    ]


def test_a_missing_name_is_noticed_by_the_allocator() -> None:
    (cause,) = causes(refusal(store().create, {"metadata": {}, "spec": {"ports": [{"port": 80}]}}))
    assert cause.startswith('spec.clusterIPs: Invalid value: [""]: failed to allocate IP: IPAddress.networking.k8s.io "10.96.')
    assert cause.endswith('" is invalid: spec.parentRef.name: Required value')
    chosen = refusal(store().create, {"metadata": {}, "spec": {"clusterIP": "10.96.0.9", "ports": [{"port": 80}]}})
    assert causes(chosen) == [
        'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: '
        'IPAddress.networking.k8s.io "10.96.0.9" is invalid: spec.parentRef.name: Required value'
    ]
    headless = refusal(store().create, {"metadata": {}, "spec": {"clusterIP": "None"}})
    assert causes(headless) == ["metadata.name: Required value: name or generateName is required"]


def test_node_ports_are_shared_by_protocols_of_one_port_only() -> None:
    services = store()
    dns = [{"name": "t", "port": 53}, {"name": "u", "port": 53, "protocol": "UDP"}, {"name": "w", "port": 80}]
    first, second, third = numbers(services.create(service("dns", type="NodePort", ports=dns))["spec"]["ports"])
    assert first == second != third
    taken = [{"port": 1, "protocol": "UDP", "nodePort": first}]
    assert causes(refusal(services.create, service("other", type="NodePort", ports=taken))) == [
        f"spec.ports[0].nodePort: Invalid value: {first}: provided port is already allocated"
    ]


def test_one_requested_node_port_serves_all_ports_of_its_number() -> None:
    asked = [{"name": "t", "port": 53}, {"name": "u", "port": 53, "protocol": "UDP", "nodePort": 30010}]
    assert numbers(store().create(service("dns", type="NodePort", ports=asked))["spec"]["ports"]) == [30010, 30010]


def test_two_ports_cannot_ask_for_one_node_port() -> None:
    asked = [{"name": "a", "port": 80, "nodePort": 30073}, {"name": "b", "port": 81, "nodePort": 30073}]
    assert causes(refusal(store().create, service("twice", type="NodePort", ports=asked))) == [
        "spec.ports[1].nodePort: Invalid value: 30073: provided port is already allocated"
    ]


def test_repeated_ports_repeat_the_node_port_that_they_share() -> None:
    asked = [{"name": "a", "port": 80}, {"name": "b", "port": 80}]
    first, second = causes(refusal(store().create, service("same", type="NodePort", ports=asked)))
    assert first.startswith("spec.ports[1].nodePort: Duplicate value: 3")
    assert second == (
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'
    )


def test_allocation_errors_come_before_all_others() -> None:
    services = store()
    services.create(service("a", type="NodePort", ports=[{"port": 80, "nodePort": 30001}]))
    broken = service("Bad_Name", type="NodePort", sessionAffinity="Cookie", ports=[{"port": 80, "nodePort": 30001}])
    assert causes(refusal(services.create, broken)) == ["spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated"]
    broken["spec"]["ports"][0]["nodePort"] = 30002
    assert [cause.split(":")[0] for cause in causes(refusal(services.create, broken))] == ["metadata.name", "spec.sessionAffinity"]


def test_an_update_with_one_pair_twice_is_an_unexplained_failure() -> None:
    services = store()
    ports = [{"name": name, "port": 53, "protocol": name, "nodePort": 30079} for name in ("TCP", "UDP")]
    lower = [{**port, "name": port["name"].lower()} for port in ports]
    services.create(service("dns", type="NodePort", ports=lower))
    failure = refusal(services.patch, "dns", ports=[lower[0], {**lower[1], "protocol": "TCP"}])
    assert (failure.code, failure.reason, failure.message) == (500, "", "duplicate nodePort: {TCP 30079}")


@pytest.mark.parametrize(
    ("port", "text"),
    [
        (30080, "provided port is already allocated"),
        (8080, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
    ],
)
def test_health_check_ports_fail_as_internal_errors(port: int, text: str) -> None:
    services = store()
    local = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
    services.create(service("first", **local, healthCheckNodePort=30080))
    failure = refusal(services.create, service("second", **local, healthCheckNodePort=port))
    assert failure.status()["details"] == {"causes": [{"message": f"failed to allocate requested HealthCheck NodePort {port}: {text}"}]}
    assert failure.code == 500


def test_balancers_without_node_ports_respect_requests() -> None:
    asked = [{"name": "a", "port": 80}, {"name": "b", "port": 81, "nodePort": 30010}]
    spec = store().create(service("lb", type="LoadBalancer", allocateLoadBalancerNodePorts=False, ports=asked))["spec"]
    assert numbers(spec["ports"]) == [0, 30010]


def test_an_update_that_keeps_everything_claims_nothing() -> None:
    services = store()
    created = services.create(service("lb", type="LoadBalancer", externalTrafficPolicy="Local"))
    services.allocator.queries = 0
    assert services.update(deepcopy(created))["spec"] == created["spec"]
    assert services.allocator.queries == 0


def test_dry_runs_show_values_that_nobody_gets() -> None:
    services = store()
    local = service("lb", type="LoadBalancer", externalTrafficPolicy="Local", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 81}])
    spec = services.create(local, dry_run=True)["spec"]
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("10.96.0.0", ["10.96.0.0"])
    assert [*numbers(spec["ports"]), spec["healthCheckNodePort"]] == [32769, 32770, 32771]
    assert not services.allocator.owners
    chosen = service("n", type="NodePort", ports=[{"name": "a", "port": 80, "nodePort": 30010}, {"name": "b", "port": 81}])
    assert numbers(services.create(chosen, dry_run=True)["spec"]["ports"]) == [30010, 30011]


def test_dry_runs_notice_taken_node_ports_only() -> None:
    services = store()
    services.create(service("a", type="NodePort", clusterIP="10.96.0.9", ports=[{"port": 80, "nodePort": 30010}]))
    services.create(service("b", clusterIP="10.96.0.9"), dry_run=True)
    assert refusal(services.create, service("b", type="NodePort", ports=[{"port": 80, "nodePort": 30010}]), dry_run=True).code == 422
    assert causes(refusal(services.create, service("b", clusterIP="10.97.0.1"), dry_run=True)) == [
        'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: '
        "the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
    ]


def test_a_recreated_service_is_another_owner() -> None:
    services = store()
    first = services.create(service("a", clusterIP="10.96.0.9"))
    services.delete("a")
    second = services.create(service("a", clusterIP="10.96.0.9"))
    assert services.allocator.owners == {(CLUSTER_IPS, "10.96.0.9"): uid_of(second)}
    services.kind.strategy.release(first, services.allocator)
    assert services.allocator.owners == {(CLUSTER_IPS, "10.96.0.9"): uid_of(second)}


PORT = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "b", "c"]),
        "port": st.sampled_from([80, 81]),
        "protocol": st.sampled_from(["TCP", "UDP"]),
        "nodePort": st.sampled_from([0, 0, 0, 30000, 30001, 30002, 30009]),
    }
)
SPEC = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["ClusterIP", "NodePort", "LoadBalancer", "LoadBalancer", "ExternalName"]),
        "clusterIP": st.sampled_from(["", "", "", "None", "10.96.0.1", "10.96.0.2", "10.96.0.15"]),
        "externalName": st.just("db.example.com"),
        "externalTrafficPolicy": st.sampled_from(["", "Local"]),
        "healthCheckNodePort": st.sampled_from([0, 0, 30001, 30003]),
        "ports": st.lists(PORT, min_size=1, max_size=2, unique_by=lambda port: port["name"]),
    },
    optional={"allocateLoadBalancerNodePorts": st.booleans()},
)
WRITES = st.lists(st.tuples(st.sampled_from(["create", "update", "patch", "delete", "dry"]), st.sampled_from("xyz"), SPEC), max_size=25)


@settings(max_examples=150, deadline=None)
@given(WRITES, st.integers(0, 9))
def test_allocations_are_what_the_services_show(writes: list[tuple[str, str, dict[str, Any]]], seed: int) -> None:
    services, codes = store(SMALL, seed), set()
    for verb, name, spec in writes:
        known = any(key.name == name for key in services.objects)
        try:
            if verb in {"create", "dry"} or not known:
                services.create(service(name, **spec), dry_run=verb == "dry")
            elif verb == "update":
                services.update(service(name, **spec))
            elif verb == "patch":
                services.patch(
                    name, type=spec["type"], externalTrafficPolicy=spec["externalTrafficPolicy"], externalName=spec["externalName"]
                )
            else:
                services.delete(name)
        except StatusError as failure:
            codes.add(failure.code)
        shown = {(holding, uid_of(each)) for each in services.objects.values() for holding in holdings(each)}
        assert shown == set(services.allocator.owners.items())
        assert len({holding for holding, _ in shown}) == len(shown)
    assert codes <= {409, 422, 500}
