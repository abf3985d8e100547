"""The part of the cache that holds one resource: its objects, their order, recent changes, and those who wait for the next one."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from threading import Condition

from mockapi.machinery.meta import Key
from mockapi.storage.records import ADDED, DELETED, Change, Changes, ChangeType, Record, Records

# Changes of one resource that are kept in memory; watchers that lag further behind are served from the table.
_HISTORY = 1024


class Shelf:
    """One resource at its latest known revision. Safe for use by many threads."""

    def __init__(self, revision: int, records: Iterable[Record] = ()) -> None:
        self._changed = Condition()
        self._fill(revision, records)
        self._revision = max((record.revision for record in self._records.values()), default=0)

    @property
    def revision(self) -> int:
        """The resource's last known change; 0 when there is none."""
        return self._revision

    def get(self, key: Key) -> Record | None:
        """One object."""
        return self._records.get(key)

    def list(self, namespace: str) -> tuple[Records, int]:
        """The objects of a namespace ("": all) in etcd's order, and the resource's revision at which they are those."""
        with self._changed:
            found = self._lists.get(namespace)
            if found is None:
                found = self._lists[namespace] = self._sorted(namespace)
            return found, self._revision

    def changes(self, after: int) -> Changes | None:
        """The changes after a revision, oldest first; None when they are no longer all in memory."""
        with self._changed:
            if after < self._forgotten:
                return None
            recent: Changes = []
            for change in reversed(self._history):
                if change.revision <= after:
                    break
                recent.append(change)
        recent.reverse()
        return recent

    def wait(self, after: int, timeout: float) -> bool:
        """Blocks until there is a change after that revision; False when there was none within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._revision > after, timeout)

    def apply(self, writes: Iterable[tuple[ChangeType, Record]]) -> None:
        """Takes in the next writes of this resource, oldest first, and wakes those who wait."""
        with self._changed:
            for kind, record in writes:
                self._apply(kind, record)
            self._changed.notify_all()

    def replace(self, revision: int, records: Iterable[Record]) -> None:
        """Takes in the objects at a later revision, of whose way there nothing is known, and wakes those who wait."""
        with self._changed:
            self._fill(revision, records)
            self._revision = revision
            self._changed.notify_all()

    def _fill(self, revision: int, records: Iterable[Record]) -> None:
        self._records = {record.key: record for record in records}
        self._order = sorted((str(key), key) for key in self._records)  # as etcd orders keys: by code points is by UTF-8 bytes
        self._lists: dict[str, list[Record]] = {}
        self._history: deque[Change] = deque()
        self._forgotten = revision  # changes up to this one are not in the history

    def _apply(self, kind: ChangeType, record: Record) -> None:
        key = record.key
        self._remember(Change(kind, record, self._records.get(key)))
        if kind == DELETED:
            del self._records[key]
            del self._order[bisect_left(self._order, (str(key), key))]
        else:
            self._records[key] = record
        if kind == ADDED:
            insort(self._order, (str(key), key))
        self._lists.pop("", None)
        self._lists.pop(key.namespace, None)
        self._revision = record.revision

    def _remember(self, change: Change) -> None:
        self._history.append(change)
        if len(self._history) > _HISTORY:
            self._forgotten = self._history.popleft().revision

    def _sorted(self, namespace: str) -> Records:
        order = self._order
        if namespace:
            # "0" is the character after "/".
            order = order[bisect_left(order, (f"{namespace}/",)) : bisect_left(order, (f"{namespace}0",))]
        return [self._records[key] for _, key in order]
