"""One write transaction: reads straight from the tables, appends to the log, and hands out unique values."""

from __future__ import annotations

from mockapi.machinery.meta import Key
from mockapi.storage.backends import HEAD
from mockapi.storage.errors import StorageError
from mockapi.storage.link import Link
from mockapi.storage.records import ADDED, DELETED, MODIFIED, ChangeType, Record, versioned

_OF_KEY = "cluster = :cluster AND resource = :resource AND namespace = :namespace AND name = :name"
_REVISION_OF = f"SELECT revision FROM objects WHERE {_OF_KEY}"
_READ = f"SELECT revision, value FROM changes WHERE revision = ({_REVISION_OF})"
_APPEND = (
    "INSERT INTO changes (revision, cluster, resource, namespace, name, type, previous, at, value)"
    " VALUES (:revision, :cluster, :resource, :namespace, :name, :type, :previous, :at, :value)"
)
_ADD = "INSERT INTO objects (cluster, resource, namespace, name, revision) VALUES (:cluster, :resource, :namespace, :name, :revision)"
_REPLACE = f"UPDATE objects SET revision = :revision WHERE {_OF_KEY}"
_REMOVE = f"DELETE FROM objects WHERE {_OF_KEY}"

_OF_VALUE = "cluster = :cluster AND pool = :pool AND value = :value"
_CLAIM = (
    "INSERT INTO allocations (cluster, pool, value, owner) VALUES (:cluster, :pool, :value, :owner)"
    " ON CONFLICT (cluster, pool, value) DO NOTHING"
)
_OWNER = f"SELECT owner FROM allocations WHERE {_OF_VALUE}"
_FREE = f"DELETE FROM allocations WHERE {_OF_VALUE} AND owner = :owner"


class Transaction:
    """What may be done to one cluster between the begin and the end of a transaction, which Database.transaction cares for.

    `link` is where its statements go, `at` when it began, in seconds since 1970, `undone` whether it ends without effect.
    """

    def __init__(self, link: Link, cluster: str, at: float) -> None:
        self.link = link
        self._cluster = cluster
        self.at = at
        self._head = 0
        self.undone = False

    def revision_of(self, resource: str, key: Key) -> int | None:
        """The object's current revision; None when there is no such object."""
        row = self.link.execute(_REVISION_OF, self._names(resource, key)).fetchone()
        return int(row[0]) if row else None

    def read(self, resource: str, key: Key) -> Record | None:
        """The object as the tables have it, this transaction's own writes included."""
        row = self.link.execute(_READ, self._names(resource, key)).fetchone()
        return Record(row[0], resource, key, versioned(row[1], row[0])) if row else None

    def create(self, resource: str, key: Key, value: bytes) -> int:
        """Stores a new object and returns its revision. StorageError when there is one already."""
        return self._write(_ADD, ADDED, resource, key, value, None)

    def update(self, resource: str, key: Key, value: bytes) -> int:
        """Stores an object's new value and returns its revision. StorageError when there is no such object."""
        return self._write(_REPLACE, MODIFIED, resource, key, value, self._existing(resource, key))

    def delete(self, resource: str, key: Key, value: bytes) -> int:
        """Removes an object and returns the removal's revision; `value` is its last state, for watchers. StorageError as for update."""
        return self._write(_REMOVE, DELETED, resource, key, value, self._existing(resource, key))

    def claim(self, pool: str, value: str, owner: str) -> bool:
        """Takes a value of a pool for an owner. False when another owner has it."""
        names = {"cluster": self._cluster, "pool": pool, "value": value, "owner": owner}
        return self.link.execute(_CLAIM, names).rowcount == 1 or self.owner(pool, value) == owner

    def owner(self, pool: str, value: str) -> str | None:
        """Who holds the value of a pool; None when it is free."""
        row = self.link.execute(_OWNER, {"cluster": self._cluster, "pool": pool, "value": value}).fetchone()
        return str(row[0]) if row else None

    def free(self, pool: str, value: str, owner: str) -> None:
        """Gives a value back, if that owner holds it."""
        self.link.execute(_FREE, {"cluster": self._cluster, "pool": pool, "value": value, "owner": owner})

    def roll_back_only(self) -> None:
        """Everything is undone at the end, without an error: a dry run."""
        self.undone = True

    def _names(self, resource: str, key: Key) -> dict[str, object]:
        return {"cluster": self._cluster, "resource": resource, "namespace": key[0], "name": key[1]}

    def _existing(self, resource: str, key: Key) -> int:
        revision = self.revision_of(resource, key)
        if revision is None:
            raise StorageError(f"{resource} {key} is not stored")
        return revision

    def _write(self, then: str, kind: ChangeType, resource: str, key: Key, value: bytes, previous: int | None) -> int:
        self._head = (self._head or self.link.number(HEAD)) + 1
        names = self._names(resource, key) | {"revision": self._head}
        self.link.execute(_APPEND, names | {"type": kind, "previous": previous, "at": self.at, "value": value})
        self.link.execute(then, names)
        return self._head
