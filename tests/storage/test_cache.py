"""Whatever is written, by whomever: every cache says what the tables say, and its changes lead from any list to the present one."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.machinery.meta import Key
from mockapi.storage import shelf
from mockapi.storage.compaction import compact
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted
from mockapi.storage.migrate import migrate
from mockapi.storage.records import ADDED, DELETED, Change, Record
from tests.storage.objects import put, remove

RESOURCES = ["configmaps", "secrets"]
Objects = dict[Key, Record]
Seen = tuple[str, int, Objects]

writes = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["put", "put", "remove", "dry run", "look", "compact"]),
    st.sampled_from(RESOURCES),
    st.builds(Key, st.sampled_from(["a", "a-b"]), st.sampled_from(["x", "y", "z"])),
)


def perform(database: Database, what: str, resource: str, key: Key) -> None:
    database.cache.catch_up()
    exists = database.cache.get(resource, key) is not None
    if what == "put":
        put(database, key, resource)
    elif what == "remove" and exists:
        remove(database, key, resource)
    elif what == "dry run" and exists:
        with database.transaction() as transaction:
            transaction.delete(resource, key, b"{}")
            transaction.roll_back_only()
    elif what == "compact":
        compact(database, keep_changes=3, keep_seconds=1e9)


def present(database: Database, resource: str) -> Seen:
    database.cache.catch_up()
    records, revision = database.cache.snapshot(resource)
    assert [str(record.key) for record in records] == sorted(str(record.key) for record in records)
    return resource, revision, {record.key: record for record in records}


def replay(objects: Objects, changes: list[Change]) -> Objects:
    result = dict(objects)
    for change in changes:
        key = change.record.key
        assert change.previous == result.get(key)
        assert (change.type == ADDED) == (key not in result)
        if change.type == DELETED:
            del result[key]
        else:
            result[key] = change.record
    return result


@settings(max_examples=60, deadline=None)
@given(st.lists(writes, max_size=25), st.sampled_from([1, 3, 1024]))
def test_caches_say_what_the_tables_say(steps: list[tuple[int, str, str, Key]], history: int) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(shelf, "_HISTORY", history):
        url = f"sqlite:///{Path(folder) / 'test.db'}"
        migrate(url)
        processes = [Database(url), Database(url)]
        seen: list[Seen] = []
        for process, what, resource, key in steps:
            perform(processes[process], what, resource, key)
            seen.extend(present(processes[process], resource) for resource in RESOURCES)
        newcomer = Database(url)
        for database in [*processes, newcomer]:
            compare(database, newcomer, seen)
            database.close()


def compare(database: Database, newcomer: Database, seen: list[Seen]) -> None:
    for resource in RESOURCES:
        _, revision, objects = present(database, resource)
        assert (resource, revision, objects) == present(newcomer, resource)
        assert list(objects.values()) == database.cache.list(resource)
        for namespace in ("a", "a-b", "b"):
            assert database.cache.list(resource, namespace) == [record for record in objects.values() if record.key.namespace == namespace]
        for _, then, before in (each for each in seen if each[0] == resource):
            with suppress(Compacted):
                changes = database.cache.changes(resource, then)
                assert replay(before, changes) == objects
                assert [change.revision for change in changes] == sorted({change.revision for change in changes})
