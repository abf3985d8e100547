"""Rules of an Ingress's status (IngressLoadBalancerStatus); the ports of a point have none."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.networking.checks import follows
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.validation import Each, Leaf, Rules

_BALANCER_PATH = Path("status").child("loadBalancer")


def not_an_ip(value: str) -> Iterator[FieldError]:
    """A name that is no address."""
    if addresses.parse_ip(value):
        yield fielderrors.invalid("", value, "must be a DNS name, not an IP address")


class _Point(Rules):
    """IngressLoadBalancerIngress."""

    ip = Leaf(follows(addresses.strict_ip))
    hostname = Leaf(follows(names.dns1123_subdomain), not_an_ip)


class _Balancer(Rules):
    """IngressLoadBalancerStatus."""

    ingress = Each(_Point)


_BALANCER = _Balancer()


def status_errors(ingress: Object) -> list[FieldError]:
    """All errors of the status."""
    return _BALANCER.errors(ingress["status"]["loadBalancer"], _BALANCER_PATH)


def status_warnings(ingress: Object) -> Iterator[str]:
    """Sentences about addresses in an unusual form."""
    for position, point in enumerate(_points(ingress)):
        yield from addresses.ip_warnings(_BALANCER_PATH.child("ingress").item(position).child("ip"), point.get("ip", ""))


def _points(ingress: Object) -> Objects:
    return ingress["status"]["loadBalancer"].get("ingress") or []
