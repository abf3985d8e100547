"""The subsets of Endpoints: addresses with the same ports, in the one form and order in which Kubernetes writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mockapi.controllers.service_endpoints import pods
from mockapi.controllers.service_endpoints.ports import sorted_subset_ports, subset_port, subset_ports_rank, target_port
from mockapi.machinery.meta import Object, Objects

# More addresses than this are cut off (Endpoints are deprecated for their size).
MAX_ADDRESSES = 1000

_READY, _NOT_READY = "addresses", "notReadyAddresses"
_Port = tuple[tuple[str, object], ...]


class _Address(NamedTuple):
    """Tells addresses apart: two entries with the same address and target are one."""

    ip: str
    target: str


def subsets_of(service: Object, selected: Iterable[Object]) -> Objects:
    """The subsets for a service and the pods that it selects."""
    return repacked(subset for pod in selected for subset in _pod_subsets(service, pod))


def repacked(subsets: Iterable[Object]) -> Objects:
    """Subsets that offer the same, each port set once and each address under all its ports.

    An address that stands both as ready and as not ready for a port is not ready.
    """
    addresses: dict[_Address, Object] = {}
    by_port: dict[_Port, dict[_Address, bool]] = {}
    for subset in subsets:
        ports: Objects = subset.get("ports") or [{}]
        for port in ports:
            ready_by_address = by_port.setdefault(tuple(sorted(port.items())), {})
            for field, ready in ((_READY, True), (_NOT_READY, False)):
                for address in subset.get(field) or ():
                    key = _Address(address["ip"], (address.get("targetRef") or {}).get("uid", ""))
                    addresses.setdefault(key, address)
                    ready_by_address[key] = ready and ready_by_address.get(key, True)
    found = [_subset(group, addresses, ports) for group, ports in _by_addresses(by_port).items()]
    return sorted(found, key=lambda subset: subset_ports_rank(subset.get("ports", ())))


def truncated(subsets: Objects) -> Objects:
    """At most MAX_ADDRESSES addresses, ready ones first, each subset cut in proportion."""
    ready, not_ready = _count(subsets, _READY), _count(subsets, _NOT_READY)
    if ready + not_ready <= MAX_ADDRESSES:
        return subsets
    if ready > MAX_ADDRESSES:
        return [_without(subset, _NOT_READY) for subset in _cut(subsets, _READY, ready, MAX_ADDRESSES)]
    return _cut(subsets, _NOT_READY, not_ready, MAX_ADDRESSES - ready)


def _pod_subsets(service: Object, pod: Object) -> Iterator[Object]:
    spec = service["spec"]
    publish = bool(spec.get("publishNotReadyAddresses"))
    found = pods.addresses(pod, (spec.get("ipFamilies") or ["IPv4"])[0])
    if not found or not pods.may_be_endpoint(pod, terminating=publish):
        return
    field = _READY if publish or pods.is_ready(pod) else _NOT_READY
    address = [_address(service, pod, found[0])]
    service_ports = spec.get("ports") or ()
    if not service_ports and spec.get("clusterIP") == "None":
        yield {field: address}
    for service_port in service_ports:
        number = target_port(service_port, pod)
        if number is not None:
            yield {field: address, "ports": [subset_port(service_port, number)]}


def _address(service: Object, pod: Object, ip: str) -> Object:
    address: Object = {"ip": ip, "targetRef": pods.reference(pod)}
    if hostname := pods.hostname(pod, service):
        address["hostname"] = hostname
    if node := pod["spec"].get("nodeName"):
        address["nodeName"] = node
    return address


def _by_addresses(by_port: dict[_Port, dict[_Address, bool]]) -> dict[frozenset[tuple[_Address, bool]], Objects]:
    """The ports that the same addresses offer in the same state. No port at all is an empty list."""
    found: dict[frozenset[tuple[_Address, bool]], Objects] = {}
    for port, ready_by_address in by_port.items():
        offered = found.setdefault(frozenset(ready_by_address.items()), [])
        if port:
            offered.append(dict(port))
    return found


def _subset(group: Iterable[tuple[_Address, bool]], addresses: dict[_Address, Object], ports: Objects) -> Object:
    subset: Object = {}
    ordered = sorted(group)
    for field, wanted in ((_READY, True), (_NOT_READY, False)):
        if found := [addresses[key] for key, ready in ordered if ready is wanted]:
            subset[field] = found
    if ports:
        subset["ports"] = sorted_subset_ports(ports)
    return subset


def _count(subsets: Objects, field: str) -> int:
    return sum(len(subset.get(field, ())) for subset in subsets)


def _cut(subsets: Objects, field: str, total: int, room: int) -> Objects:
    left, found = room, []
    for subset in subsets:
        share = min(left, math.ceil(len(subset.get(field, ())) / total * room))
        kept = subset.get(field, [])[:share]
        left -= len(kept)
        found.append({**subset, field: kept} if kept else _without(subset, field))
    return found


def _without(subset: Object, field: str) -> Object:
    return {name: value for name, value in subset.items() if name != field}
