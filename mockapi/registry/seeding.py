"""Where uids, generated names and picks come from: unpredictable, or the same in every run when there is a seed.

With a seed each object has a generator of its own, made of the seed, the object's name and how many of that name were made before:
what it gives does not depend on which process answers, nor on what else is going on.
"""

from __future__ import annotations

from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Object, namespace_of, uid_of
from mockapi.registry.kind import Kind
from mockapi.registry.simulated import SIMULATION, SIMULATIONS, seed_of
from mockapi.registry.strategy import Allocator
from mockapi.storage.database import Database

_ORDINALS = "ordinals"
# Their names hold the time: there is never another of the same name.
_UNCOUNTED = frozenset({"events"})


class Identities:
    """Gives each write its generator."""

    def __init__(self, database: Database, unpredictable: Identity, otherwise: int | None) -> None:
        """`otherwise` is the seed, if any, while there is no Simulation."""
        self._database = database
        self._unpredictable = unpredictable
        self._otherwise = otherwise
        self._known = (0, otherwise)  # the revision of the Simulation, and the seed

    def of_new(self, kind: Kind, obj: Object) -> Identity:
        """For an object that is about to be created; `count` must follow in the transaction that stores it."""
        seed = self._seed()
        if seed is None:
            return self._unpredictable
        ordinal = 0
        if kind.resource not in _UNCOUNTED:
            with self._database.transaction() as transaction:
                ordinal = _ordinal(transaction, _place(kind, obj))
                transaction.roll_back_only()
        return Identity.of(seed, _place(kind, obj), ordinal)

    def count(self, kind: Kind, obj: Object, allocator: Allocator) -> None:
        """Takes down that an object of that name was created."""
        if self._seed() is None or kind.resource in _UNCOUNTED:
            return
        place = _place(kind, obj)
        ordinal = _ordinal(allocator, place)
        allocator.free(_ORDINALS, place, str(ordinal))
        allocator.claim(_ORDINALS, place, str(ordinal + 1))

    def of_changed(self, obj: Object) -> Identity:
        """For an object that is there."""
        seed = self._seed()
        return self._unpredictable if seed is None else Identity.of(seed, uid_of(obj), 0)

    def _seed(self) -> int | None:
        record = self._database.cache.get(SIMULATIONS, SIMULATION)
        revision, known = record.revision if record else 0, self._known
        if known[0] != revision:
            known = self._known = (revision, seed_of(record.object if record else None, self._otherwise))
        return known[1]


def _place(kind: Kind, obj: Object) -> str:
    """Under which objects are counted: those of one name, or of one prefix of generated names."""
    meta = obj["metadata"]
    named = meta.get("generateName") or meta.get("name", "")
    return f"{kind.resource}/{namespace_of(obj)}/{named}"


def _ordinal(allocator: Allocator, place: str) -> int:
    return int(allocator.owner(_ORDINALS, place) or 0)
