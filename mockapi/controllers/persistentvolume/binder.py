"""Binds claims to volumes, and reclaims volumes whose claims are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.persistentvolume import facts, matching
from mockapi.controllers.persistentvolume.binding import Bindings
from mockapi.controllers.persistentvolume.claims import ClaimSync
from mockapi.controllers.persistentvolume.facts import AVAILABLE, CLAIMS, CLASSES, VOLUMES
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.persistentvolume.volumes import VolumeSync
from mockapi.controllers.persistentvolume.waits import Waits
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.meta import Key, Object, key_of, name_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch


class PersistentVolumeBinder(Controller):
    """Its keys are claims, and volumes, which have no namespace. One worker: each choice sees the one before."""

    name = "persistentvolume-binder"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        recorder = toolbox.recorder("persistentvolume-controller")
        bindings = Bindings(self.client, recorder)
        self._store = Store(self.informers)
        self._claims = ClaimSync(self.client, self._store, bindings, recorder)
        self._volumes = VolumeSync(self.client, self._store, bindings, recorder, Waits(self.clock), toolbox.settings)

    def watches(self) -> Mapping[str, Watch]:
        return {VOLUMES: self._of_volume, CLAIMS: self._of_claim, CLASSES: self._of_class}

    def reconcile(self, key: Key) -> float | None:
        claim = self._store.claim(key) if key.namespace else None
        volume = None if key.namespace else self._store.volume(key.name)
        with unless_gone():
            if claim is not None:
                return self._claims.sync(claim)
            if volume is not None:
                return self._volumes.sync(volume)
        return None

    def _of_volume(self, volume: Object, previous: Object | None) -> Iterable[Key]:
        """The volume, the claims that it is or was for, and those that may have it now."""
        keys = {key_of(volume), *(facts.claim_of(state) for state in (volume, previous) if state)}
        if previous is None or (_is_free(volume) and not _is_free(previous)):
            keys |= {key_of(claim) for claim in self._store.claims_naming(name_of(volume))}
        if _is_free(volume):
            waiting = self._store.waiting_of_class(facts.class_of(volume))
            keys |= {key_of(claim) for claim in waiting if matching.would_serve(volume, claim)}
        return {key for key in keys if key is not None}

    def _of_claim(self, claim: Object, previous: Object | None) -> Iterable[Key]:
        """The claim, and, when it comes, goes or is bound, the volumes that are for it."""
        key, chosen = key_of(claim), claim["spec"].get("volumeName")
        if previous is not None and previous["spec"].get("volumeName") == chosen:
            return [key]
        return [key, *([Key("", chosen)] if chosen else []), *map(key_of, self._store.volumes_of(key))]

    def _of_class(self, storage_class: Object, previous: Object | None) -> Iterable[Key]:
        """The claims that a class is news for."""
        found = self._store.waiting_of_class(name_of(storage_class)) if previous is None else []
        return [key_of(claim) for claim in [*found, *(self._store.waiting_without_class() if facts.is_default(storage_class) else ())]]


def _is_free(volume: Object) -> bool:
    return facts.phase_of(volume) == AVAILABLE and not volume["spec"].get("claimRef")
