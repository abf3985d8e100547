"""What pods ask for, and how much of each node is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mockapi.machinery.meta import Object, uid_of
from mockapi.machinery.quantity import Quantity, parse_quantity

_ZERO = parse_quantity("0")
_ENDED = ("Succeeded", "Failed")


class Request(NamedTuple):
    """Resources asked for, in one or several pods."""

    cpu: Quantity = _ZERO
    memory: Quantity = _ZERO
    pods: int = 0

    def plus(self, other: Request) -> Request:
        """Both together."""
        return Request(self.cpu + other.cpu, self.memory + other.memory, self.pods + other.pods)

    def minus(self, other: Request) -> Request:
        """This without the other."""
        return Request(self.cpu - other.cpu, self.memory - other.memory, self.pods - other.pods)


def request_of(pod: Object) -> Request:
    """What a pod needs: all its containers together, or its largest init container (core/v1 PodSpec.initContainers)."""
    spec = pod["spec"]
    return Request(_needed(spec, "cpu"), _needed(spec, "memory"), 1)


def _needed(spec: Object, name: str) -> Quantity:
    together = _sum(_requested(container, name) for container in spec["containers"])
    largest = max((_requested(container, name) for container in spec.get("initContainers") or ()), default=_ZERO)
    overhead = parse_quantity((spec.get("overhead") or {}).get(name, "0"))
    return max(together, largest) + overhead


def _requested(container: Object, name: str) -> Quantity:
    return parse_quantity(((container.get("resources") or {}).get("requests") or {}).get(name, "0"))


def _sum(amounts: Iterable[Quantity]) -> Quantity:
    total = _ZERO
    for amount in amounts:
        total = total + amount
    return total


class Usage:
    """Which pod is where. Being told the same twice changes nothing."""

    def __init__(self) -> None:
        self._placed: dict[str, tuple[str, Request]] = {}
        self._totals: dict[str, Request] = {}

    def place(self, pod: Object, node: str) -> None:
        """Counts the pod on the node; one that has ended, or with "" as the node, nowhere."""
        uid = uid_of(pod)
        where = "" if (pod.get("status") or {}).get("phase") in _ENDED else node
        known = self._placed.get(uid, ("", Request()))
        if known[0] == where:
            return
        if known[0]:
            self._totals[known[0]] = self._totals[known[0]].minus(known[1])
            del self._placed[uid]
        if where:
            asked = request_of(pod)
            self._placed[uid] = (where, asked)
            self._totals[where] = self._totals.get(where, Request()).plus(asked)

    def of(self, node: str) -> Request:
        """What is taken of a node."""
        return self._totals.get(node, Request())
