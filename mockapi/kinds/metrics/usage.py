"""What containers and nodes use, as a pure model: the same names at the same time always use the same.

Time counts in steps of the interval at which metrics-server scrapes kubelets (its option --metric-resolution).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from mockapi.machinery.meta import Object, annotations_of, name_of, namespace_of
from mockapi.machinery.quantity import Format, Quantity, QuantityError, parse_quantity

WINDOW = timedelta(seconds=15)
"""The time over which CPU is averaged, and after which there is a new sample."""

CPU, MEMORY = "cpu", "memory"

# Annotations of a pod with what its first container uses, or the one that a third names.
_ANNOTATION = "simulation.mockapi.dev/"
_NAMED = f"{_ANNOTATION}container"

_NANO = 10**9
_MILLI_CPU = 10**6
_MEBIBYTE = 2**20
_PAGE = 4096
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Range(NamedTuple):
    low: float
    high: float


class _Pattern(NamedTuple):
    """How much of a resource is used: a share of the request, or an amount where nothing is requested, varied by so much over time."""

    share: _Range
    idle: _Range
    variation: float


# CPU in billionths of a core, memory in bytes.
_OF_CONTAINER = {
    CPU: _Pattern(_Range(0.2, 0.6), _Range(1 * _MILLI_CPU, 5 * _MILLI_CPU), 0.1),
    MEMORY: _Pattern(_Range(0.4, 0.7), _Range(8 * _MEBIBYTE, 40 * _MEBIBYTE), 0.02),
}
# The kubelet, the container runtime and the operating system.
_OF_SYSTEM = {
    CPU: _Pattern(_Range(0, 0), _Range(60 * _MILLI_CPU, 120 * _MILLI_CPU), 0.1),
    MEMORY: _Pattern(_Range(0, 0), _Range(400 * _MEBIBYTE, 600 * _MEBIBYTE), 0.02),
}


class Usage(NamedTuple):
    """CPU in billionths of a core, memory in bytes."""

    cpu: int
    memory: int

    def plus(self, other: Usage) -> Usage:
        """The sum of both."""
        return Usage(self.cpu + other.cpu, self.memory + other.memory)

    def as_object(self) -> dict[str, str]:
        """As the API writes it: a ResourceList."""
        return {CPU: str(Quantity(self.cpu)), MEMORY: str(Quantity(self.memory * _NANO, Format.BINARY_SI))}


NOTHING = Usage(0, 0)


def sampled_at(now: datetime) -> datetime:
    """When the newest sample was taken."""
    return _EPOCH + (now - _EPOCH) // WINDOW * WINDOW


def running_containers(pod: Object) -> list[Object]:
    """The containers of a running pod that run, sidecars included."""
    spec, status = pod["spec"], pod.get("status") or {}
    if status.get("phase") != "Running":
        return []
    states = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    running = {state["name"] for state in states if (state.get("state") or {}).get("running") is not None}
    return [each for each in (*(spec.get("initContainers") or ()), *spec["containers"]) if each["name"] in running]


def usage_of_container(pod: Object, container: Object, moment: datetime) -> Usage:
    """What a container uses at the moment of a sample: what annotations say, else a share of what it requests, up to its limits."""
    name = f"{namespace_of(pod)}/{name_of(pod)}/{container['name']}"
    resources = container.get("resources") or {}
    annotations = annotations_of(pod) if container["name"] == _meant(pod) else {}

    def used(resource: str) -> int:
        requested, limit = (_amount(resources.get(side), resource) for side in ("requests", "limits"))
        told = _amount(annotations, _ANNOTATION + resource, resource)
        amount = _varied(_OF_CONTAINER[resource], f"{name}/{resource}", requested, moment) if told is None else told
        return amount if limit is None else min(amount, limit)

    return Usage(used(CPU), _whole_pages(used(MEMORY)))


def usage_of_pod(pod: Object, moment: datetime) -> Usage:
    """The sum of its running containers."""
    return _sum(usage_of_container(pod, container, moment) for container in running_containers(pod))


def usage_of_node(node: Object, pods: Iterable[Object], moment: datetime) -> Usage:
    """What a node and the pods on it use, never more than it has."""
    system = (_varied(_OF_SYSTEM[resource], f"{name_of(node)}/{resource}", None, moment) for resource in (CPU, MEMORY))
    cpu, memory = _sum([Usage(*system), *(usage_of_pod(pod, moment) for pod in pods)])
    capacity = (node.get("status") or {}).get("capacity")
    most_cpu, most_memory = _amount(capacity, CPU), _amount(capacity, MEMORY)
    return Usage(cpu if most_cpu is None else min(cpu, most_cpu), _whole_pages(memory if most_memory is None else min(memory, most_memory)))


def _meant(pod: Object) -> str:
    """The container that the annotations are about."""
    return annotations_of(pod).get(_NAMED) or str(pod["spec"]["containers"][0]["name"])


def _amount(texts: Mapping[str, str] | None, name: str, resource: str = "") -> int | None:
    """An amount in the unit of the resource; None when it is absent or no quantity."""
    try:
        nanos = parse_quantity((texts or {})[name]).nanos
    except (KeyError, QuantityError):
        return None
    return nanos if (resource or name) == CPU else nanos // _NANO


def _varied(pattern: _Pattern, name: str, requested: int | None, moment: datetime) -> int:
    step = (moment - _EPOCH) // WINDOW
    low, high = pattern.idle if not requested else (pattern.share.low * requested, pattern.share.high * requested)
    level = low + (high - low) * _fraction(name)
    return int(level * (1 + pattern.variation * (2 * _fraction(f"{name}@{step}") - 1)))


def _fraction(text: str) -> float:
    """A number from 0 to 1 that belongs to a text."""
    return crc32(text.encode()) / 0xFFFFFFFF


def _whole_pages(size: int) -> int:
    return size // _PAGE * _PAGE


def _sum(parts: Iterable[Usage]) -> Usage:
    total = NOTHING
    for part in parts:
        total = total.plus(part)
    return total
