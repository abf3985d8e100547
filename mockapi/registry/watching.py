"""WATCH: the changes of a resource as a client with selectors sees them, from any retained revision."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.registry.codec import as_served
from mockapi.registry.kind import Kind
from mockapi.registry.options import ListOptions
from mockapi.registry.reads import Selected, selection
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted
from mockapi.storage.records import ADDED, DELETED, MODIFIED, Change, Record, versioned_as

BOOKMARK = "BOOKMARK"
_PATIENCE = 0.5
_BOOKMARK_SECONDS = 60.0
# How many changes a watcher that lags behind is given at once, so that it keeps nobody waiting.
_CATCHING_UP = 1000
# A watcher that was just sent something rests so long for each watcher there is; a delivery costs about half of it. So however many they
# are, they leave most of the time to the requests whose changes they wait for, and see more changes at once.
_REST_SECONDS = 0.0002


class WatchEvent(NamedTuple):
    """One event. A BOOKMARK has no record; `initial` marks the bookmark that ends the initial list."""

    type: str
    record: Record | None
    revision: int
    initial: bool = False


class Watches:
    """WATCH of every kind."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._monotonic = monotonic
        self._watchers: set[object] = set()

    def watch(self, kind: Kind, namespace: str, options: ListOptions, stopped: Callable[[], bool]) -> Iterator[WatchEvent | None]:
        """Events until `stopped`, None whenever there are no more for now. StatusError 410, at an event.

        Errors in the options (400) are raised at the call. A revision that is still to come is waited for.
        """
        selected = selection(kind, options)
        self._database.cache.catch_up()
        return self._counted(self._events(kind, namespace, options, selected, stopped))

    def _counted(self, events: Iterator[WatchEvent | None]) -> Iterator[WatchEvent | None]:
        watcher = object()
        self._watchers.add(watcher)
        try:
            yield from events
        finally:
            self._watchers.discard(watcher)

    def _events(
        self, kind: Kind, namespace: str, options: ListOptions, selected: Selected | None, stopped: Callable[[], bool]
    ) -> Iterator[WatchEvent | None]:
        after = int(options.resource_version or 0)
        if after == 0 or options.send_initial_events:
            after = yield from self._initial(kind, namespace, options, selected)
            yield None
        bookmark_at = self._monotonic() + _BOOKMARK_SECONDS
        while not stopped():
            sent = False
            reached = self._database.cache.revision  # read first: no change up to it is still to come
            changes = self._changes(kind, after)
            for change in changes:
                after = change.revision
                event = _seen(change, namespace, selected)
                if event is not None:
                    sent = True
                    yield event
            if len(changes) < _CATCHING_UP:
                after = max(after, reached)  # a quiet resource does not fall behind what is retained
            if options.allow_bookmarks and self._monotonic() >= bookmark_at:
                bookmark_at = self._monotonic() + _BOOKMARK_SECONDS
                yield WatchEvent(BOOKMARK, None, after)
            yield None
            if sent:
                time.sleep(_REST_SECONDS * len(self._watchers))
            self._database.cache.wait(kind.resource, after, _PATIENCE)

    def _initial(self, kind: Kind, namespace: str, options: ListOptions, selected: Selected | None) -> Generator[WatchEvent, None, int]:
        cache = self._database.cache
        records, revision = cache.snapshot(kind.resource, namespace)
        if options.send_initial_events is not False:
            for record in (as_served(kind, stored) for stored in records):
                if selected is None or selected(record.object):
                    yield WatchEvent(ADDED, record, record.revision)
            if options.allow_bookmarks:
                yield WatchEvent(BOOKMARK, None, revision, initial=True)
        return revision

    def _changes(self, kind: Kind, after: int) -> list[Change]:
        try:
            changes = self._database.cache.changes(kind.resource, after, _CATCHING_UP)
        except Compacted as gone:
            raise errors.expired(f"too old resource version: {after} ({gone.oldest})") from gone
        return changes if kind.codec is None and kind.conversion is None else [_served(kind, change) for change in changes]


def _served(kind: Kind, change: Change) -> Change:
    previous = change.previous
    return Change(change.type, as_served(kind, change.record), None if previous is None else as_served(kind, previous))


def _seen(change: Change, namespace: str, selected: Selected | None) -> WatchEvent | None:
    """The change as a watcher with a selector sees it: objects enter with ADDED and leave with DELETED."""
    record = change.record
    if namespace and record.key.namespace != namespace:
        return None
    if selected is None:
        return WatchEvent(change.type, record, change.revision)
    was = change.previous is not None and selected(change.previous.object)
    now = change.type != DELETED and selected(record.object)
    if now:
        return WatchEvent(MODIFIED if was else ADDED, record, change.revision)
    if not was:
        return None
    if change.type == DELETED or change.previous is None:
        return WatchEvent(DELETED, record, change.revision)
    # Who leaves a selector is shown as it last was inside, under the revision of the change.
    return WatchEvent(DELETED, versioned_as(change.previous, change.revision), change.revision)
