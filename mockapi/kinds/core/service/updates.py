"""What may not change in a Service."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.core.service.addressing import SINGLE
from mockapi.kinds.core.service.rules import class_errors
from mockapi.kinds.core.service.spec import LOAD_BALANCER, cluster_ips, ip_families, is_headless, needs_cluster_ip, needs_health_check
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object

_IPS, _FAMILIES, _POLICY = SPEC.child("clusterIPs"), SPEC.child("ipFamilies"), SPEC.child("ipFamilyPolicy")
_CLASS, _HEALTH = SPEC.child("loadBalancerClass"), SPEC.child("healthCheckNodePort")
_ONCE = "may not change once set"


def update_errors(spec: Object, old: Object) -> Iterator[FieldError]:
    """The errors of a change from `old`, beside those of the new spec by itself."""
    if needs_cluster_ip(spec) and needs_cluster_ip(old):
        yield from _address_errors(spec, old)
        yield from _family_errors(spec, old)
    yield from _class_errors(spec, old)
    if needs_health_check(old) and needs_health_check(spec) and spec.get("healthCheckNodePort") != old.get("healthCheckNodePort"):
        yield fielderrors.forbidden(_HEALTH, "field is immutable")


def _address_errors(spec: Object, old: Object) -> Iterator[FieldError]:
    if is_headless(spec) and is_headless(old):
        return
    now, before = cluster_ips(spec), cluster_ips(old)
    if len(now) == len(before):
        for position, ip in enumerate(before):
            if now[position] != ip:
                yield fielderrors.invalid(_IPS.item(position), now, _ONCE)
        return
    if before and not now:
        yield fielderrors.invalid(_IPS.item(0), None, "primary clusterIP can not be unset")
    elif before and now[0] != before[0]:
        yield fielderrors.invalid(_IPS.item(0), now, _ONCE)
    if len(now) == 1 and len(before) > 1 and spec.get("ipFamilyPolicy") != SINGLE:
        sentence = "must be set to 'SingleStack' when releasing the secondary clusterIP"
        yield fielderrors.invalid(_POLICY, spec.get("ipFamilyPolicy"), sentence)


def _family_errors(spec: Object, old: Object) -> Iterator[FieldError]:
    """Families of services with addresses: the first stays, the second comes and goes."""
    if is_headless(spec) or is_headless(old):
        return
    now, before = ip_families(spec), ip_families(old)
    if len(now) == len(before):
        yield from (fielderrors.invalid(_FAMILIES.item(0), now, _ONCE) for new, was in zip(now, before, strict=True) if new != was)
        return
    if len(now) < len(before) and not cluster_ips(spec):
        yield fielderrors.invalid(_FAMILIES.item(0), now or None, "primary ipFamily can not be unset")
    if now and before and now[0] != before[0]:
        # The real server prints the addresses here, not the families.
        yield fielderrors.invalid(_FAMILIES.item(0), cluster_ips(spec) or None, _ONCE)
    if len(now) == 1 and len(before) > 1 and spec.get("ipFamilyPolicy") != SINGLE:
        sentence = "must be set to 'SingleStack' when releasing the secondary ipFamily"
        yield fielderrors.invalid(_POLICY, spec.get("ipFamilyPolicy"), sentence)


def _class_errors(spec: Object, old: Object) -> Iterator[FieldError]:
    """The class of a load balancer stays. Its other rules are checked here too, and so reported twice on a real server."""
    value = spec.get("loadBalancerClass")
    if old["type"] == spec["type"] == LOAD_BALANCER and value != old.get("loadBalancerClass"):
        yield fielderrors.invalid(_CLASS, value, _ONCE)
    yield from (FieldError(error.reason, _CLASS, error.message) for error in class_errors(spec))
