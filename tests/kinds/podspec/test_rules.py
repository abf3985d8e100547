from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.kinds.podspec.pod_spec import TEMPLATE
from tests.kinds.podspec.builders import container, container_errors, errors, spec


def test_a_sound_spec_has_no_errors() -> None:
    sound = spec(
        container(
            volumeMounts=[{"name": "data", "mountPath": "/data"}],
            ports=[{"containerPort": 80, "name": "http"}],
            env=[{"name": "A", "value": "1"}],
            securityContext={"runAsUser": 1000, "allowPrivilegeEscalation": False},
        ),
        initContainers=[container("i"), container("side", restartPolicy="Always", readinessProbe={"httpGet": {"port": 80}})],
        volumes=[{"name": "data", "emptyDir": {}}],
        tolerations=[{"key": "a", "operator": "Exists", "effect": "NoSchedule"}],
        nodeSelector={"disk": "ssd"},
        hostAliases=[{"ip": "10.1.2.3", "hostnames": ["a.example.com"]}],
    )
    assert errors(sound) == []


def test_containers_are_needed_and_named_apart() -> None:
    assert errors({**spec(), "containers": []}) == ["containers: Required value"]
    assert errors(spec(container(), container())) == ['containers[1].name: Duplicate value: "c"']
    assert errors(spec(container(), initContainers=[container()])) == ['initContainers[0].name: Duplicate value: "c"']


def test_images_of_templates_may_have_space_around_them() -> None:
    assert container_errors(image=" nginx") == []
    assert container_errors(image="") == ["image: Required value"]


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({}, ["ports[0].containerPort: Required value"]),
        ({"containerPort": 70000}, ["ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"]),
        ({"containerPort": 1, "protocol": "tcp"}, ['ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"']),
        ({"containerPort": 1, "name": "1"}, ['ports[0].name: Invalid value: "1": must contain at least one letter (a-z)']),
    ],
)
def test_ports(port: dict[str, Any], expected: Any) -> None:
    assert container_errors(ports=[port]) == expected


def test_ports_of_the_host_are_claimed_once() -> None:
    port = {"containerPort": 80, "hostPort": 8080}
    assert errors(spec(container(ports=[port]), container("d", ports=[port]))) == [
        'containers[1].ports[0].hostPort: Duplicate value: "TCP//8080"'
    ]


def test_on_the_hosts_network_ports_are_the_hosts() -> None:
    open_port = spec(container(ports=[{"containerPort": 80}]), hostNetwork=True)
    expected = "containers[0].ports[0].hostPort: Invalid value: 0: must match `containerPort` when `hostNetwork` is true"
    assert errors(open_port) == [expected]
    assert errors(open_port, TEMPLATE) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata.name", []),
        ("metadata.labels['app']", []),
        ("spec.host", []),
        ("spec.restartPolicy", ["Unsupported value"]),
        ("metadata.labels", ["Unsupported value"]),
        ("spec.containers", ["Invalid value"]),
        ("metadata.annotations['a b']", ["Invalid value"]),
        ("", ["Required value"]),
    ],
)
def test_fields_in_the_environment(path: str, expected: Any) -> None:
    found = container_errors(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": path}}}])
    assert [error.split(": ")[1] for error in found] == expected


def test_divisors() -> None:
    def found(resource: str, divisor: str) -> list[str]:
        reference = {"resource": resource, "divisor": divisor}
        return container_errors(env=[{"name": "A", "valueFrom": {"resourceFieldRef": reference}}])

    assert found("limits.cpu", "1m") == found("requests.memory", "1Mi") == []
    assert found("limits.cpu", "1Mi") == [
        'env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": '
        "only divisor's values 1m and 1 are supported with the cpu resource"
    ]


def test_mounts_name_good_volumes_only() -> None:
    mounts = [{"name": "bad", "mountPath": "/a"}, {"name": "good", "mountPath": "/b"}]
    found = errors(spec(container(volumeMounts=mounts), volumes=[{"name": "good"}, {"name": "bad", "hostPath": {"path": ""}}]))
    assert found == ["volumes[1].hostPath.path: Required value", 'containers[0].volumeMounts[0].name: Not found: "bad"']


def test_claims_of_a_workload_can_be_mounted() -> None:
    holder = type(TEMPLATE)(in_template=True, claims=frozenset({"data"}))
    assert errors(spec(container(volumeMounts=[{"name": "data", "mountPath": "/d"}])), holder) == []


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        ({}, ["livenessProbe: Required value: must specify a handler type"]),
        (
            {"exec": {"command": ["x"]}, "grpc": {"port": 1}},
            ["livenessProbe.grpc: Forbidden: may not specify more than 1 handler type"],
        ),
        ({"tcpSocket": {"port": "http"}, "successThreshold": 2}, ["livenessProbe.successThreshold: Invalid value: 2: must be 1"]),
    ],
)
def test_probes(probe: dict[str, Any], expected: Any) -> None:
    assert container_errors(livenessProbe=probe) == expected


def test_sleeping_before_the_end_takes_less_than_the_grace_period() -> None:
    assert container_errors(lifecycle={"preStop": {"sleep": {"seconds": 30}}}) == []
    assert container_errors(lifecycle={"preStop": {"sleep": {"seconds": 31}}}) == [
        "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)"
    ]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_request_is_never_above_its_limit(request_amount: int, limit: int) -> None:
    found = container_errors(resources={"requests": {"cpu": f"{request_amount}m"}, "limits": {"cpu": f"{limit}m"}})
    assert bool(found) == (request_amount > limit)


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (
            {"limits": {"hugepages-2Mi": "2Mi"}, "requests": {"hugepages-2Mi": "2Mi"}},
            ["resources: Forbidden: HugePages require cpu or memory"],
        ),
        (
            {"limits": {"example.com/gpu": "2"}, "requests": {"example.com/gpu": "1"}},
            ['resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2'],
        ),
        ({"limits": {"pods": "1"}}, ['resources.limits[pods]: Invalid value: "pods": must be a standard resource for containers']),
    ],
)
def test_resources(resources: dict[str, Any], expected: Any) -> None:
    assert container_errors(resources=resources) == expected


def test_escalation_shows_the_internal_context() -> None:
    found = container_errors(securityContext={"allowPrivilegeEscalation": False, "privileged": True})
    assert found[0].startswith('securityContext: Invalid value: {"Capabilities":null,"Privileged":true,')
    assert found[0].endswith("cannot set `allowPrivilegeEscalation` to false and `privileged` to true")


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "a", "value": "b"}, []),
        ({"operator": "Exists"}, []),
        ({"operator": "Equal"}, ["operator"]),
        ({"key": "a", "operator": "Exists", "value": "b"}, ["operator"]),
        ({"key": "a", "tolerationSeconds": 1}, ["effect"]),
        ({"key": "a", "effect": "Never"}, ["effect"]),
        ({"key": "a", "operator": "Like"}, ["operator"]),
    ],
)
def test_tolerations(toleration: dict[str, Any], expected: Any) -> None:
    found = errors(spec(tolerations=[toleration]))
    assert [error.split(":")[0] for error in found] == [f"tolerations[0].{field}" for field in expected]


def test_affinity() -> None:
    term = {"matchExpressions": [{"key": "zone", "operator": "In"}, {"key": "disk", "operator": "Gt", "values": ["1"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    anti = {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}
    found = [error.split(": ")[0] for error in errors(spec(affinity={"nodeAffinity": required, "podAntiAffinity": anti}))]
    assert list(dict.fromkeys(found)) == [
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values",
        "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey",
    ]


def test_spread_over_a_topology() -> None:
    constraint = {"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "Sometimes"}
    assert [error.split(": ")[0] for error in errors(spec(topologySpreadConstraints=[constraint]))] == [
        "topologySpreadConstraints[0].maxSkew",
        "topologySpreadConstraints[0].whenUnsatisfiable",
    ]


def test_a_resolver_of_ones_own_needs_servers() -> None:
    assert errors(spec(dnsPolicy="None")) == ["dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]
    assert errors(spec(dnsPolicy="None", dnsConfig={"searches": ["a.example"]})) == [
        "dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"
    ]
    assert errors(spec(dnsPolicy="None", dnsConfig={"nameservers": ["10.0.0.1"], "searches": [".", "x_y.example."]})) == []


def test_projected_files_have_paths_of_their_own() -> None:
    sources = [
        {"secret": {"name": "s", "items": [{"key": "a", "path": "p"}]}},
        {"configMap": {"name": "c", "items": [{"key": "b", "path": "p"}]}},
    ]
    found = errors(spec(volumes=[{"name": "v", "projected": {"sources": sources}}]))
    assert found == ['volumes[0].projected: Invalid value: "c": conflicting duplicate paths']


def test_a_windows_pod_has_nothing_of_linux() -> None:
    asked = spec(container(securityContext={"privileged": True}), os={"name": "windows"}, hostPID=True, securityContext={"runAsUser": 1})
    assert errors(asked) == [
        "hostPID: Forbidden: cannot be set for a windows pod",
        "securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
        "containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
    ]
    assert errors(spec(os={"name": "windows"}, hostPID=False)) == []


def test_a_linux_pod_has_nothing_of_windows() -> None:
    asked = spec(container(securityContext={"windowsOptions": {}}), os={"name": "linux"})
    assert errors(asked) == ["containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod"]
    assert errors(spec(os={"name": "plan9"})) == ['os.name: Unsupported value: "plan9": supported values: "linux", "windows"']


def test_users_of_its_own_go_with_no_other_namespace_of_the_host() -> None:
    assert errors(spec(hostUsers=False, hostNetwork=True, hostIPC=True)) == [
        "hostNetwork: Forbidden: when `hostUsers` is false",
        "HostIPC: Forbidden: when `hostUsers` is false",
    ]
    assert errors(spec(hostUsers=True, hostNetwork=True)) == []


def test_label_keys_need_a_selector() -> None:
    spread = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["a b"]}
    without, name = errors(spec(topologySpreadConstraints=[spread]))
    assert without == "topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"
    assert name.startswith('topologySpreadConstraints[0].matchLabelKeys[0]: Invalid value: "a b"')
    term = {"topologyKey": "zone", "labelSelector": {}, "matchLabelKeys": ["v"], "mismatchLabelKeys": ["v"]}
    both = errors(spec(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}))
    place = "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].mismatchLabelKeys[0]"
    assert both == [f'{place}: Invalid value: "v": exists in both matchLabelKeys and mismatchLabelKeys']
