"""Reading the tables of one cluster on a connection of its own: what the cache is fed from. For one thread at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockapi.machinery.meta import Key
from mockapi.storage.backends import HEAD, Backend
from mockapi.storage.errors import Compacted
from mockapi.storage.records import Change, ChangeType, Record, versioned

COMPACTED = "SELECT value FROM settings WHERE name = 'compacted'"
_OBJECTS = (
    "SELECT changes.revision, changes.resource, changes.namespace, changes.name, changes.value"
    " FROM objects JOIN changes ON changes.revision = objects.revision WHERE objects.cluster = :cluster"
)
_TAIL = (
    "SELECT revision, resource, namespace, name, value, type FROM changes"
    " WHERE cluster = :cluster AND revision > :after AND revision <= :upto ORDER BY revision"
)
_HISTORY = (
    "SELECT now.revision, now.resource, now.namespace, now.name, now.value, now.type, old.revision, old.value"
    " FROM changes AS now LEFT JOIN changes AS old ON old.revision = now.previous"
    " WHERE now.cluster = :cluster AND now.resource = :resource AND now.revision > :after ORDER BY now.revision LIMIT :limit"
)


class Log:
    """The log of changes and the objects that it adds up to."""

    def __init__(self, backend: Backend, cluster: str) -> None:
        self._backend = backend
        self._link = backend.connect()
        self._cluster = cluster
        self._probed: object = None
        self._head = 0

    def bell(self) -> object:
        """Next to free; as long as it is what it was, and not None, no write has been acknowledged in between."""
        return self._backend.bell()

    def head(self) -> int:
        """The revision of the latest write of any cluster. Costs microseconds when nothing was written since last time."""
        probed = self._backend.probe(self._link)
        if probed != self._probed:
            self._head = self._link.number(HEAD)
            self._probed = probed
        return self._head

    def snapshot(self) -> tuple[int, list[Record]]:
        """All objects, and the revision at which they are those."""
        self._backend.begin_reading(self._link)
        try:
            head = self._link.number(HEAD)
            rows = self._link.execute(_OBJECTS, {"cluster": self._cluster}).fetchall()
        finally:
            self._link.execute("COMMIT")
        return head, [_record(row) for row in rows]

    def tail(self, after: int, upto: int) -> Iterable[tuple[ChangeType, Record]]:
        """The writes after one revision up to another, oldest first. Raises Compacted."""
        rows = self._link.execute(_TAIL, {"cluster": self._cluster, "after": after, "upto": upto}).fetchall()
        self._check_complete(after)
        return [(row[5], _record(row)) for row in rows]

    def history(self, resource: str, after: int, limit: int) -> list[Change]:
        """The changes of a resource after a revision, oldest first, at most so many. Raises Compacted."""
        values = {"cluster": self._cluster, "resource": resource, "after": after, "limit": limit}
        rows = self._link.execute(_HISTORY, values).fetchall()
        self._check_complete(after)
        return [_change(row) for row in rows]

    def _check_complete(self, after: int) -> None:
        """Asked when changes have been read, so that a compaction in between is noticed."""
        compacted = self._link.number(COMPACTED)
        if after < compacted:
            raise Compacted(compacted)

    def close(self) -> None:
        """Gives the connection back."""
        self._link.close()


def _record(row: Any) -> Record:
    revision, resource, namespace, name, value = row[:5]
    return Record(revision, resource, Key(namespace, name), versioned(value, revision))


def _change(row: Any) -> Change:
    record = _record(row)
    replaced = None if row[6] is None else Record(row[6], record.resource, record.key, versioned(row[7], row[6]))
    return Change(row[5], record, replaced)
