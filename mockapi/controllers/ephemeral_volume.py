"""Makes the claims of pods' ephemeral volumes, which go with the pods (Pod.spec.volumes.ephemeral; KEP-1698)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.persistentvolume.facts import CLAIMS
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.podcontrol import namespace_goes
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, name_of, namespace_of, owner_reference, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.recorder import WARNING

_PODS = "pods"


class EphemeralVolumeController(Controller):
    """Gives each pod its claims; one of the right name that is not the pod's is left alone, and told of."""

    name = "ephemeral-volume-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._pods = toolbox.informers.of(_PODS)
        self._store = Store(toolbox.informers)
        self._recorder = toolbox.recorder("ephemeral_volume")

    def watches(self) -> Mapping[str, Watch]:
        return {_PODS: _own_if_ephemeral, CLAIMS: self._users_of}

    def reconcile(self, key: Key) -> float | None:
        pod = self._pods.get(key)
        if pod is None or is_terminating(pod):
            return None
        with unless_gone():
            for volume in _ephemeral(pod):
                self._provide(pod, volume)
        return None

    def _users_of(self, claim: Object, previous: Object | None) -> Iterable[Key]:
        """The pods that a claim which comes or goes is of concern to."""
        return map(key_of, self._store.pods_using(key_of(claim))) if previous is None else []

    def _provide(self, pod: Object, volume: Object) -> None:
        key = Key(namespace_of(pod), f"{name_of(pod)}-{volume['name']}")
        claim = self._store.claim(key)
        try:
            if claim is None:
                self.client.create(CLAIMS, _claim(pod, volume, key))
            elif uid_of(pod) not in {reference["uid"] for reference in claim["metadata"].get("ownerReferences") or ()}:
                self._tell(pod, volume, f"PVC {key} was not created for pod {key_of(pod)} (pod is not owner)")
        except StatusError as failure:
            if failure.code == 404 or namespace_goes(failure):
                return
            self._tell(pod, volume, f"create PVC {key}: {failure.message}")
            raise

    def _tell(self, pod: Object, volume: Object, problem: str) -> None:
        self._recorder.event(pod, WARNING, "FailedBinding", f"ephemeral volume {volume['name']}: {problem}")


def _ephemeral(pod: Object) -> list[Object]:
    return [volume for volume in pod["spec"].get("volumes") or () if volume.get("ephemeral")]


def _claim(pod: Object, volume: Object, key: Key) -> Object:
    template = volume["ephemeral"]["volumeClaimTemplate"]
    given = template.get("metadata") or {}
    kept = {field: given[field] for field in ("annotations", "labels") if given.get(field)}
    meta = {"name": key.name, "namespace": key.namespace, **kept, "ownerReferences": [owner_reference(pod)]}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": template["spec"]}


def _own_if_ephemeral(pod: Object, previous: Object | None) -> Iterable[Key]:
    return [key_of(pod)] if previous is None and _ephemeral(pod) else []
