import pytest

from mockapi.machinery.meta import Object
from tests.kinds.core.service.builders import causes, refusal, service, store

ALIAS = {"type": "ExternalName", "externalName": "db.example.com"}
RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
BALANCERS = "may only be used when `type` is 'LoadBalancer'"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ports": []}, ["spec.ports: Required value"]),
        ({"ports": [{"targetPort": 80}]}, ["spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
        ({"ports": [{"port": 80}, {"port": 81}]}, ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"]),
        (
            {"ports": [{"name": "a", "port": 80}, {"name": "a", "port": 0}]},
            [
                'spec.ports[1].name: Duplicate value: "a"',
                "spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "spec.ports[1].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
            ],
        ),
        (
            {"ports": [{"port": 80, "protocol": "tcp", "targetPort": "8080"}]},
            [
                'spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
                'spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)',
            ],
        ),
        ({"ports": [{"port": 80, "nodePort": 30072}]}, ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]),
        (
            {"type": "Cluster"},
            ['spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
        ),
        ({"sessionAffinity": "Cookie"}, ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"']),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
            ["spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400"],
        ),
        (
            {"selector": {"a": "x" * 64}, "externalIPs": ["0.0.0.0", "host"]},
            [
                f'spec.selector: Invalid value: "{"x" * 64}": must be no more than 63 bytes',
                'spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
                'spec.externalIPs[1]: Invalid value: "host": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
            ],
        ),
        (
            {"externalTrafficPolicy": "Local"},
            ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
        ),
        (
            {"type": "NodePort", "externalTrafficPolicy": "Node", "internalTrafficPolicy": ""},
            [
                'spec.externalTrafficPolicy: Unsupported value: "Node": supported values: "Cluster", "Local"',
                'spec.internalTrafficPolicy: Unsupported value: "": supported values: "Cluster", "Local"',
            ],
        ),
        (
            {"trafficDistribution": "Near"},
            ['spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"'],
        ),
        (
            {"allocateLoadBalancerNodePorts": True, "loadBalancerClass": "example.com/a"},
            [f"spec.allocateLoadBalancerNodePorts: Forbidden: {BALANCERS}", f"spec.loadBalancerClass: Forbidden: {BALANCERS}"],
        ),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": [" 192.0.2.0/24 ", "192.0.2.9/24", "010.0.0.0/8"]},
            [
                'spec.LoadBalancerSourceRanges[1]: Invalid value: "192.0.2.9/24": must not have bits set beyond the prefix length',
                'spec.LoadBalancerSourceRanges[2]: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length',
            ],
        ),
        (
            {"type": "LoadBalancer", "healthCheckNodePort": 30082},
            [
                "spec.healthCheckNodePort: Invalid value: 30082: "
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            ],
        ),
        ({**ALIAS, "externalName": ""}, ["spec.externalName: Required value"]),
        (
            {**ALIAS, "clusterIP": "10.96.0.9", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "externalTrafficPolicy": "Local"},
            [
                "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
                "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
                "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
                'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
            ],
        ),
    ],
)
def test_refused_specs(spec: Object, expected: list[str]) -> None:
    assert causes(refusal(store().create, service("a", **spec))) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"clusterIP": "10.96.300.1"},
            'clusterIPs[0]: Invalid value: "10.96.300.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
        ({"clusterIP": "10.96.0.009"}, 'clusterIPs[0]: Invalid value: "10.96.0.009": must not have leading 0s'),
        ({"clusterIP": "fd00::10"}, 'clusterIPs[0]: Invalid value: ["fd00::10"]: IPv6 is not configured on this cluster'),
        ({"clusterIPs": ["10.96.0.4"]}, 'clusterIPs: Invalid value: ["10.96.0.4"]: must be empty when `clusterIP` is not specified'),
        (
            {"clusterIP": "None", "clusterIPs": ["None", "10.96.0.4"]},
            'clusterIPs: Invalid value: ["None","10.96.0.4"]: \'None\' must be the first and only value',
        ),
        (
            {"ipFamilyPolicy": "RequireDualStack"},
            'ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        ),
        ({"ipFamilies": ["IPv6"]}, 'ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
        (
            {"ipFamilies": ["IPv4", "IPv6"]},
            'ipFamilyPolicy: Invalid value: "SingleStack": '
            "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
        ),
    ],
)
def test_addresses_that_do_not_fit_are_all_that_is_reported(spec: Object, expected: str) -> None:
    broken = service("Bad_Name", ports=[], **spec)
    assert causes(refusal(store().create, broken)) == [f"spec.{expected}"]


def test_the_annotation_for_source_ranges_is_checked_when_the_field_is_empty() -> None:
    obj = service("a")
    obj["metadata"]["annotations"] = {RANGES: "192.0.2.0/24, 192.0.2.1"}
    path = f"metadata.annotations[{RANGES}]"
    assert causes(refusal(store().create, obj)) == [
        f"{path}: Forbidden: {BALANCERS}",
        f'{path}: Invalid value: "192.0.2.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]


def test_topology_annotations_must_agree() -> None:
    obj = service("a")
    obj["metadata"]["annotations"] = {"service.kubernetes.io/topology-mode": "Auto", "service.kubernetes.io/topology-aware-hints": "off"}
    assert causes(refusal(store().create, obj)) == [
        'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": '
        "must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified"
    ]


@pytest.mark.parametrize("name", ["1web", "a"])
def test_names_are_labels(name: str) -> None:
    assert store().create(service(name))
    assert causes(refusal(store().create, service(f"{name}.b"))) == [f'metadata.name: Invalid value: "{name}.b": must not contain dots']


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        ({"ip": "203.0.113.300"}, ['ip: Invalid value: "203.0.113.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']),
        ({"hostname": "10.1.2.3"}, ['hostname: Invalid value: "10.1.2.3": must be a DNS name, not an IP address']),
        ({"hostname": "a.example.com", "ipMode": "VIP"}, ["ipMode: Forbidden: may not be specified when `ip` is not set"]),
        ({"ip": "203.0.113.31", "ipMode": "vip"}, ['ipMode: Unsupported value: "vip": supported values: "Proxy", "VIP"']),
        ({"ip": "203.0.113.31", "ports": [{"port": 0, "protocol": "tcp"}]}, []),
    ],
)
def test_status(ingress: Object, expected: list[str]) -> None:
    services = store()
    old = services.create(service("lb", type="LoadBalancer"))
    new = {**old, "status": {"loadBalancer": {"ingress": [ingress]}}}
    services.kind.strategy.default(new)
    found = services.kind.strategy.validate_status_update(new, old, services.request)
    assert [str(error) for error in found] == [f"status.loadBalancer.ingress[0].{text}" for text in expected]


def test_status_of_other_types() -> None:
    services = store()
    old = services.create(service("a"))
    found = services.kind.strategy.validate_status_update(
        {**old, "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.31"}]}}}, old, services.request
    )
    assert [str(error) for error in found] == [
        "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, []),
        ({"externalIPs": ["198.51.100.1"]}, ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"]),
        ({"externalName": "db.example.com"}, ['spec.externalName is ignored when spec.type is not "ExternalName"']),
        ({**ALIAS, "externalIPs": ["198.51.100.1"]}, ['spec.externalIPs is ignored when spec.type is "ExternalName"']),
        ({"trafficDistribution": "PreferClose"}, ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']),
        (
            {"clusterIP": "None", "sessionAffinity": "ClientIP", "externalIPs": ["198.51.100.1"]},
            ["spec.externalIPs is ignored for headless services", "spec.SessionAffinity is ignored for headless services"],
        ),
    ],
)
def test_warnings(spec: Object, expected: list[str]) -> None:
    services = store()
    services.create(service("a", **spec))
    assert services.request.warnings == expected


def test_selectable_fields() -> None:
    services = store()
    fields = services.kind.strategy.selectable_fields
    assert fields(services.create(service("a", clusterIP="None"))) == {"spec.clusterIP": "None", "spec.type": "ClusterIP"}
    assert fields(services.create(service("b", **ALIAS))) == {"spec.clusterIP": "", "spec.type": "ExternalName"}
