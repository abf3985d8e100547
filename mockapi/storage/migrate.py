"""Bringing a database to the tables that this version works with."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from mockapi.storage import tables
from mockapi.storage.backends import Backend, backend
from mockapi.storage.errors import SchemaError
from mockapi.storage.link import unusable


def migrate(url: str) -> None:
    """Makes or upgrades the tables; does nothing when they are there. Raises StorageError.

    Alembic is loaded only for an upgrade: a new database is made from the tables of this version, which is the same (and tested to be).
    """
    opened = backend(url)
    try:
        _migrate(opened)
    except (DBAPIError, OSError) as failure:
        raise unusable(opened.engine.url, failure) from failure
    finally:
        opened.close()


def schema(connection: Connection) -> str | None:
    """The id of the last migration that the database has had; None when it is empty. Raises SchemaError."""
    names = set(inspect(connection).get_table_names())
    if not names:
        return None
    version = None
    if {"alembic_version", "changes", "settings"} <= names:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is None:
        listed = ", ".join(sorted(names)[:5])
        raise SchemaError(f"{connection.engine.url.render_as_string()}: holds another program's tables ({listed})")
    return str(version)


def _migrate(opened: Backend) -> None:
    with opened.turn(), opened.engine.begin() as connection:
        version = schema(connection)
        if version is None:
            tables.create(connection)
        elif version != tables.SCHEMA:
            from mockapi.storage.upgrade import upgrade  # noqa: PLC0415 - see migrate

            upgrade(connection, version)
