"""The namespaces that every cluster has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch, own_key

_NAMES = ("default", "kube-system", "kube-public", "kube-node-lease")


class SystemNamespaces(Controller):
    """Makes the system namespaces, again should one be gone."""

    name = "system-namespaces"
    component = "kube-apiserver"

    def seeds(self) -> Iterable[Key]:
        return [Key("", name) for name in _NAMES]

    def watches(self) -> Mapping[str, Watch]:
        return {"namespaces": lambda obj, previous: [key for key in own_key(obj, previous) if key.name in _NAMES]}

    def reconcile(self, key: Key) -> float | None:
        if self.client.get("namespaces", "", key.name) is None:
            self.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": key.name}})
        return None
