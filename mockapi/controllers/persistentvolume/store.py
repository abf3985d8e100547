"""Looking up claims, volumes, classes and the pods that use them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from mockapi.controllers.persistentvolume import facts
from mockapi.controllers.persistentvolume.facts import CLAIMS, CLASSES, PENDING, VOLUMES
from mockapi.machinery.meta import Key, Object, Objects, key_of, name_of
from mockapi.reconcile.informer import Informers

_CLASS, _CLAIM, _NAMED, _WAITING, _USED = "storage-class", "claim", "named-volume", "waiting-of-class", "used-claim"


class Store:
    """The indexed views of one process; what it returns is shared and must not be changed."""

    def __init__(self, informers: Informers) -> None:
        self._claims = informers.of(CLAIMS)
        self._volumes = informers.of(VOLUMES)
        self._classes = informers.of(CLASSES)
        self._pods = informers.of("pods")
        self._volumes.add_index(_CLASS, lambda volume: [facts.class_of(volume)])
        self._volumes.add_index(_CLAIM, lambda volume: [facts.claim_of(volume)])
        self._claims.add_index(_NAMED, lambda claim: [claim["spec"].get("volumeName")])
        self._claims.add_index(_WAITING, _waiting_of_class)
        self._pods.add_index(_USED, lambda pod: [claim.key for claim in facts.claims_of(pod)])

    def claim(self, key: Key) -> Object | None:
        """The claim of that key."""
        return self._claims.get(key)

    def volume(self, name: str) -> Object | None:
        """The volume of that name."""
        return self._volumes.get(Key("", name))

    def storage_class(self, name: str) -> Object | None:
        """The storage class of that name."""
        return self._classes.get(Key("", name))

    def default_class(self) -> Object | None:
        """The class for claims that say nothing of one; of several the newest, then the first by name."""
        found = sorted(filter(facts.is_default, self._classes.list()), key=name_of)
        return max(found, key=lambda each: str(each["metadata"].get("creationTimestamp", "")), default=None)

    def volumes_for(self, claim: Object) -> Objects:
        """The volumes of the claim's class, and those that are kept for it whatever their class."""
        found = [*self.volumes_of(key_of(claim)), *self.volumes_of_class(facts.class_of(claim))]
        return list({name_of(volume): volume for volume in found}.values())

    def volumes_of_class(self, name: str) -> Objects:
        """The volumes of a storage class."""
        return self._volumes.indexed(_CLASS, name)

    def volumes_of(self, claim: Key) -> Objects:
        """The volumes that are bound to the claim or kept for it."""
        return self._volumes.indexed(_CLAIM, claim)

    def claims_naming(self, volume: str) -> Objects:
        """The claims that name the volume (spec.volumeName)."""
        return self._claims.indexed(_NAMED, volume)

    def waiting_of_class(self, name: str) -> Objects:
        """The pending claims of a class that name no volume."""
        return self._claims.indexed(_WAITING, name)

    def waiting_without_class(self) -> Objects:
        """The pending claims that say nothing of a class, and name no volume."""
        return [claim for claim in self.waiting_of_class("") if not facts.says_class(claim)]

    def pods_using(self, claim: Key) -> Objects:
        """The pods with a volume that is the claim."""
        return self._pods.indexed(_USED, claim)


def _waiting_of_class(claim: Object) -> Iterable[Hashable]:
    waits = facts.phase_of(claim) == PENDING and not claim["spec"].get("volumeName")
    return [facts.class_of(claim)] if waits else []
