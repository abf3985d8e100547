"""The columns of `kubectl get services`."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.core.service.spec import EXTERNAL_NAME, LOAD_BALANCER, cluster_ips, ports
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column
from mockapi.registry.printing import NONE, joined, labels, or_none

_PENDING = "<pending>"


def _type(service: Object, _now: datetime) -> str:
    return str(service["spec"]["type"])


def _cluster_ip(service: Object, _now: datetime) -> str:
    return next(iter(cluster_ips(service["spec"])), NONE)


def external_ip(service: Object, _now: datetime) -> str:
    """How the service is reached from outside: its addresses, the name it stands for, or that an address is awaited."""
    spec = service["spec"]
    others = spec.get("externalIPs") or ()
    if spec["type"] == EXTERNAL_NAME:
        return str(spec.get("externalName", ""))
    if spec["type"] == LOAD_BALANCER:
        return joined([*_balancers(service), *others]) or _PENDING
    return or_none(joined(others))


def _balancers(service: Object) -> list[str]:
    ingress = service.get("status", {}).get("loadBalancer", {}).get("ingress") or ()
    return sorted({each.get("ip") or each.get("hostname") or "" for each in ingress} - {""})


def port_list(service: Object, _now: datetime) -> str:
    """Ports as `80/TCP`, with the node port where there is one: `80:30080/TCP`."""
    return or_none(joined(_port(port) for port in ports(service["spec"])))


def _port(port: Object) -> str:
    number = f"{port['port']}:{port['nodePort']}" if port.get("nodePort") else str(port["port"])
    return f"{number}/{port['protocol']}"


def _selector(service: Object, _now: datetime) -> str:
    return labels(service["spec"].get("selector"))


COLUMNS = (
    NAME,
    Column("Type", _type, documented_by="spec.type"),
    Column("Cluster-IP", _cluster_ip, documented_by="spec.clusterIP"),
    Column("External-IP", external_ip, documented_by="spec.externalIPs"),
    Column("Port(s)", port_list, documented_by="spec.ports"),
    AGE,
    Column("Selector", _selector, priority=1, documented_by="spec.selector"),
)
