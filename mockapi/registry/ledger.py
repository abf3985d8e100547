"""What admission does inside the writing transaction: it keeps books that must agree with the objects they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind
from mockapi.registry.ownership import Ownership
from mockapi.registry.request import Request
from mockapi.storage.records import encode
from mockapi.storage.transaction import Transaction

# Who is recorded as the manager of what admission writes.
_MANAGER = "kube-apiserver"


class Ledger:
    """Objects as the transaction of one write sees them."""

    def __init__(self, transaction: Transaction, ownership: Ownership, request: Request) -> None:
        self._transaction = transaction
        self._ownership = ownership
        self._request = replace(request, field_manager=_MANAGER)

    def read(self, kind: Kind, key: Key) -> Object | None:
        """A copy of the current object, or None."""
        record = self._transaction.read(kind.resource, key)
        return record.copy() if record else None

    def write_status(self, kind: Kind, key: Key, obj: Object, old: Object) -> None:
        """Stores an object of which only the status has changed since it was read."""
        self._ownership.updated(kind, obj, old, self._request, "status")
        self._transaction.update(kind.resource, key, encode(obj))


# Refuses the write by a StatusError, or books it.
Booking = Callable[[Ledger], None]
