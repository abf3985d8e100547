"""Where SQLite and PostgreSQL differ: opening, serialising writers, and noticing that something was written."""

from __future__ import annotations

import fcntl
import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from mockapi.storage.errors import StorageError

HEAD = "SELECT max(revision) FROM changes"

# Seconds that a writer waits for the file: other writers take turns beforehand, so only a checkpoint or a foreign tool holds it.
_BUSY_TIMEOUT = 30.0
# The write-ahead log is cut back to this many bytes when it starts anew.
_WAL_LIMIT = 64 * 1024 * 1024
# Names the lock of PostgreSQL that the writers of one database take: "mock" in ASCII.
_WRITERS = 0x6D6F636B


class Link:
    """One connection of the driver, in autocommit mode; transactions are begun and ended by statements. For one thread at a time.

    Statements go to the driver as they are: SQLAlchemy's execution costs five times what SQLite needs for the work itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failure: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._compiled = functools.cache(lambda sql: str(text(sql).compile(dialect=engine.dialect)))
        self._open()

    def _open(self) -> None:
        try:
            self._pooled = self._engine.raw_connection()
        except (DBAPIError, self._failure) as failure:
            raise unusable(self._engine.url, failure) from failure
        self._driver: Any = self._pooled.driver_connection

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The driver's cursor after one statement with `:name` parameters. Raises StorageError."""
        try:
            return self._driver.execute(self._compiled(sql), parameters or {})
        except self._failure as failure:
            raise unusable(self._engine.url, failure) from failure

    def reopen(self) -> None:
        """Connects again if the server has dropped the connection."""
        if getattr(self._driver, "closed", False):
            self._pooled.invalidate()
            self._open()

    def close(self) -> None:
        """Gives the connection back; the link is of no use afterwards."""
        self._pooled.close()


class Backend(ABC):
    """One database as an engine and its peculiarities."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def connect(self) -> Link:
        """A new connection. Raises StorageError."""
        return Link(self.engine)

    def close(self) -> None:
        """Closes all connections that were given back."""
        self.engine.dispose()

    @abstractmethod
    def begin_writing(self, link: Link) -> None:
        """Begins a transaction that sees every committed write and excludes other writers until it ends."""

    @abstractmethod
    def begin_reading(self, link: Link) -> None:
        """Begins a transaction whose statements all see the same state."""

    def end(self, link: Link, how: str) -> None:
        """Ends a transaction: COMMIT or ROLLBACK."""
        link.execute(how)

    @abstractmethod
    def probe(self, link: Link) -> object:
        """Something cheap to get that differs from last time on this link whenever another connection has committed a write."""


class SQLite(Backend):
    """A file in WAL mode. Writers of all processes queue at a file lock, for SQLite's own waiting is by sleeping and trying again."""

    def __init__(self, url: URL, synchronous: str) -> None:
        if not url.database or url.database == ":memory:":
            raise StorageError(f"{url}: the processes share a file, so there must be one: sqlite:///PATH")
        super().__init__(create_engine(url, paramstyle="named", connect_args={"timeout": _BUSY_TIMEOUT, "check_same_thread": False}))
        event.listen(self.engine, "connect", functools.partial(_prepare, synchronous=synchronous))
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        self._path = url.database
        self._turn = -1

    def connect(self) -> Link:
        if self._turn < 0:
            self._turn = self._open_turn()
        return super().connect()

    def _open_turn(self) -> int:
        try:
            return os.open(f"{self._path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as failure:
            raise unusable(self.engine.url, failure) from failure

    def close(self) -> None:
        super().close()
        if self._turn >= 0:
            os.close(self._turn)
            self._turn = -1

    def begin_writing(self, link: Link) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            link.execute("BEGIN IMMEDIATE")
        except BaseException:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
            raise

    def begin_reading(self, link: Link) -> None:
        link.execute("BEGIN")

    def end(self, link: Link, how: str) -> None:
        try:
            super().end(link, how)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def probe(self, link: Link) -> object:
        return link.execute("PRAGMA data_version").fetchone()


class PostgreSQL(Backend):
    """A server. Writers queue at an advisory lock, which PostgreSQL releases after the commit is visible: revisions appear in order."""

    def __init__(self, url: URL) -> None:
        super().__init__(create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"))

    def begin_writing(self, link: Link) -> None:
        link.reopen()
        link.execute("BEGIN")
        link.execute("SELECT pg_advisory_xact_lock(:writers)", {"writers": _WRITERS})

    def begin_reading(self, link: Link) -> None:
        link.reopen()
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def probe(self, link: Link) -> object:
        link.reopen()
        return link.execute(HEAD).fetchone()


def backend(url: str, synchronous: str = "NORMAL") -> Backend:
    """The backend that a database URL asks for. Nothing is opened yet. Raises StorageError."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return SQLite(parsed, synchronous)
        if parsed.get_backend_name() == "postgresql":
            return PostgreSQL(parsed)
    except (ArgumentError, NoSuchModuleError) as failure:
        raise StorageError(f"{url}: not a database URL (sqlite:///PATH or postgresql://...)") from failure
    except ModuleNotFoundError as failure:
        raise StorageError(f"{url}: PostgreSQL needs the package psycopg: pip install 'mockapi[postgres]'") from failure
    raise StorageError(f"{url}: only sqlite:///PATH and postgresql://... are supported")


def unusable(url: URL, failure: Exception) -> StorageError:
    """What the driver complained of, as one line that names the database but not its password."""
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    reason = str(cause).strip().splitlines() or [type(cause).__name__]
    return StorageError(f"{url.render_as_string(hide_password=True)}: {reason[0]}")


def _prepare(connection: Any, _record: object, *, synchronous: str) -> None:
    connection.isolation_level = None  # no BEGIN of the driver's own
    for pragma in ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", f"synchronous={synchronous}", f"journal_size_limit={_WAL_LIMIT}"):
        connection.execute(f"PRAGMA {pragma}")
