"""Keeps volumes and claims that are to be deleted for as long as something uses them (KEP-1024)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.persistentvolume.facts import BOUND, CLAIMS, VOLUMES, claims_of, phase_of
from mockapi.controllers.persistentvolume.store import Store
from mockapi.machinery.meta import Key, Object, is_terminating, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_PODS = "pods"


class ClaimProtection(Controller):
    """Guards claims that pods on nodes use. A pod that has no node yet does not count: no kubelet will start it with such a claim."""

    name = "persistentvolumeclaim-protection"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._store = Store(toolbox.informers)

    def watches(self) -> Mapping[str, Watch]:
        return {CLAIMS: own_key, _PODS: _claims_of_either}

    def reconcile(self, key: Key) -> float | None:
        claim = self._store.claim(key)
        if claim is not None:
            _guard(self, CLAIMS, claim, "kubernetes.io/pvc-protection", self._is_used(claim, key))
        return None

    def _is_used(self, claim: Object, key: Key) -> bool:
        return any(pod["spec"].get("nodeName") and _uses(pod, claim, key) for pod in self._store.pods_using(key))


class VolumeProtection(Controller):
    """Guards volumes that are bound to a claim."""

    name = "persistentvolume-protection"

    def watches(self) -> Mapping[str, Watch]:
        return {VOLUMES: own_key}

    def reconcile(self, key: Key) -> float | None:
        volume = self.client.get(VOLUMES, "", key.name)
        if volume is not None:
            _guard(self, VOLUMES, volume, "kubernetes.io/pv-protection", phase_of(volume) == BOUND)
        return None


def _guard(controller: Controller, resource: str, obj: Object, finalizer: str, in_use: bool) -> None:
    """Gives the object the finalizer, or takes it from one that is to be deleted and that nothing uses."""
    meta = obj["metadata"]
    finalizers = meta.get("finalizers") or []
    if is_terminating(obj):
        wanted = finalizers if in_use else [each for each in finalizers if each != finalizer]
    else:
        wanted = finalizers if finalizer in finalizers else [*finalizers, finalizer]
    if wanted != finalizers:
        controller.client.update(resource, {**obj, "metadata": {**meta, "finalizers": wanted}})


def _uses(pod: Object, claim: Object, key: Key) -> bool:
    """Whether the pod names the claim, or the claim was made for it and it has not shut down."""
    own = _is_owned_by(claim, pod) and not _has_shut_down(pod)
    return any(used.key == key and (own or not used.ephemeral) for used in claims_of(pod))


def _has_shut_down(pod: Object) -> bool:
    return is_terminating(pod) and pod["metadata"].get("deletionGracePeriodSeconds") == 0


def _is_owned_by(claim: Object, pod: Object) -> bool:
    return any(reference.get("uid") == uid_of(pod) for reference in claim["metadata"].get("ownerReferences") or ())


def _claims_of_either(pod: Object, previous: Object | None) -> Iterable[Key]:
    return {claim.key for state in (pod, previous) if state for claim in claims_of(state)}
