from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockapi.storage import compaction
from mockapi.storage.compaction import compact
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted
from tests.storage.conftest import Open
from tests.storage.objects import MAPS, key, put, remove

ALWAYS = 1e9


class Moment:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


def revisions(database: Database) -> list[int]:
    with database.transaction() as transaction:
        return [row[0] for row in transaction.link.execute("SELECT revision FROM changes WHERE revision > 2 ORDER BY revision").fetchall()]


def write_some(database: Database) -> list[int]:
    """A stays, b changes, c goes, d comes last."""
    written = [put(database, key("a")), put(database, key("b")), put(database, key("b")), put(database, key("c"))]
    return [*written, remove(database, key("c")), put(database, key("b")), put(database, key("d"))]


def test_what_objects_are_now_is_kept(open_database: Open) -> None:
    database = open_database()
    write_some(database)
    before = database.cache.list(MAPS)
    compact(database, keep_changes=1, keep_seconds=ALWAYS)
    reader = open_database()
    assert reader.cache.list(MAPS) == before
    assert reader.cache.revision == database.cache.revision == 9
    assert revisions(database) == [3, 8, 9]


def test_history_is_kept_as_far_as_asked(open_database: Open) -> None:
    database = open_database()
    write_some(database)
    compact(database, keep_changes=2, keep_seconds=ALWAYS)
    reader = open_database()
    for after in range(7):
        with pytest.raises(Compacted) as refusal:
            reader.cache.changes(MAPS, after)
        assert refusal.value.oldest == 7
    assert [change.revision for change in reader.cache.changes(MAPS, 7)] == [8, 9]
    # What a retained change replaced is retained with it.
    assert [change.previous and change.previous.revision for change in reader.cache.changes(MAPS, 7)] == [5, None]
    assert reader.cache.changes(MAPS, 9) == []


def test_old_changes_are_forgotten(open_database: Open) -> None:
    clock = Moment()
    database = open_database(clock=clock)
    put(database, key("a"))
    second = put(database, key("a"))
    clock.time += timedelta(seconds=300)
    third = put(database, key("a"))
    put(database, key("a"))
    compact(database, keep_changes=1000, keep_seconds=301)
    assert len(open_database().cache.changes(MAPS, 2)) == 4
    compact(database, keep_changes=1000, keep_seconds=299)
    assert [change.revision for change in open_database().cache.changes(MAPS, second)] == [third, third + 1]
    with pytest.raises(Compacted):
        open_database().cache.changes(MAPS, second - 1)


def test_the_last_change_is_kept_so_that_no_revision_is_given_twice(open_database: Open) -> None:
    database = open_database(clock=(clock := Moment()))
    put(database, key("a"))
    last = remove(database, key("a"))
    clock.time += timedelta(days=1)
    compact(database, keep_changes=0, keep_seconds=0)
    compact(database, keep_changes=0, keep_seconds=0)
    assert revisions(database) == [last - 1, last]
    assert put(open_database(), key("b")) == last + 1


def test_an_untouched_database_is_left_as_it_is(database: Database) -> None:
    compact(database, keep_changes=0, keep_seconds=0)
    assert database.cache.catch_up() == 2
    assert put(database, key("a")) == 3


def test_much_is_forgotten_in_steps(open_database: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_STEP", 3)
    database = open_database()
    for _ in range(5):
        write_some(database)
        remove(database, key("d"))
    compact(database, keep_changes=1, keep_seconds=ALWAYS)
    assert len(revisions(database)) == 4
    assert open_database().cache.list(MAPS) == database.cache.list(MAPS)


def test_a_fresh_database_knows_nothing_from_before_its_first_revision(database: Database) -> None:
    assert database.cache.changes(MAPS, 2) == []
    with pytest.raises(Compacted):
        database.cache.changes(MAPS, 1)


def test_a_process_that_slept_through_it_begins_anew(open_database: Open) -> None:
    sleeper, writer = open_database(), open_database()
    put(sleeper, key("gone"))
    slept_at = sleeper.cache.revision
    remove(writer, key("gone"))
    put(writer, key("new"))
    put(writer, key("s"), "secrets")
    compact(writer, keep_changes=1, keep_seconds=ALWAYS)
    assert not sleeper.cache.wait(MAPS, slept_at, 0)
    sleeper.cache.catch_up()
    assert sleeper.cache.wait(MAPS, slept_at, 0)
    for resource in (MAPS, "secrets"):
        assert sleeper.cache.list(resource) == writer.cache.list(resource) != []
    with pytest.raises(Compacted):
        sleeper.cache.changes(MAPS, slept_at)
    put(writer, key("later"))
    sleeper.cache.catch_up()
    assert [record.key.name for record in sleeper.cache.list(MAPS)] == ["later", "new"]
