"""What the binder does about one claim."""

from __future__ import annotations

from mockapi.controllers.persistentvolume import facts, matching
from mockapi.controllers.persistentvolume.binding import Bindings
from mockapi.controllers.persistentvolume.facts import BETA_PROVISIONER, BIND_COMPLETED, CLAIMS, PENDING, PROVISIONER, SELECTED_NODE
from mockapi.controllers.persistentvolume.plugins import NoPluginError, external_provisioner
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.workload.podfacts import is_finished
from mockapi.machinery.meta import Object, annotations_of, key_of, name_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

# How often claims that wait are looked at anew, and their events repeated.
_AGAIN = 15.0


class ClaimSync:
    """Brings single claims further."""

    def __init__(self, client: Client, store: Store, bindings: Bindings, recorder: Recorder) -> None:
        self._client = client
        self._store = store
        self._bindings = bindings
        self._recorder = recorder

    def sync(self, claim: Object) -> float | None:
        """Does what can be done; returns the seconds after which a claim that still waits is to be looked at again."""
        if BIND_COMPLETED in annotations_of(claim):
            self._keep(claim)
            return None
        volume = self._named(claim) if claim["spec"].get("volumeName") else self._found(claim)
        if volume is None:
            return _AGAIN
        self._bindings.bind(volume, claim)
        return None

    def _keep(self, claim: Object) -> None:
        """Checks a claim that was bound once."""
        name = claim["spec"].get("volumeName")
        volume = self._store.volume(name) if name else None
        if not name:
            self._bindings.lose(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!")
        elif volume is None:
            self._bindings.lose(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
        elif (volume["spec"].get("claimRef") or {"uid": uid_of(claim)}).get("uid") == uid_of(claim):
            self._bindings.bind(volume, claim)
        else:
            sentence = "Two claims are bound to the same volume, this one is bound incorrectly"
            self._bindings.lose(claim, "ClaimMisbound", sentence)

    def _named(self, claim: Object) -> Object | None:
        """The volume that the claim names, if it may have it."""
        volume = self._store.volume(claim["spec"]["volumeName"])
        if volume is None:
            pass
        elif facts.is_for(volume, claim):
            return volume
        elif volume["spec"].get("claimRef"):
            self._recorder.event(claim, WARNING, "FailedBinding", f'volume "{name_of(volume)}" already bound to a different claim.')
        elif problem := matching.mismatch(volume, claim):
            self._recorder.event(claim, WARNING, "VolumeMismatch", f'Cannot bind to requested volume "{name_of(volume)}": {problem}')
        else:
            return volume
        self._bindings.set_claim_status(claim, PENDING)
        return None

    def _found(self, claim: Object) -> Object | None:
        """The volume that suits the claim best. When there is none, a new one is asked for, or it is told why not."""
        delayed = facts.waits_for_consumer(self._store.storage_class(facts.class_of(claim)))
        volume = matching.best_match(claim, self._store.volumes_for(claim), delayed=delayed)
        if volume is not None:
            return volume
        if self._gave_default_class(claim):
            return None
        if delayed and SELECTED_NODE not in annotations_of(claim):
            self._tell_what_it_waits_for(claim)
        elif facts.class_of(claim):
            self._ask_for_volume(claim)
            return None
        else:
            sentence = "no persistent volumes available for this claim and no storage class is set"
            self._recorder.event(claim, NORMAL, "FailedBinding", sentence)
        self._bindings.set_claim_status(claim, PENDING)
        return None

    def _gave_default_class(self, claim: Object) -> bool:
        """Gives a claim the default class that has come into being since it was created (KEP-3333)."""
        chosen = None if facts.says_class(claim) else self._store.default_class()
        if chosen is None:
            return False
        self._client.update(CLAIMS, {**claim, "spec": {**claim["spec"], "storageClassName": name_of(chosen)}})
        return True

    def _tell_what_it_waits_for(self, claim: Object) -> None:
        pods = [pod for pod in self._store.pods_using(key_of(claim)) if not pod["spec"].get("nodeName") and not is_finished(pod)]
        if not pods:
            self._recorder.event(claim, NORMAL, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
            return
        noun = "pods" if len(pods) > 1 else "pod"
        sentence = f"waiting for {noun} {','.join(map(name_of, pods))} to be scheduled"
        self._recorder.event(claim, NORMAL, "WaitForPodScheduled", sentence)

    def _ask_for_volume(self, claim: Object) -> None:
        """Marks the claim for the driver of its class, and tells what is waited for."""
        name = facts.class_of(claim)
        storage_class = self._store.storage_class(name)
        if storage_class is None:
            self._recorder.event(claim, WARNING, "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found')
            return
        try:
            driver = external_provisioner(storage_class)
        except NoPluginError as problem:
            self._recorder.event(claim, WARNING, "ProvisioningFailed", str(problem))
            return
        if annotations_of(claim).get(PROVISIONER) != driver:
            annotations = {**annotations_of(claim), BETA_PROVISIONER: driver, PROVISIONER: driver}
            claim = self._client.update(CLAIMS, {**claim, "metadata": {**claim["metadata"], "annotations": annotations}})
        sentence = (
            f"Waiting for a volume to be created either by the external provisioner '{driver}' or manually by the system administrator. "
            "If volume creation is delayed, please verify that the provisioner is running and correctly registered."
        )
        self._recorder.event(claim, NORMAL, "ExternalProvisioning", sentence)
