"""The current objects and their recent changes, in this process's memory. Fed by following the log; shared by all threads."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Condition, Lock

from mockapi.machinery.meta import Key
from mockapi.storage.errors import Compacted
from mockapi.storage.log import Log
from mockapi.storage.records import Changes, ChangeType, Record, Records
from mockapi.storage.shelf import Shelf

_ALL = 2**62


class Cache:
    """What this process knows of one cluster.

    Reads never touch the database and may lag behind it by whatever other processes have written since the last catch_up.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._following = Lock()  # held by the one thread that uses the log
        self._begun = self._done = 0  # how often the log was looked at
        self._heard: object = None  # the bell before the last look
        self._moved = Condition()
        self._shelving = Lock()
        self._revision, records = log.snapshot()
        self._loaded = self._revision
        self._shelves = {resource: Shelf(self._loaded, shelved) for resource, shelved in _by_resource(records).items()}

    @property
    def revision(self) -> int:
        """Every change up to this revision has been taken in."""
        return self._revision

    def catch_up(self, *, unheard: bool = False) -> int:
        """Takes in what was written meanwhile, by whichever process, and returns the revision reached.

        Afterwards every write that was acknowledged before the call is visible. Costs next to nothing when there is nothing new.
        `unheard` looks for writes of processes that died before they could acknowledge them, too.
        """
        if not unheard and (bell := self._log.bell()) is not None and bell == self._heard:
            return self._revision
        begun = self._begun
        with self._following:
            # Another thread may meanwhile have followed the log, but what it saw counts only if it began after this call.
            if self._done <= begun:
                self._begun += 1
                bell = self._log.bell()
                self._follow()
                self._heard = bell
                self._done = self._begun
            return self._revision

    def get(self, resource: str, key: Key) -> Record | None:
        """One object; None when there is none."""
        shelf = self._shelves.get(resource)
        return shelf.get(key) if shelf else None

    def list(self, resource: str, namespace: str = "") -> Records:
        """The objects of a resource, in a namespace or ("") in all, sorted as etcd does. Shared: the list must not be changed."""
        return self._shelf(resource).list(namespace)[0]

    def snapshot(self, resource: str, namespace: str = "") -> tuple[Records, int]:
        """As list, with a revision at which exactly these were the objects: what a ListMeta.resourceVersion must be."""
        reached = self._revision  # read first: the list then holds at least the changes up to it
        records, last = self._shelf(resource).list(namespace)
        return records, max(reached, last)

    def resource_revision(self, resource: str) -> int:
        """The revision of the resource's last change; 0 when it never had one."""
        return self._shelf(resource).revision

    def changes(self, resource: str, after: int, limit: int = _ALL) -> Changes:
        """The changes of a resource after a revision, oldest first, all of them or at least as many as `limit`. Raises Compacted.

        Changes that are no longer in memory hold up the following of the log while they are read.
        """
        recent = self._shelf(resource).changes(after)
        if recent is not None:
            return recent
        with self._following:
            return self._log.history(resource, after, limit)

    def wait(self, resource: str, after: int, timeout: float) -> bool:
        """Blocks until a change of the resource after that revision is here; False when `timeout` seconds brought none.

        Somebody must follow the log meanwhile: writers of this process do, Database.start_tailing does it for all others.
        """
        return self._shelf(resource).wait(after, timeout)

    def wait_for_any(self, after: int, timeout: float) -> bool:
        """As wait, for a change of whatever resource."""
        with self._moved:
            return self._moved.wait_for(lambda: self._revision > after, timeout)

    def close(self) -> None:
        """Stops following the log for good."""
        with self._following:
            self._log.close()

    def _shelf(self, resource: str) -> Shelf:
        shelf = self._shelves.get(resource)
        if shelf is None:
            with self._shelving:
                shelf = self._shelves.setdefault(resource, Shelf(self._loaded))
        return shelf

    def _follow(self) -> None:
        head = self._log.head()
        if head == self._revision:
            return
        try:
            self._take_in(self._log.tail(self._revision, head))
        except Compacted:
            head = self._reload()
        with self._moved:
            self._revision = head
            self._moved.notify_all()

    def _take_in(self, changes: Iterable[tuple[ChangeType, Record]]) -> None:
        writes: dict[str, list[tuple[ChangeType, Record]]] = {}
        for write in changes:
            writes.setdefault(write[1].resource, []).append(write)
        for resource, shelved in writes.items():
            self._shelf(resource).apply(shelved)

    def _reload(self) -> int:
        """Begins anew, as this process slept for so long that changes were forgotten which it has not seen; the revision reached."""
        head, records = self._log.snapshot()
        by_resource = _by_resource(records)
        with self._shelving:
            self._loaded = head
            resources = {*self._shelves, *by_resource}
        for resource in resources:
            self._shelf(resource).replace(head, by_resource.get(resource, ()))
        return head


def _by_resource(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.resource, []).append(record)
    return found
