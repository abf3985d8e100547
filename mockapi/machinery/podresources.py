"""What a whole pod requests and is limited to (core/v1 PodSpec: containers, init containers, resources, overhead)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO, Quantity, parse_quantity

REQUESTS, LIMITS = "requests", "limits"

Amounts = dict[str, Quantity]

# Of these a pod may say as a whole what it needs (PodSpec.resources, KEP-2837).
_OF_WHOLE_PODS = ("cpu", "memory", "hugepages-")


def parsed(texts: Mapping[str, str] | None) -> Amounts:
    """Amounts by resource, as a ResourceList writes them."""
    return {name: parse_quantity(text) for name, text in (texts or {}).items()}


def added(one: Amounts, other: Amounts) -> Amounts:
    """The sum, resource by resource."""
    return {name: one.get(name, ZERO) + other.get(name, ZERO) for name in {**one, **other}}


def largest(one: Amounts, other: Amounts) -> Amounts:
    """The greater of two amounts, resource by resource."""
    return {name: max(one.get(name, other.get(name, ZERO)), other.get(name, ZERO)) for name in {**one, **other}}


def desired_total(pod: Object, side: str) -> Amounts:
    """What the pod's spec asks for on a side (REQUESTS or LIMITS), its overhead left out."""
    return _total(pod["spec"], side, {})


def charged_total(pod: Object, side: str, missing: Mapping[str, Quantity] = MappingProxyType({})) -> Amounts:
    """What the pod holds: what it has already counts while it is being resized (KEP-1287), and so does its overhead.

    Overhead does not make a limit where there is none. `missing` is what to take for each container that says nothing of a resource.
    """
    status = pod.get("status") or {}
    states = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    total = _total(pod["spec"], side, {state["name"]: state for state in states}, missing)
    overhead = parsed(pod["spec"].get("overhead"))
    if side == LIMITS:
        overhead = {name: value for name, value in overhead.items() if name in total}
    return added(total, overhead)


def _total(spec: Object, side: str, states: Mapping[str, Object], missing: Mapping[str, Quantity] = MappingProxyType({})) -> Amounts:
    def of_container(container: Object) -> Amounts:
        return {**missing, **_of_container(container, side, states.get(container["name"]) or {})}

    total = largest(_together(spec, of_container), _at_start(spec, of_container))
    whole = parsed((spec.get("resources") or {}).get(side))
    return {**total, **{name: value for name, value in whole.items() if name.startswith(_OF_WHOLE_PODS)}}


def _together(spec: Object, of_container: Callable[[Object], Amounts]) -> Amounts:
    sidecars = [container for container in spec.get("initContainers") or () if _is_sidecar(container)]
    return _sum(map(of_container, [*(spec.get("containers") or ()), *sidecars]))


def _at_start(spec: Object, of_container: Callable[[Object], Amounts]) -> Amounts:
    """Init containers run one by one, each beside the sidecars before it (KEP-753)."""
    beside: Amounts = {}
    most: Amounts = {}
    for container in spec.get("initContainers") or ():
        needed = added(beside, of_container(container))
        most = largest(most, needed)
        if _is_sidecar(container):
            beside = needed
    return most


def _of_container(container: Object, side: str, state: Object) -> Amounts:
    amounts = parsed((container.get("resources") or {}).get(side))
    amounts = largest(amounts, parsed((state.get("resources") or {}).get(side)))
    return largest(amounts, parsed(state.get("allocatedResources"))) if side == REQUESTS else amounts


def _is_sidecar(container: Object) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def _sum(parts: Iterable[Amounts]) -> Amounts:
    total: Amounts = {}
    for part in parts:
        total = added(total, part)
    return total
