"""What the binder does about one volume."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.controllers.persistentvolume import facts, matching, plugins
from mockapi.controllers.persistentvolume.binding import Bindings
from mockapi.controllers.persistentvolume.facts import AVAILABLE, BOUND, FAILED, PROVISIONED_BY, RELEASED, VOLUMES
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.persistentvolume.waits import Waits
from mockapi.controllers.workload.podfacts import is_finished
from mockapi.machinery.meta import Object, annotations_of, key_of, name_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.reconcile.simulation import Simulation
from mockapi.registry.client import Client

# How often a volume whose recycling must wait is looked at anew.
_AGAIN = 15.0


class VolumeSync:
    """Brings single volumes further; `settings` tell how long it takes to remove what is on them."""

    def __init__(
        self, client: Client, store: Store, bindings: Bindings, recorder: Recorder, waits: Waits, settings: Callable[[], Simulation]
    ) -> None:
        self._client = client
        self._store = store
        self._bindings = bindings
        self._recorder = recorder
        self._waits = waits
        self._settings = settings

    def sync(self, volume: Object) -> float | None:
        """Does what can be done; returns the seconds after which it is to be looked at again."""
        if not (volume["spec"].get("claimRef") or {}).get("uid"):
            self._bindings.set_phase(volume, AVAILABLE)
            return None
        claim = self._claim(volume)
        if claim is None:
            return self._release(volume)
        bound_to = claim["spec"].get("volumeName")
        if bound_to == name_of(volume):
            self._bindings.set_phase(volume, BOUND)
        elif not bound_to:
            self._check_mode(volume, claim)  # binding them is up to the sync of the claim
        elif PROVISIONED_BY in annotations_of(volume) and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete":
            return self._release(volume)
        else:
            self._bindings.unbind(volume)
        return None

    def _claim(self, volume: Object) -> Object | None:
        """The very claim that the volume was bound to."""
        key = facts.claim_of(volume)
        claim = self._store.claim(key) if key else None
        return claim if claim is not None and uid_of(claim) == volume["spec"]["claimRef"]["uid"] else None

    def _check_mode(self, volume: Object, claim: Object) -> None:
        if not matching.is_of_other_mode(volume, claim):
            return
        end = "due to incompatible volumeMode."
        names = f'"{name_of(claim)}"', f'"{name_of(volume)}"'
        self._recorder.event(
            volume, WARNING, "VolumeMismatch", f"Cannot bind PersistentVolume to requested PersistentVolumeClaim {names[0]} {end}"
        )
        self._recorder.event(
            claim, WARNING, "VolumeMismatch", f"Cannot bind PersistentVolume {names[1]} to requested PersistentVolumeClaim {end}"
        )

    def _release(self, volume: Object) -> float | None:
        """Lets go of a volume whose claim is gone, and reclaims it as its policy says."""
        if facts.phase_of(volume) not in {RELEASED, FAILED}:
            volume = self._bindings.set_phase(volume, RELEASED)
        policy = volume["spec"]["persistentVolumeReclaimPolicy"]
        if policy == "Retain" or plugins.is_removed_elsewhere(volume):
            return None
        return self._delete(volume) if policy == "Delete" else self._recycle(volume)

    def _delete(self, volume: Object) -> float | None:
        try:
            plugins.check_deletable(volume)
        except plugins.NoPluginError as problem:
            self._bindings.fail(volume, "VolumeFailedDelete", str(problem))
            return None
        left = self._left(volume)
        if left > 0:
            return left
        self._client.delete(VOLUMES, "", name_of(volume), uid=uid_of(volume))
        return None

    def _left(self, volume: Object) -> float:
        """Seconds until what is on the volume is gone."""
        settings = self._settings()
        return self._waits.left(key_of(volume), settings.jittered(settings.volume_delete_delay, uid_of(volume)))

    def _recycle(self, volume: Object) -> float | None:
        key = facts.claim_of(volume)
        users = [name_of(pod) for pod in self._store.pods_using(key) if not is_finished(pod)] if key else []
        if users and key:
            listed = ",".join(f"{key.namespace}/{name}" for name in users)
            self._recorder.event(volume, NORMAL, "VolumeFailedRecycle", f"Volume is used by pods: {listed}")
            return _AGAIN
        if not plugins.is_recyclable(volume):
            self._bindings.fail(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
            return None
        left = self._left(volume)
        if left > 0:
            return left
        self._recorder.event(volume, NORMAL, "VolumeRecycled", "Volume recycled")
        self._bindings.unbind(volume)
        return None
