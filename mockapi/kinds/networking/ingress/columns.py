"""The columns of `kubectl get ingresses`."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column
from mockapi.registry.printing import joined, or_none

_ANY_HOST = "*"
_SHOWN_HOSTS = 3


def _class(ingress: Object, _now: datetime) -> str:
    return or_none(ingress["spec"].get("ingressClassName"))


def _hosts(ingress: Object, _now: datetime) -> str:
    """The first hosts; what follows them is counted by rules, whether these have a host or not."""
    rules = ingress["spec"].get("rules") or []
    hosts: list[str] = []
    for rule in rules:
        if len(hosts) == _SHOWN_HOSTS:
            return f"{joined(hosts)} + {len(rules) - _SHOWN_HOSTS} more..."
        if rule.get("host"):
            hosts.append(rule["host"])
    return joined(hosts) or _ANY_HOST


def _address(ingress: Object, _now: datetime) -> str:
    points = ingress["status"]["loadBalancer"].get("ingress") or ()
    return joined(sorted({point.get("ip") or point.get("hostname") or "" for point in points} - {""}))


def _ports(ingress: Object, _now: datetime) -> str:
    return "80, 443" if ingress["spec"].get("tls") else "80"


COLUMNS = (
    NAME,
    Column("Class", _class, description="The name of the IngressClass resource that should be used for additional configuration"),
    Column("Hosts", _hosts, description="Hosts that incoming requests are matched against before the ingress rule"),
    Column("Address", _address, description="Address is a list containing ingress points for the load-balancer"),
    Column("Ports", _ports, description="Ports of TLS configurations that open"),
    AGE,
)
