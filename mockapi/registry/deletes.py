"""DELETE of one object and of a collection."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.codec import as_object
from mockapi.registry.deletion import Step, changes_nothing, check_preconditions, delete_step
from mockapi.registry.kind import Kind
from mockapi.registry.options import DeleteOptions
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.storage.database import Database
from mockapi.storage.records import Record, encode
from mockapi.storage.transaction import Transaction


class Deleted(NamedTuple):
    """What a DELETE came to: the object's last or next state, and whether it is gone."""

    object: Object
    finished: bool


class Ask(Enum):
    """What admission is asked about a deletion."""

    BY_NAME = "as one of that object"
    UNNAMED = "as one of many: the question does not name the object"
    NOTHING = "nothing, having been asked about what led to it"


class Deletes:
    """DELETE of every kind."""

    def __init__(self, database: Database, pipeline: Pipeline) -> None:
        self._database = database
        self._pipeline = pipeline

    def delete(self, kind: Kind, key: Key, options: DeleteOptions, request: Request, ask: Ask = Ask.BY_NAME) -> Deleted:
        """Deletes an object, or begins to where finalizers or a grace period hold it. Raises StatusError.

        Preconditions come before admission, which is not asked where the deletion would change nothing.
        """
        while True:
            self._database.cache.catch_up()
            current = self._database.cache.get(kind.resource, key)
            if current is None:
                raise errors.not_found(kind.plural, kind.group, key.name)
            check_preconditions(kind, current.object, options)
            if changes_nothing(kind, current.object, options):
                return Deleted(as_object(kind, current.object), finished=False)
            kind.strategy.refuse_deletion(current.object, request)
            if ask is not Ask.NOTHING:
                self._pipeline.admit_deletion(kind, current.object, options, request, named=ask is Ask.BY_NAME)
            if kind.strategy.orphan_warning and options.propagation_policy is None and options.orphan_dependents is None:
                request.warn(kind.strategy.orphan_warning)
            step = delete_step(kind, current.copy(), options, request)
            if not (step.changed or step.remove):
                return Deleted(as_object(kind, step.obj), finished=False)
            if self._carry_out(kind, current, step, request):
                return Deleted(as_object(kind, step.obj), finished=step.remove)

    def _carry_out(self, kind: Kind, current: Record, step: Step, request: Request) -> bool:
        """Stores the step unless the stored object is no longer `current`, which is told by False."""
        with self._database.transaction() as transaction:
            if transaction.revision_of(kind.resource, current.key) != current.revision:
                return False
            revision = self._store(kind, current, step, transaction)
            if request.dry_run:
                transaction.roll_back_only()
        if not request.dry_run:
            step.obj["metadata"]["resourceVersion"] = str(revision)
        return True

    @staticmethod
    def _store(kind: Kind, current: Record, step: Step, transaction: Transaction) -> int:
        value = encode(step.obj)
        if not step.remove:
            return transaction.update(kind.resource, current.key, value)
        if kind.strategy.graceful and step.changed:
            # The real server writes the end of the grace period before it removes the object: watchers see both.
            transaction.update(kind.resource, current.key, value)
        kind.strategy.release(current.object, transaction)
        return transaction.delete(kind.resource, current.key, value)
