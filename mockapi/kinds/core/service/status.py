"""Rules of a Service's status (core/v1 LoadBalancerStatus); conditions and the ports of an ingress have none."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.core.service.spec import LOAD_BALANCER
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.validation import Each, Leaf, Rules, context, rule

_INGRESS = Path("status").child("loadBalancer", "ingress")
_MODES = ("Proxy", "VIP")


def _hostname(value: str) -> Iterator[FieldError]:
    for sentence in names.dns1123_subdomain(value):
        yield fielderrors.invalid("", value, sentence)
    if addresses.parse_ip(value):
        yield fielderrors.invalid("", value, "must be a DNS name, not an IP address")


class _Ingress(Rules):
    """LoadBalancerIngress."""

    ip = Leaf()
    ipMode = Leaf()  # noqa: N815
    hostname = Leaf(_hostname)

    @rule("ip")
    def is_address(self, ingress: Object) -> Iterator[FieldError]:
        """An address in its usual form, or one that stood there before."""
        ip = ingress.get("ip", "")
        if ip and ip not in context()["existing"]:
            yield from (fielderrors.invalid("", ip, sentence) for sentence in addresses.strict_ip(ip))

    @rule("ipMode")
    def goes_with_ip(self, ingress: Object) -> Iterator[FieldError]:
        """Says how traffic to `ip` is delivered, so it needs one (KEP-1860)."""
        mode = ingress.get("ipMode")
        if mode is not None and not ingress.get("ip"):
            yield fielderrors.forbidden("", "may not be specified when `ip` is not set")
        elif mode is not None and mode not in _MODES:
            yield fielderrors.not_supported("", mode, _MODES)


class _Balancer(Rules):
    """LoadBalancerStatus."""

    ingress = Each(_Ingress)


_BALANCER = _Balancer()


def status_errors(service: Object, old: Object) -> list[FieldError]:
    """All errors of a status that is to replace that of `old`."""
    ingress = _ingress_of(service)
    if ingress and service["spec"]["type"] != LOAD_BALANCER:
        return [fielderrors.forbidden(_INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")]
    existing = [each.get("ip") for each in _ingress_of(old)]
    return _BALANCER.errors({"ingress": ingress}, Path("status").child("loadBalancer"), existing=existing)


def _ingress_of(service: Object) -> Objects:
    return service.get("status", {}).get("loadBalancer", {}).get("ingress") or []
