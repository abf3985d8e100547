"""Lets volumes and claims that are to be deleted go as soon as nothing uses them (KEP-1024)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object, is_terminating, name_of, namespace_of
from mockapi.reconcile.controller import Controller, Watch, own_key

_CLAIMS, _VOLUMES, _PODS = "persistentvolumeclaims", "persistentvolumes", "pods"


class ClaimProtection(Controller):
    """Takes the finalizer from claims that no pod on a node uses."""

    name = "persistentvolumeclaim-protection"
    component = "kube-controller-manager"

    def watches(self) -> Mapping[str, Watch]:
        return {_CLAIMS: own_key, _PODS: _claims_of_either}

    def reconcile(self, key: Key) -> float | None:
        claim = self.client.get(_CLAIMS, key.namespace, key.name)
        if claim is not None and not self._is_used(key):
            _release(self, _CLAIMS, claim, "kubernetes.io/pvc-protection")
        return None

    def _is_used(self, key: Key) -> bool:
        return any(pod["spec"].get("nodeName") and key in _claims_of(pod) for pod in self.client.list(_PODS, key.namespace))


class VolumeProtection(Controller):
    """Takes the finalizer from volumes that are bound to no claim."""

    name = "persistentvolume-protection"
    component = "kube-controller-manager"

    def watches(self) -> Mapping[str, Watch]:
        return {_VOLUMES: own_key}

    def reconcile(self, key: Key) -> float | None:
        volume = self.client.get(_VOLUMES, "", key.name)
        if volume is not None and (volume.get("status") or {}).get("phase") != "Bound":
            _release(self, _VOLUMES, volume, "kubernetes.io/pv-protection")
        return None


def _release(controller: Controller, resource: str, obj: Object, finalizer: str) -> None:
    meta = obj["metadata"]
    if is_terminating(obj) and finalizer in (meta.get("finalizers") or ()):
        left = [each for each in meta["finalizers"] if each != finalizer]
        controller.client.update(resource, {**obj, "metadata": {**meta, "finalizers": left}})


def _claims_of(pod: Object) -> list[Key]:
    """The claims that a pod names, and those that are made for its ephemeral volumes."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            found.append(Key(namespace_of(pod), volume["persistentVolumeClaim"]["claimName"]))
        elif volume.get("ephemeral"):
            found.append(Key(namespace_of(pod), f"{name_of(pod)}-{volume['name']}"))
    return found


def _claims_of_either(obj: Object, previous: Object | None) -> Iterable[Key]:
    return {*_claims_of(obj), *(_claims_of(previous) if previous else ())}
