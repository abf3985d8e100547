"""What an update keeps and drops without being told: allocated values the client left out, fields of a type that was left."""

from __future__ import annotations

from mockapi.kinds.core.service.spec import (
    LOAD_BALANCER,
    cluster_ips,
    has_node_ports,
    is_externally_accessible,
    needs_cluster_ip,
    needs_health_check,
    node_ports,
    ports,
    wants_node_ports,
)
from mockapi.machinery.meta import Object


def keep_allocated_values(spec: Object, old: Object) -> None:
    """Restores what the server allocated and the client did not repeat, so that the same manifest can be sent again."""
    if needs_cluster_ip(old) and needs_cluster_ip(spec):
        _keep_cluster_ips(spec, old)
    if wants_node_ports(old) and wants_node_ports(spec):
        _keep_node_ports(spec, old)
    if needs_health_check(old) and needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        _copy("healthCheckNodePort", old, spec)


def _keep_cluster_ips(spec: Object, old: Object) -> None:
    if not spec.get("clusterIP"):
        _copy("clusterIP", old, spec)
    if not spec.get("clusterIPs") and old.get("clusterIPs"):
        spec["clusterIPs"] = list(old["clusterIPs"])


def _keep_node_ports(spec: Object, old: Object) -> None:
    """By the port's name, whatever else has changed, unless another port has claimed the number."""
    used = set(node_ports(spec)) & set(node_ports(old))
    known = {port.get("name", ""): port.get("nodePort") for port in ports(old)}
    for port in ports(spec):
        number = known.get(port.get("name", ""))
        if not port.get("nodePort") and number and number not in used:
            port["nodePort"] = number


def align_cluster_ips(spec: Object, old: Object | None) -> None:
    """Makes spec.clusterIPs follow spec.clusterIP where the client, perhaps not knowing the plural, set the singular only."""
    if old is None:
        if spec.get("clusterIP") and not spec.get("clusterIPs"):
            spec["clusterIPs"] = [spec["clusterIP"]]
        return
    single, before = spec.get("clusterIP", ""), old.get("clusterIP", "")
    if single == before:
        if not spec.get("clusterIPs") and old.get("clusterIPs"):
            spec["clusterIPs"] = list(old["clusterIPs"])
    elif cluster_ips(spec) == cluster_ips(old):
        spec.pop("clusterIPs", None)
        if single:
            spec["clusterIPs"] = [single]


def drop_fields_of_left_type(service: Object, old: Object) -> None:
    """Drops fields that the new type does not have and that stand as they stood; what was changed is left to be refused."""
    spec, before = service["spec"], old["spec"]
    if needs_cluster_ip(before) and not needs_cluster_ip(spec):
        _drop_addresses(spec, before)
    if has_node_ports(before) and not has_node_ports(spec) and set(node_ports(spec)) <= set(node_ports(before)):
        for port in ports(spec):
            port.pop("nodePort", None)
    if needs_health_check(before) and not needs_health_check(spec):
        _drop_unchanged("healthCheckNodePort", spec, before)
    if before["type"] == LOAD_BALANCER and spec["type"] != LOAD_BALANCER:
        _drop_unchanged("allocateLoadBalancerNodePorts", spec, before)
        _drop_unchanged("loadBalancerClass", spec, before)
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        _drop_unchanged("externalTrafficPolicy", spec, before)
    if spec["type"] != LOAD_BALANCER:
        service["status"] = {**service.get("status", {}), "loadBalancer": {}}


def _drop_addresses(spec: Object, old: Object) -> None:
    if spec.get("clusterIP") == old.get("clusterIP") and cluster_ips(spec) == cluster_ips(old):
        spec.pop("clusterIP", None)
        spec.pop("clusterIPs", None)
    _drop_unchanged("ipFamilies", spec, old)
    _drop_unchanged("ipFamilyPolicy", spec, old)


def _drop_unchanged(field: str, spec: Object, old: Object) -> None:
    if spec.get(field) == old.get(field):
        spec.pop(field, None)


def _copy(field: str, source: Object, target: Object) -> None:
    if field in source:
        target[field] = source[field]
