"""The priority classes that every cluster has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch, own_key

_CLASSES = "priorityclasses.scheduling.k8s.io"
_SYSTEM = {
    "system-cluster-critical": (2_000_000_000, "Pods that the cluster cannot do without, but that may run on any node."),
    "system-node-critical": (2_000_001_000, "Pods that their node cannot do without."),
}


class SystemPriorityClasses(Controller):
    """Makes the system's priority classes."""

    name = "system-priority-classes"
    component = "kube-apiserver"

    def seeds(self) -> Iterable[Key]:
        return [Key("", name) for name in _SYSTEM]

    def watches(self) -> Mapping[str, Watch]:
        return {_CLASSES: lambda obj, previous: [key for key in own_key(obj, previous) if key.name in _SYSTEM]}

    def reconcile(self, key: Key) -> float | None:
        if self.client.get(_CLASSES, "", key.name) is None:
            value, description = _SYSTEM[key.name]
            head = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": key.name}}
            self.client.create(_CLASSES, {**head, "value": value, "description": description})
        return None
