"""Installs addons: makes the objects of each that is wanted, once, and takes them away with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.addons.manifests import installed
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.registry.simulated import ADDONS, GROUP, VERSION

_FINALIZER = f"{GROUP}/addon"
_NAMESPACES = "namespaces"
_SYSTEM = ("kube-system",)
_SOON = 0.1


class AddonInstaller(Controller):
    """Brings each Addon from being wanted to being installed; afterwards its objects are the users'."""

    name = "addon-installer"
    component = "kubeadm"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._asked_for = set(toolbox.cluster.addons)

    def seeds(self) -> Iterable[Key]:
        return [Key("", name) for name in sorted(self._asked_for)]

    def watches(self) -> Mapping[str, Watch]:
        return {ADDONS: own_key}

    def reconcile(self, key: Key) -> float | None:
        addon = self.client.get(ADDONS, "", key.name)
        if addon is None and key.name in self._asked_for:
            self.client.create(ADDONS, {"apiVersion": f"{GROUP}/{VERSION}", "kind": "Addon", "metadata": {"name": key.name}})
        self._asked_for.discard(key.name)
        if addon is None:
            return None
        if is_terminating(addon):
            self._take_away(addon)
        elif (addon.get("status") or {}).get("phase") != "Installed":
            return self._install(addon)
        return None

    def _install(self, addon: Object) -> float | None:
        manifests = installed(addon["metadata"]["name"], self.toolbox.cluster)
        if not all(map(self._is_ready_for, manifests)):
            return _SOON
        addon = self._held(addon)
        for obj in manifests:
            if self.client.get(self._resource(obj), *key_of(obj)) is None:
                self.client.create(self._resource(obj), obj)
        self.client.update_status(ADDONS, {**addon, "status": {"phase": "Installed"}})
        return None

    def _is_ready_for(self, obj: Object) -> bool:
        """Whether there is a namespace for the object: the cluster may just be made, or the addon just have been taken away."""
        name = obj["metadata"]["name"] if obj["kind"] == "Namespace" else obj["metadata"].get("namespace", "")
        namespace = self.client.get(_NAMESPACES, "", name)
        return not is_terminating(namespace) if namespace else name not in _SYSTEM

    def _held(self, addon: Object) -> Object:
        """The addon with the finalizer that keeps it until its objects are gone."""
        finalizers = addon["metadata"].get("finalizers") or []
        if _FINALIZER in finalizers:
            return addon
        return self.client.update(ADDONS, {**addon, "metadata": {**addon["metadata"], "finalizers": [*finalizers, _FINALIZER]}})

    def _take_away(self, addon: Object) -> None:
        finalizers = addon["metadata"].get("finalizers") or []
        if _FINALIZER not in finalizers:
            return
        manifests: Objects = installed(addon["metadata"]["name"], self.toolbox.cluster)
        for obj in reversed(manifests):
            self.client.delete(self._resource(obj), *key_of(obj), propagation="Background")
        left = [name for name in finalizers if name != _FINALIZER]
        self.client.update(ADDONS, {**addon, "metadata": {**addon["metadata"], "finalizers": left}})

    def _resource(self, obj: Object) -> str:
        kind = self.client.resources.catalogue.by_type(obj["apiVersion"], obj["kind"])
        assert kind is not None, obj["kind"]  # manifests are of built-in kinds
        return kind.resource
