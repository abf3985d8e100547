"""What the scheduler keeps of a pod: what it takes of its node, and what it asks of its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import orjson

from mockapi.controllers.scheduler.terms import NO_AFFINITY, Affinity, affinity_of
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, labels_of, uid_of
from mockapi.machinery.podresources import REQUESTS, charged_total
from mockapi.machinery.quantity import Quantity, parse_quantity

CPU, MEMORY = "cpu", "memory"
_EVERYWHERE = "0.0.0.0"
# What containers that ask for nothing count as.
_USUAL = {CPU: parse_quantity("100m"), MEMORY: parse_quantity("200Mi")}
_DISTINCT = 4096
_ASKING = ("name", "resources", "ports", "restartPolicy")
_HOLDING = ("name", "resources", "allocatedResources")


class HostPort(NamedTuple):
    """A port that a container takes on its node (ContainerPort.hostPort); `address` 0.0.0.0 stands for all."""

    address: str
    protocol: str
    port: int

    def collides(self, other: HostPort) -> bool:
        """Whether both cannot be had on one node."""
        everywhere = _EVERYWHERE in {self.address, other.address}
        return self[1:] == other[1:] and (everywhere or self.address == other.address)


@dataclass(frozen=True, slots=True)
class Request:
    """What one pod takes of a node: thousandths of a processor, whole units of anything else.

    `usual_cpu` and `usual_memory` are for scoring, where a container that asks for nothing counts as well.
    """

    amounts: tuple[tuple[str, int], ...]
    usual_cpu: int
    usual_memory: int
    ports: tuple[HostPort, ...] = ()


@dataclass(frozen=True, slots=True)
class PodInfo:
    """A pod as the scheduler counts it, on a node or on its way to one."""

    key: Key
    uid: str
    labels: Mapping[str, str]
    priority: int
    request: Request
    affinity: Affinity
    terminating: bool


def info_of(pod: Object) -> PodInfo:
    """What is to be known of a pod."""
    key, spec = key_of(pod), pod["spec"]
    affinity = affinity_of(spec["affinity"], key.namespace) if spec.get("affinity") else NO_AFFINITY
    labels = _shared(tuple(labels_of(pod).items()))
    return PodInfo(key, uid_of(pod), labels, priority_of(pod), request_of(pod), affinity, is_terminating(pod))


def priority_of(pod: Object) -> int:
    """Its priority (PodSpec.priority); 0 when admission gave it none."""
    return int(pod["spec"].get("priority") or 0)


def request_of(pod: Object) -> Request:
    """What a pod takes; pods that ask for the same share the answer."""
    spec, status = pod["spec"], pod.get("status") or {}
    asked = {name: spec[name] for name in ("overhead", "resources") if spec.get(name)}
    asked |= {name: _parts(spec.get(name), _ASKING) for name in ("containers", "initContainers")}
    held = {name: _parts(status.get(name), _HOLDING) for name in ("containerStatuses", "initContainerStatuses")}
    return _known_request(orjson.dumps({"spec": asked, "status": held}))


def _parts(containers: Iterable[Object] | None, names: tuple[str, ...]) -> Objects:
    """What counts of containers, or of their states."""
    return [{name: container[name] for name in names if name in container} for container in containers or ()]


def counted(name: str, amount: Quantity) -> int:
    """An amount of a resource in the units of `Request`, rounded up."""
    return amount.milli_value if name == CPU else amount.value


@lru_cache(_DISTINCT)
def _known_request(text: bytes) -> Request:
    pod = orjson.loads(text)
    asked = {name: counted(name, amount) for name, amount in charged_total(pod, REQUESTS).items()}
    usual = charged_total(pod, REQUESTS, _USUAL)
    amounts = tuple((name, amount) for name, amount in asked.items() if amount)
    return Request(amounts, counted(CPU, usual[CPU]), counted(MEMORY, usual[MEMORY]), tuple(_ports(pod["spec"])))


def _ports(spec: Object) -> Iterator[HostPort]:
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    for container in [*spec["containers"], *sidecars]:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield HostPort(port.get("hostIP") or _EVERYWHERE, port.get("protocol") or "TCP", port["hostPort"])


@lru_cache(_DISTINCT)
def _shared(labels: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The labels of pods of one template, kept once."""
    return MappingProxyType(dict(labels))
