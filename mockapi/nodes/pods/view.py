"""A pod and its containers as the subjects of stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from mockapi.machinery.meta import Object, Objects, annotations_of, is_terminating, name_of, namespace_of, uid_of
from mockapi.nodes.pods.held import held_since
from mockapi.nodes.pods.surroundings import Surroundings
from mockapi.nodes.staging.engine import Event, Memory
from mockapi.nodes.staging.stage import Path, at
from mockapi.registry.patch.merge_patch import apply_merge_patch as merge_patch

# Where a pod has its containers and their statuses, in the order in which they start.
LISTS = {
    "initContainers": "initContainerStatuses",
    "containers": "containerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}
ENDED = frozenset({"Succeeded", "Failed"})
ANNOTATION = "simulation.mockapi.dev/"
# Annotations with which a pod says itself how it fails.
_FAILURES = ("fail", "exit-code")

Facts = Mapping[str, Callable[[Any], Any]]


class PodView:
    """A pod with what its kubelet knows. `facts` are the computed values by name."""

    kind = "Pod"
    id = ""

    def __init__(self, pod: Object, around: Surroundings, facts: Facts, container_facts: Facts) -> None:
        self.pod = pod
        self.around = around
        self.spec: Object = pod["spec"]
        self.status: Object = pod["status"]
        self.now = around.now
        self.memory: Memory = around.memory
        self._facts = facts
        self._container_facts = container_facts
        self.seed = uid_of(pod)

    @cached_property
    def containers(self) -> list[ContainerView]:
        """All containers, in the order in which they start."""
        return list(self._views())

    def value(self, path: Path) -> Any:
        head = path[0]
        if head in ("metadata", "spec", "status"):
            return at(self.pod, path)
        if head == "settings":
            return self.around.settings.jittered(getattr(self.around.settings, path[1]), self.seed, path[1])
        return at(self._facts[head](self), path[1:])

    def state(self) -> str:
        return f"{self.status.get('phase')}/{self.pod['metadata'].get('generation')}"

    def held(self) -> datetime | None:
        return held_since(self.pod)

    def merged(self, status: Object) -> Object:
        merged: Object = merge_patch(self.status, status)
        return merged

    def event(self, type: str, reason: str, message: str) -> Event:
        return Event(type, reason, message)

    def having(self, status: Object) -> PodView:
        """The same pod with another status."""
        return PodView({**self.pod, "status": status}, self.around, self._facts, self._container_facts)

    def annotation(self, name: str) -> str | None:
        """The value of an annotation that overrides the simulation for this pod, or what a Fault says instead."""
        own = annotations_of(self.pod)
        if self.around.fault and not any(ANNOTATION + asked in own for asked in _FAILURES):
            return self.around.fault.get(name, own.get(ANNOTATION + name))
        return own.get(ANNOTATION + name)

    @property
    def terminating(self) -> bool:
        """Whether the pod is to be deleted."""
        return is_terminating(self.pod)

    @property
    def ended(self) -> bool:
        """Whether the phase is one that nothing follows."""
        return self.status.get("phase") in ENDED

    @property
    def identity(self) -> str:
        """The pod as messages of kubelets name it: name_namespace(uid)."""
        return f"{name_of(self.pod)}_{namespace_of(self.pod)}({uid_of(self.pod)})"

    def of(self, field: str) -> list[ContainerView]:
        """The containers of one of the lists of the spec."""
        return [each for each in self.containers if each.field == field]

    def _views(self) -> Iterator[ContainerView]:
        for field, status_field in LISTS.items():
            specs = self.spec.get(field)
            if specs:
                statuses = {each["name"]: each for each in self.status.get(status_field) or ()}
                for position, spec in enumerate(specs):
                    yield ContainerView(self, field, position, spec, statuses.get(spec["name"]) or {}, self._container_facts)


class ContainerView:
    """A container of a pod: `spec` and `status` are its own, `pod` is the whole."""

    kind = "Container"

    def __init__(self, pod: PodView, field: str, position: int, spec: Object, status: Object, facts: Facts) -> None:
        self.pod = pod
        self.field = field
        self.position = position
        self.spec = spec
        self.status = status
        self.name: str = spec["name"]
        self.id = self.name
        self.seed = f"{pod.seed}/{self.name}"
        self.now = pod.now
        self.memory = pod.memory
        self.state_of: Object = status.get("state") or {}
        self._facts = facts

    @property
    def role(self) -> str:
        """One of init, sidecar (KEP-753), app and ephemeral."""
        if self.field == "initContainers":
            return "sidecar" if self.spec.get("restartPolicy") == "Always" else "init"
        return "app" if self.field == "containers" else "ephemeral"

    @property
    def running(self) -> Object | None:
        """state.running."""
        return self.state_of.get("running")

    @property
    def waiting(self) -> Object | None:
        """state.waiting."""
        return self.state_of.get("waiting")

    @property
    def terminated(self) -> Object | None:
        """state.terminated."""
        return self.state_of.get("terminated")

    @property
    def last(self) -> Object | None:
        """lastState.terminated: how the run before ended."""
        return (self.status.get("lastState") or {}).get("terminated")

    def value(self, path: Path) -> Any:
        head = path[0]
        if head == "spec":
            return at(self.spec, path[1:])
        if head == "status":
            return at(self.status, path[1:])
        if head == "pod":
            return self.pod.value(path[1:])
        if head == "settings":
            return self.pod.value(path)
        return at(self._facts[head](self), path[1:])

    def state(self) -> str:
        waiting = (self.waiting or {}).get("reason", "")
        return f"{next(iter(self.state_of), '')}/{waiting}/{self.status.get('restartCount', 0)}/{self.spec['image']}"

    def held(self) -> datetime | None:
        return self.pod.held()

    def merged(self, status: Object) -> Object:
        return self.written(merge_patch(self.status, status))

    def event(self, type: str, reason: str, message: str) -> Event:
        return Event(type, reason, message, f"spec.{self.field}{{{self.name}}}")

    def written(self, status: Object) -> Object:
        """The pod's status with this container's replaced."""
        field = LISTS[self.field]
        statuses: Objects = list(self.pod.status.get(field) or ())
        positions = [position for position, each in enumerate(statuses) if each["name"] == self.name]
        if positions:
            statuses[positions[0]] = status
        else:
            statuses.append(status)
        return {**self.pod.status, field: statuses}
