from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mockapi.storage import tables
from mockapi.storage.backends import backend
from mockapi.storage.database import Database
from mockapi.storage.errors import SchemaError, StorageError
from mockapi.storage.migrate import migrate
from mockapi.storage.upgrade import configuration, upgrade
from tests.storage.objects import key, put


@pytest.fixture
def connection(empty_url: str) -> Iterator[sa.Connection]:
    opened = backend(empty_url)
    with opened.engine.begin() as connection:
        yield connection
    opened.close()


def contents(connection: sa.Connection) -> dict[str, list[Any]]:
    return {table.name: [tuple(row) for row in connection.execute(sa.select(table))] for table in tables.metadata.sorted_tables}


def columns(connection: sa.Connection) -> dict[str, list[Any]]:
    inspector = sa.inspect(connection)
    names = sorted(inspector.get_table_names())
    return {name: [repr(inspector.get_columns(name)), repr(inspector.get_pk_constraint(name)["constrained_columns"])] for name in names}


def test_migrations_make_the_same_database_as_the_tables(connection: sa.Connection) -> None:
    upgrade(connection, "base")
    assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata) == []
    migrated = contents(connection), columns(connection)
    tables.metadata.drop_all(connection)
    tables.create(connection)
    assert (contents(connection), columns(connection)) == migrated


def test_the_schema_is_the_last_migration(connection: sa.Connection) -> None:
    assert ScriptDirectory.from_config(configuration(connection)).get_current_head() == tables.SCHEMA


def test_migrating_again_changes_nothing(url: str) -> None:
    database = Database(url)
    put(database, key("a"))
    migrate(url)
    migrate(url)
    assert database.cache.catch_up() == 3
    database.close()


def test_alembic_is_not_loaded_for_a_new_or_current_database(tmp_path: Path) -> None:
    program = f"""if True:
        import sys
        from mockapi.storage.migrate import migrate
        for _ in range(2):
            migrate("sqlite:///{tmp_path / "new.db"}")
        assert "alembic" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_processes_that_start_together_agree_on_one_database(tmp_path: Path) -> None:
    program = f"from mockapi.storage.migrate import migrate; migrate('sqlite:///{tmp_path / 'new.db'}')"
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match=r"other\.db: holds another program's tables \(songs\)"):
        migrate(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_tables_are_refused_on_a_server_too(empty_url: str) -> None:
    opened = backend(empty_url)
    with opened.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("CREATE TABLE songs (title TEXT)"))
    opened.close()
    with pytest.raises(SchemaError, match="another program"):
        migrate(empty_url)


def test_a_newer_database_is_refused(url: str) -> None:
    opened = backend(url)
    with opened.engine.begin() as connection:
        connection.execute(sa.update(tables.alembic_version).values(version_num="9999"))
    opened.close()
    with pytest.raises(SchemaError, match=f"newer version of mockapi .schema 9999; this one knows {tables.SCHEMA}"):
        migrate(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, by any means\n" * 100)
    with pytest.raises(StorageError, match=r"notes\.txt: file is not a database"):
        migrate(f"sqlite:///{path}")


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "folder.db"
    path.mkdir()
    with pytest.raises(StorageError, match=r"folder\.db: unable to open database file"):
        migrate(f"sqlite:///{path}")
