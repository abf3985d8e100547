"""EndpointSlices that repeat Endpoints which were written by hand (KEP-752, EndpointSliceMirroring)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockapi.controllers.service_endpoints.packing import Desired
from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.ports import PortKey, port_key, sorted_slice_ports
from mockapi.controllers.service_endpoints.slices import (
    MANAGED_BY,
    SERVICE_NAME,
    endpoint_key,
    endpoints_of,
    new_slice,
    same_state,
)
from mockapi.controllers.service_endpoints.subsets import repacked
from mockapi.controllers.service_endpoints.triggers import LAST_CHANGE
from mockapi.machinery.addresses import parse_ip
from mockapi.machinery.meta import Object, Objects, annotations_of, labels_of, name_of

MANAGER = "endpointslicemirroring-controller.k8s.io"
MAX_ADDRESSES = 1000

_SKIP = "endpointslice.kubernetes.io/skip-mirror"
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_NOT_COPIED = frozenset({LAST_CHANGE, "kubectl.kubernetes.io/last-applied-configuration"})


class Mirrored(NamedTuple):
    """What is to be done, how many addresses are no IP addresses, and how many were left out in all."""

    plan: Plan
    invalid: int
    skipped: int


class _Group(NamedTuple):
    ports: Objects
    endpoints: Desired


def is_mirrored(endpoints: Object) -> bool:
    """Whether Endpoints want slices: not when they say no, and not when they serve as a lock."""
    return labels_of(endpoints).get(_SKIP) != "true" and _LEADER not in annotations_of(endpoints)


def plan_mirror(endpoints: Object, existing: Objects) -> Mirrored:
    """What is to be done with the mirrored slices of Endpoints."""
    groups, invalid, skipped = _desired(endpoints)
    by_key: dict[tuple[str, PortKey], Objects] = {}
    for slice_ in existing:
        by_key.setdefault((slice_["addressType"], port_key(slice_.get("ports"))), []).append(slice_)
    plan = Plan()
    for key, group in groups.items():
        if group.endpoints:
            _plan_group(endpoints, key[0], group, by_key.pop(key, []), plan)
    for slices in by_key.values():
        plan.delete += slices
    plan.recycle(lambda _: True)
    return Mirrored(plan, invalid, skipped)


def _desired(endpoints: Object) -> tuple[dict[tuple[str, PortKey], _Group], int, int]:
    groups: dict[tuple[str, PortKey], _Group] = {}
    invalid = skipped = 0
    for subset in repacked(endpoints.get("subsets") or ()):
        ports = sorted_slice_ports({**port, "name": port.get("name", "")} for port in subset.get("ports", ()))
        added = 0
        for address, ready in _addresses(subset):
            family = _family(address["ip"])
            if added >= MAX_ADDRESSES or not family:
                skipped += 1
                invalid += added < MAX_ADDRESSES
                continue
            added += 1
            endpoint = _endpoint(address, ready)
            group = groups.setdefault((family, port_key(ports)), _Group(ports, {}))
            group.endpoints[endpoint_key(endpoint)] = endpoint
    return groups, invalid, skipped


def _plan_group(endpoints: Object, family: str, group: _Group, existing: Objects, plan: Plan) -> None:
    """One slice holds a whole group, however large it is."""
    new = _new_slice(endpoints, family, group)
    if not existing:
        plan.create.append(new)
        return
    current, *others = existing
    plan.delete += others
    if _is_up_to_date(current, new, group.endpoints):
        plan.keep.append(current)
        return
    # As on a real cluster, where an update of a mirrored slice drops its generateName.
    new["metadata"].pop("generateName")
    new["metadata"]["name"] = name_of(current)
    plan.update.append(new)


def _new_slice(endpoints: Object, family: str, group: _Group) -> Object:
    labels = {**labels_of(endpoints), SERVICE_NAME: name_of(endpoints), MANAGED_BY: MANAGER}
    slice_ = new_slice(endpoints, family, group.ports, labels)
    slice_["metadata"]["annotations"] = {k: v for k, v in annotations_of(endpoints).items() if k not in _NOT_COPIED}
    slice_["endpoints"] = list(group.endpoints.values())
    return slice_


def _is_up_to_date(current: Object, new: Object, desired: Desired) -> bool:
    found = endpoints_of(current)
    return (
        labels_of(current) == labels_of(new)
        and annotations_of(current) == annotations_of(new)
        and len(found) == len(desired)
        and all(same_state(desired.get(endpoint_key(endpoint), {}), endpoint) for endpoint in found)
    )


def _addresses(subset: Object) -> Iterator[tuple[Object, bool]]:
    for address in subset.get("addresses", ()):
        yield address, True
    for address in subset.get("notReadyAddresses", ()):
        yield address, False


def _family(ip: str) -> str:
    address = parse_ip(ip)
    return f"IPv{address.version}" if address else ""


def _endpoint(address: Object, ready: bool) -> Object:
    endpoint: Object = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    endpoint |= {field: address[field] for field in ("hostname", "nodeName", "targetRef") if address.get(field)}
    return endpoint
