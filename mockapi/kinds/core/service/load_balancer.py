"""Who has which address of a load balancer: taken and given back with each write of a Service's status."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery import errors, fielderrors
from mockapi.machinery.fielderrors import Path
from mockapi.machinery.meta import Object, name_of, uid_of
from mockapi.registry.strategy import Allocator

_POOL = "loadbalancerip"
_INGRESS = Path("status.loadBalancer.ingress")
# What the cloud's controller marks the Services with whose load balancers it provides.
_FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


def allocate(service: Object, old: Object | None, allocator: Allocator) -> None:
    """Takes the addresses that the status shows now and gives back those that it no longer does.

    StatusError 422 when the cloud's controller would give an address to two Services. Others may: a client that plays the cloud
    knows what it does.
    """
    before = dict(_addresses(old)) if old else {}
    now = dict(_addresses(service))
    owner = uid_of(service)
    for address in before.keys() - now.keys():
        allocator.free(_POOL, address, owner)
    for address, position in now.items():
        if address not in before and not allocator.claim(_POOL, address, owner) and _is_provided(service):
            problem = fielderrors.duplicate(_INGRESS.item(position).child("ip"), address)
            raise errors.invalid("Service", "", name_of(service), [problem])


def release(service: Object, allocator: Allocator) -> None:
    """Gives back what a Service holds."""
    for address, _ in _addresses(service):
        allocator.free(_POOL, address, uid_of(service))


def _addresses(service: Object) -> Iterator[tuple[str, int]]:
    entries = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return ((entry["ip"], position) for position, entry in enumerate(entries) if entry.get("ip"))


def _is_provided(service: Object) -> bool:
    return _FINALIZER in (service["metadata"].get("finalizers") or ())
