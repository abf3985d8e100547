"""The default storage class that clusters for development come with (kind's `standard`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.persistentvolume.facts import CLASSES, DEFAULT_CLASS
from mockapi.controllers.persistentvolume.provisioner import DRIVER
from mockapi.machinery.meta import Key, Object
from mockapi.reconcile.controller import Controller, Watch

_NAME = "standard"
_CLASS: Object = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": _NAME, "annotations": {DEFAULT_CLASS: "true"}},
    "provisioner": DRIVER,
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}


class StandardStorageClass(Controller):
    """Makes the class at the start, if the simulation has one; afterwards it is the users'."""

    name = "standard-storage-class"
    component = "kubectl-client-side-apply"

    def seeds(self) -> Iterable[Key]:
        return [Key("", _NAME)] if self.toolbox.simulation.default_storage_class else []

    def watches(self) -> Mapping[str, Watch]:
        return {}

    def reconcile(self, key: Key) -> float | None:
        if self.client.get(CLASSES, "", key.name) is None:
            self.client.create(CLASSES, _CLASS)
        return None
