"""Pools of load-balancer addresses: what is free in them, and what they tell of that in their status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address

from mockapi.machinery.addressranges import AddressRange, parse_range
from mockapi.machinery.meta import Key, Object, Objects, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.informer import Informers
from mockapi.registry.simulated import LOAD_BALANCER_POOLS

_SERVICES = "services"
_BY_ADDRESS = "load-balancer-address"


class NoAddressError(Exception):
    """No address can be given; the text says why."""


def ingress_of(service: Object) -> Objects:
    """Where a Service's load balancer is reached."""
    return ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []


class AddressPools:
    """All pools, in the order of their names, and the Services that have their addresses."""

    def __init__(self, informers: Informers) -> None:
        self._pools = informers.of(LOAD_BALANCER_POOLS)
        self._services = informers.of(_SERVICES)
        self._services.add_index(_BY_ADDRESS, lambda service: {entry["ip"] for entry in ingress_of(service) if entry.get("ip")})

    def free(self) -> Iterator[str]:
        """The addresses that no Service has."""
        return (address for each in self._ranges() for address in each if not self.users(address))

    def users(self, address: str) -> Objects:
        """The Services that have an address."""
        return self._services.indexed(_BY_ADDRESS, address)

    def check(self, address: str, service: Object) -> None:
        """Raises NoAddressError when a Service cannot have an address that it asks for."""
        if not self._has(address):
            raise NoAddressError(f"the requested address {address} is not in the {self}")
        if any(uid_of(user) != uid_of(service) for user in self.users(address)):
            raise NoAddressError(f"the requested address {address} is in use")

    def __str__(self) -> str:
        named = ", ".join(f"{name_of(pool)} ({', '.join(pool['spec']['ranges'])})" for pool in self._sorted())
        return f"pools {named}" if named else "pools, of which there are none"

    def _has(self, address: str) -> bool:
        try:
            parsed = IPv4Address(address)
        except AddressValueError:
            return False
        return any(parsed in each for each in self._ranges())

    def _ranges(self) -> Iterator[AddressRange]:
        return (each for pool in self._sorted() for each in ranges_of(pool))

    def _sorted(self) -> Objects:
        return sorted(self._pools.list(), key=name_of)


def ranges_of(pool: Object) -> list[AddressRange]:
    """The ranges of a pool."""
    return [parse_range(text) for text in pool["spec"]["ranges"]]


class LoadBalancerPoolStatus(Controller):
    """Counts how many addresses of each pool are in use."""

    name = "load-balancer-pool-status"
    component = "cloud-controller-manager"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._pools = toolbox.informers.of(LOAD_BALANCER_POOLS)
        self._services = toolbox.informers.of(_SERVICES)

    def watches(self) -> Mapping[str, Watch]:
        return {LOAD_BALANCER_POOLS: lambda obj, _previous: [key_of(obj)], _SERVICES: self._of_service}

    def reconcile(self, key: Key) -> float | None:
        pool = self._pools.get(key)
        if pool is None:
            return None
        ranges = ranges_of(pool)
        addresses = {IPv4Address(entry["ip"]) for service in self._services.list() for entry in _with_address(service)}
        capacity = sum(each.size for each in ranges)
        used = sum(any(address in each for each in ranges) for address in addresses)
        status = {"capacity": capacity, "used": used, "free": capacity - used}
        if pool.get("status") != status:
            self.client.update_status(LOAD_BALANCER_POOLS, {**pool, "status": status})
        return None

    def _of_service(self, service: Object, previous: Object | None) -> Iterable[Key]:
        """All pools, when the addresses of a Service may have changed."""
        if previous is not None and ingress_of(service) == ingress_of(previous):
            return []
        return [key_of(pool) for pool in self._pools.list()] if ingress_of(service) or ingress_of(previous or {}) else []


def _with_address(service: Object) -> Iterator[Object]:
    return (entry for entry in ingress_of(service) if _is_address(entry.get("ip", "")))


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
