"""Questions that many rules ask of a Service's spec."""

from __future__ import annotations

from mockapi.machinery.meta import Object

CLUSTER_IP, NODE_PORT, LOAD_BALANCER, EXTERNAL_NAME = "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
NO_ADDRESS = "None"
CLUSTER, LOCAL = "Cluster", "Local"


def cluster_ips(spec: Object) -> list[str]:
    """spec.clusterIPs; empty when absent. Not to be changed."""
    return spec.get("clusterIPs") or []


def ip_families(spec: Object) -> list[str]:
    """spec.ipFamilies; empty when absent. Not to be changed."""
    return spec.get("ipFamilies") or []


def ports(spec: Object) -> list[Object]:
    """spec.ports; empty when absent."""
    return spec.get("ports") or []


def node_ports(spec: Object) -> list[int]:
    """The node ports of spec.ports, in their order, without those not set."""
    return [port["nodePort"] for port in ports(spec) if port.get("nodePort")]


def is_headless(spec: Object) -> bool:
    """Whether the service asks for no address (clusterIPs is just None)."""
    return cluster_ips(spec) == [NO_ADDRESS]


def needs_cluster_ip(spec: Object) -> bool:
    """Whether the type has a cluster IP, be it None."""
    return bool(spec["type"] != EXTERNAL_NAME)


def has_node_ports(spec: Object) -> bool:
    """Whether the type may have node ports."""
    return spec["type"] in {NODE_PORT, LOAD_BALANCER}


def wants_node_ports(spec: Object) -> bool:
    """Whether ports without a node port get one (spec.allocateLoadBalancerNodePorts)."""
    return bool(spec["type"] == NODE_PORT or (spec["type"] == LOAD_BALANCER and spec.get("allocateLoadBalancerNodePorts") is not False))


def needs_health_check(spec: Object) -> bool:
    """Whether the service has a port at which load balancers ask nodes for local endpoints (spec.healthCheckNodePort)."""
    return bool(spec["type"] == LOAD_BALANCER and spec.get("externalTrafficPolicy") == LOCAL)


def is_externally_accessible(spec: Object) -> bool:
    """Whether traffic can come from outside the cluster, and an external traffic policy makes sense."""
    return has_node_ports(spec) or bool(spec["type"] == CLUSTER_IP and spec.get("externalIPs"))
