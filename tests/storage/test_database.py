from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mockapi.machinery.meta import Key
from mockapi.storage.database import Database
from mockapi.storage.errors import StorageError
from mockapi.storage.migrate import migrate
from mockapi.storage.records import ADDED, DELETED, MODIFIED
from tests.storage.conftest import Open
from tests.storage.objects import MAPS, key, put, remove, value

LONG = 30.0


def test_the_first_revision_is_above_one_and_revisions_have_no_gaps(database: Database) -> None:
    assert database.cache.catch_up() == 2
    assert [put(database, key("a")), put(database, key("b")), put(database, key("a"))] == [3, 4, 5]


def test_an_object_shows_the_revision_of_its_last_write(database: Database) -> None:
    put(database, key("a"), text="one")
    revision = put(database, key("a"), text="two")
    record = database.cache.get(MAPS, key("a"))
    assert record is not None
    assert record.object["metadata"]["resourceVersion"] == str(revision) == str(record.revision)
    assert record.object["data"] == {"text": "two"}
    with database.transaction() as transaction:
        assert transaction.read(MAPS, key("a")) == record
        assert transaction.revision_of(MAPS, key("a")) == revision


def test_a_transaction_reads_its_own_writes(database: Database) -> None:
    with database.transaction() as transaction:
        created = transaction.create(MAPS, key("a"), value("a"))
        assert transaction.revision_of(MAPS, key("a")) == created
        deleted = transaction.delete(MAPS, key("a"), value("a"))
        assert transaction.read(MAPS, key("a")) is None
    assert deleted == created + 1
    assert [change.type for change in database.cache.changes(MAPS, 2)] == [ADDED, DELETED]


def test_changes_carry_what_they_replaced(open_database: Open) -> None:
    writer = open_database()
    first, second, third = put(writer, key("a"), n="1"), put(writer, key("a"), n="2"), remove(writer, key("a"))
    from_memory = writer.cache.changes(MAPS, 2)
    from_the_table = open_database().cache.changes(MAPS, 2)
    assert from_memory == from_the_table
    assert [(change.type, change.revision) for change in from_memory] == [(ADDED, first), (MODIFIED, second), (DELETED, third)]
    assert [change.previous and change.previous.revision for change in from_memory] == [None, first, second]
    assert [change.previous and change.previous.object["data"] for change in from_memory] == [None, {"n": "1"}, {"n": "2"}]


def test_an_exception_undoes_everything(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as transaction:
            transaction.create(MAPS, key("a"), value())
            assert transaction.claim("ips", "10.0.0.1", "a")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert database.cache.catch_up() == 2
    with database.transaction() as transaction:
        assert transaction.read(MAPS, key("a")) is None
        assert transaction.owner("ips", "10.0.0.1") is None


def test_a_dry_run_leaves_nothing(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.create(MAPS, key("a"), value())
        assert transaction.claim("ips", "10.0.0.1", "a")
        transaction.roll_back_only()
    assert database.cache.catch_up() == 2
    assert put(database, key("b")) == 3
    with database.transaction() as transaction:
        assert transaction.read(MAPS, key("a")) is None
        assert transaction.owner("ips", "10.0.0.1") is None


def test_what_is_not_so_is_refused(database: Database) -> None:
    put(database, key("a"))
    for wrong in ("create", "update", "delete"):
        with pytest.raises(StorageError), database.transaction() as transaction:
            getattr(transaction, wrong)(MAPS, key("a" if wrong == "create" else "b"), value())
    assert put(database, key("a")) == 4


def test_a_value_has_one_owner(database: Database) -> None:
    with database.transaction() as transaction:
        assert transaction.claim("ips", "10.0.0.1", "a")
        assert transaction.claim("ips", "10.0.0.1", "a")
        assert not transaction.claim("ips", "10.0.0.1", "b")
        assert transaction.claim("ports", "10.0.0.1", "b")
        transaction.free("ips", "10.0.0.1", "b")
        assert transaction.owner("ips", "10.0.0.1") == "a"
        transaction.free("ips", "10.0.0.1", "a")
        assert transaction.owner("ips", "10.0.0.1") is None


def test_clusters_in_one_database_do_not_see_each_other(open_database: Open) -> None:
    one, other = open_database(cluster="one"), open_database(cluster="other")
    first = put(one, key("a"))
    second = put(other, key("a"))
    assert first < second
    for database in (one, other):
        assert database.cache.catch_up() == second
        assert len(database.cache.list(MAPS)) == len(database.cache.changes(MAPS, 2)) == 1
    with one.transaction() as transaction:
        assert transaction.claim("ips", "10.0.0.1", "a")
    with other.transaction() as transaction:
        assert transaction.claim("ips", "10.0.0.1", "b")


def test_a_new_process_begins_with_what_is_stored(open_database: Open) -> None:
    writer = open_database()
    put(writer, key("a"))
    put(writer, key("b"))
    remove(writer, key("a"))
    reader = open_database()
    assert reader.cache.revision == writer.cache.revision
    assert reader.cache.list(MAPS) == writer.cache.list(MAPS)


def test_lists_are_in_the_order_of_etcd(database: Database) -> None:
    names = [("b", "a"), ("a-b", "z"), ("a", "b"), ("a", "B"), ("a", "b.c"), ("a.b", "a"), ("a0", "a"), ("a", "é")]
    for namespace, name in names:
        put(database, Key(namespace, name))
        put(database, Key("", f"{namespace}:{name}"), "clusterroles")
    listed = [record.key for record in database.cache.list(MAPS)]
    assert listed == sorted((Key(*name) for name in names), key=lambda name: f"{name.namespace}/{name.name}".encode())
    assert [record.key.name for record in database.cache.list(MAPS, "a")] == ["B", "b", "b.c", "é"]
    assert database.cache.list(MAPS, "nowhere") == []
    roles = [record.key.name for record in database.cache.list("clusterroles")]
    assert roles == sorted(roles, key=str.encode)


def test_a_list_is_made_once(database: Database) -> None:
    put(database, key("a"))
    listed = database.cache.list(MAPS, "default")
    put(database, key("b"), "secrets")
    put(database, key("c", "other"))
    assert database.cache.list(MAPS, "default") is listed
    last = put(database, key("a"))
    assert database.cache.list(MAPS, "default") is not listed
    assert [record.revision for record in listed] == [3]
    assert database.cache.resource_revision(MAPS) == last


def test_a_writer_wakes_those_who_wait(database: Database) -> None:
    waiting = Waiting(database, database.cache.revision)
    put(database, key("a"), "secrets")
    put(database, key("a"))
    assert waiting.answer() is True


def test_waiting_ends_without_a_change(database: Database) -> None:
    put(database, key("a"))
    assert database.cache.wait(MAPS, database.cache.revision - 1, 0.0)
    assert not database.cache.wait(MAPS, database.cache.revision, 0.001)


def test_tailing_wakes_for_the_writes_of_others(open_database: Open) -> None:
    reader, writer = open_database(), open_database()
    reader.start_tailing()
    waiting = Waiting(reader, reader.cache.revision)
    revision = put(writer, key("a"))
    assert waiting.answer() is True
    assert reader.cache.resource_revision(MAPS) == revision
    reader.stop_tailing()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense", "sqlite:////no/such/folder/x.db"])
def test_what_cannot_be_opened_is_explained_in_a_line(url: str) -> None:
    for use in (migrate, Database):
        with pytest.raises(StorageError) as refusal:
            use(url)
        assert "\n" not in str(refusal.value)


def test_a_database_without_tables_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such table"):
        Database(f"sqlite:///{tmp_path / 'new.db'}")


def test_full_synchronisation_is_a_setting(open_database: Open, empty_url: str) -> None:
    if not empty_url.startswith("sqlite"):
        pytest.skip("a setting of SQLite")
    for name, level in (("NORMAL", 1), ("FULL", 2)):
        with open_database(synchronous=name).transaction() as transaction:
            assert transaction.link.number("PRAGMA synchronous") == level
            assert transaction.link.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_dropped_connection_is_opened_again(database: Database, url: str) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("files do not drop connections")
    victim = Database(make_url(url).update_query_dict({"application_name": "victim"}).render_as_string(hide_password=False))
    put(victim, key("a"))
    with database.transaction() as transaction:
        transaction.link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'")
    assert victim.cache.catch_up() == 3
    assert put(victim, key("a")) == 4
    victim.close()


class Waiting:
    """A thread that waits for a change."""

    def __init__(self, database: Database, after: int) -> None:
        self._answers: list[bool] = []
        self._thread = threading.Thread(target=lambda: self._answers.append(database.cache.wait(MAPS, after, LONG)))
        self._thread.start()

    def answer(self) -> bool:
        self._thread.join(LONG)
        return self._answers[0]
