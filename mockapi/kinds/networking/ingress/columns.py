"""The columns of `kubectl get ingresses`."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column
from mockapi.registry.printing import age, joined, name, or_none

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
    Column("Name", name, format="name", description="Name of the ingress, unique in its namespace."),
    Column("Class", _class, description="Class whose controller serves the ingress."),
    Column("Hosts", _hosts, description="Hosts that rules are for; * when all are."),
    Column("Address", _address, description="Addresses or names by which the ingress is reached."),
    Column("Ports", _ports, description="Ports that controllers serve: 443 with TLS."),
    Column("Age", age, description="Time since the ingress was created."),
)
