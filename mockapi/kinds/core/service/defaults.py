"""Defaults of a Service (core/v1), in place."""

from __future__ import annotations

from mockapi.kinds.core.service.spec import CLUSTER, CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT, is_externally_accessible, ports
from mockapi.machinery.meta import Object

_AFFINITY_SECONDS = 10800


def default_service(service: Object) -> None:
    """Fills in what does not depend on the cluster or on what was stored before."""
    spec = service.setdefault("spec", {})
    spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    spec["type"] = spec.get("type") or CLUSTER_IP
    _default_affinity(spec)
    for port in ports(spec):
        _default_port(port)
    _default_policies(spec)
    for ingress in service.get("status", {}).get("loadBalancer", {}).get("ingress") or ():
        if ingress.get("ip") and ingress.get("ipMode") is None:
            ingress["ipMode"] = "VIP"


def _default_affinity(spec: Object) -> None:
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    if spec["sessionAffinity"] == "ClientIP":
        config = spec.get("sessionAffinityConfig") or {}
        if (config.get("clientIP") or {}).get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}


def _default_port(port: Object) -> None:
    port.setdefault("port", 0)
    port["protocol"] = port.get("protocol") or "TCP"
    port["targetPort"] = port.get("targetPort") or port["port"]


def _default_policies(spec: Object) -> None:
    if is_externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = CLUSTER
    if spec.get("internalTrafficPolicy") is None and spec["type"] in {CLUSTER_IP, NODE_PORT, LOAD_BALANCER}:
        spec["internalTrafficPolicy"] = CLUSTER
    if spec["type"] == LOAD_BALANCER and spec.get("allocateLoadBalancerNodePorts") is None:
        spec["allocateLoadBalancerNodePorts"] = True


def drop_ignored(spec: Object) -> None:
    """Takes out what the server does not show: an ExternalName has no internal traffic policy."""
    if spec["type"] == EXTERNAL_NAME:
        spec.pop("internalTrafficPolicy", None)
