"""What pods ask for, and how much of each node is taken."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockapi.machinery.meta import Object, controller_of, uid_of
from mockapi.machinery.quantity import Quantity, parse_quantity

ZERO = parse_quantity("0")
_ENDED = ("Succeeded", "Failed")
# Of these a pod may say as a whole what it needs (PodSpec.resources, KEP-2837).
_OF_WHOLE_PODS = ("cpu", "memory", "hugepages-")

Amounts = dict[str, Quantity]


class HostPort(NamedTuple):
    """A port that a container takes on its node (ContainerPort.hostPort); `address` 0.0.0.0 stands for all."""

    address: str
    protocol: str
    port: int

    def collides(self, other: HostPort) -> bool:
        """Whether both cannot be had on one node."""
        everywhere = "0.0.0.0" in {self.address, other.address}
        return self[1:] == other[1:] and (everywhere or self.address == other.address)


@dataclass(frozen=True)
class Request:
    """What one pod needs of a node; `owner` is the uid of its controller."""

    amounts: Amounts
    ports: tuple[HostPort, ...] = ()
    owner: str = ""


@dataclass
class Load:
    """What the pods of a node have taken, and how many there are of each controller."""

    pods: int = 0
    amounts: Amounts = field(default_factory=dict)
    ports: Counter[HostPort] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)

    def add(self, request: Request) -> None:
        """Counts a pod."""
        self.pods += 1
        self.owners[request.owner] += 1
        self.ports.update(request.ports)
        for name, amount in request.amounts.items():
            self.amounts[name] = self.amounts.get(name, ZERO) + amount

    def subtract(self, request: Request) -> None:
        """Counts a pod no longer."""
        self.pods -= 1
        _uncount(self.owners, request.owner)
        for port in request.ports:
            _uncount(self.ports, port)
        for name, amount in request.amounts.items():
            self.amounts[name] = self.amounts[name] - amount


def _uncount(counter: Counter[Any], value: Hashable) -> None:
    counter[value] -= 1
    if not counter[value]:
        del counter[value]


def request_of(pod: Object) -> Request:
    """What a pod needs: all that run together, or what its start needs (core/v1 PodSpec.initContainers), and its overhead."""
    spec, owner = pod["spec"], controller_of(pod)
    amounts = _largest(_together(spec), _at_start(spec))
    for name, text in ((spec.get("resources") or {}).get("requests") or {}).items():
        if name.startswith(_OF_WHOLE_PODS):
            amounts[name] = parse_quantity(text)
    amounts = _sum(amounts, _parsed(spec.get("overhead")))
    return Request({name: amount for name, amount in amounts.items() if amount}, tuple(_ports(spec)), owner["uid"] if owner else "")


def _together(spec: Object) -> Amounts:
    sidecars = [container for container in spec.get("initContainers") or () if _is_sidecar(container)]
    total: Amounts = {}
    for container in [*spec["containers"], *sidecars]:
        total = _sum(total, _requested(container))
    return total


def _at_start(spec: Object) -> Amounts:
    """Init containers run one by one, each beside the sidecars before it (KEP-753)."""
    beside: Amounts = {}
    most: Amounts = {}
    for container in spec.get("initContainers") or ():
        needed = _sum(beside, _requested(container))
        most = _largest(most, needed)
        if _is_sidecar(container):
            beside = needed
    return most


def _is_sidecar(container: Object) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def _requested(container: Object) -> Amounts:
    return _parsed((container.get("resources") or {}).get("requests"))


def _parsed(amounts: Mapping[str, str] | None) -> Amounts:
    return {name: parse_quantity(text) for name, text in (amounts or {}).items()}


def _sum(one: Amounts, other: Amounts) -> Amounts:
    return {name: one.get(name, ZERO) + other.get(name, ZERO) for name in {**one, **other}}


def _largest(one: Amounts, other: Amounts) -> Amounts:
    return {name: max(one.get(name, ZERO), other.get(name, ZERO)) for name in {**one, **other}}


def _ports(spec: Object) -> Iterator[HostPort]:
    for container in spec["containers"]:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield HostPort(port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"])


class Usage:
    """Which pod is where. Being told the same twice changes nothing; may be told from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._placed: dict[str, tuple[str, Request]] = {}
        self._loads: dict[str, Load] = {}

    def place(self, pod: Object, node: str = "") -> bool:
        """Counts the pod on the node, or on its own; one that has ended, nowhere. True when something became free.

        A pod without a node is left where it is: it never loses the node that it was given, so it is an older state.
        """
        if (pod.get("status") or {}).get("phase") in _ENDED:
            return self.remove(pod)
        where = node or pod["spec"].get("nodeName")
        if not where:
            return False
        uid, placed = uid_of(pod), (where, request_of(pod))
        with self._lock:
            if self._placed.get(uid) == placed:
                return False
            freed = self._remove(uid)
            self._placed[uid] = placed
            self._loads.setdefault(where, Load()).add(placed[1])
            return freed

    def remove(self, pod: Object) -> bool:
        """Counts the pod nowhere. True when it was counted."""
        with self._lock:
            return self._remove(uid_of(pod))

    def of(self, node: str) -> Load:
        """What is taken of a node; not to be changed."""
        return self._loads.get(node) or Load()

    def _remove(self, uid: str) -> bool:
        node, request = self._placed.pop(uid, ("", None))
        if request is None:
            return False
        self._loads[node].subtract(request)
        return True
