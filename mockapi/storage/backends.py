"""Where SQLite and PostgreSQL differ: opening, serialising writers, and noticing that something was written."""

from __future__ import annotations

import fcntl
import functools
import mmap
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from mockapi.storage.errors import StorageError
from mockapi.storage.link import Link, unusable

HEAD = "SELECT max(revision) FROM changes"

# Seconds that a statement waits for the file: writers take turns beforehand, so only a foreign tool can hold it for long.
_BUSY_TIMEOUT = 30.0
# How many bytes the count of turns has, in the file that writers lock.
_COUNT = 8
# The write-ahead log is cut back to this many bytes when it starts anew.
_WAL_LIMIT = 64 * 1024 * 1024
# Names the lock of PostgreSQL that the writers of one database take: "mock" in ASCII.
_WRITERS = 0x6D6F636B
_LEADER = _WRITERS + 1
_TAKE_TURN = f"SELECT pg_advisory_xact_lock({_WRITERS})"


class Backend(ABC):
    """One database as an engine and its peculiarities. The engine's own transactions exclude writers, as migrations need."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def connect(self) -> Link:
        """A new connection. Raises StorageError."""
        return Link(self.engine)

    def close(self) -> None:
        """Closes all connections that were given back."""
        self.engine.dispose()

    @abstractmethod
    def turn(self) -> AbstractContextManager[None]:
        """To be held around a writing transaction; one thread of a process may ask at a time. Raises StorageError."""

    @abstractmethod
    def begin_writing(self, link: Link) -> None:
        """Begins a transaction that sees every committed write and excludes other writers until it ends."""

    @abstractmethod
    def begin_reading(self, link: Link) -> None:
        """Begins a transaction whose statements all see the same state."""

    @abstractmethod
    def lead(self) -> bool:
        """Takes the one place of the leader, which is held until `close` or the end of the process. False when another has it."""

    @abstractmethod
    def is_led(self) -> bool:
        """Whether anybody has the place of the leader."""

    def bell(self) -> object:
        """Something next to free that differs from last time whenever a turn has ended; None where there is no such thing."""
        return None

    @abstractmethod
    def probe(self, link: Link) -> object:
        """Something cheap to get that differs from last time on this link whenever another connection has committed a write."""


class SQLite(Backend):
    """A file in WAL mode. Writers of all processes queue at a file lock, for SQLite's own waiting is by sleeping and trying again."""

    def __init__(self, url: URL, synchronous: str) -> None:
        if url.database in {None, "", ":memory:"}:
            raise StorageError(f"{url.render_as_string()}: the processes share a file, so there must be one: sqlite:///PATH")
        super().__init__(create_engine(url, paramstyle="named", connect_args={"timeout": _BUSY_TIMEOUT, "check_same_thread": False}))
        event.listen(self.engine, "connect", functools.partial(_prepare_sqlite, synchronous=synchronous))
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))

    @contextmanager
    def turn(self) -> Iterator[None]:
        fcntl.flock(self._turnstile, fcntl.LOCK_EX)
        try:
            yield
        finally:
            self._bell[:_COUNT] = (int.from_bytes(self._bell[:_COUNT], "little") + 1).to_bytes(_COUNT, "little")
            fcntl.flock(self._turnstile, fcntl.LOCK_UN)

    def bell(self) -> object:
        return self._bell[:_COUNT]

    def begin_writing(self, link: Link) -> None:
        link.execute("BEGIN IMMEDIATE")

    def begin_reading(self, link: Link) -> None:
        link.execute("BEGIN")

    def lead(self) -> bool:
        try:
            fcntl.flock(self._throne, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_led(self) -> bool:
        probe = self._lock_file("leader")
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(probe)
        return False

    def probe(self, link: Link) -> object:
        return link.execute("PRAGMA data_version").fetchone()

    def close(self) -> None:
        super().close()
        if "_bell" in vars(self):
            vars(self).pop("_bell").close()
        for name in {"_turnstile", "_throne"} & vars(self).keys():
            os.close(vars(self).pop(name))

    @functools.cached_property
    def _turnstile(self) -> int:
        return self._lock_file("lock")

    @functools.cached_property
    def _bell(self) -> mmap.mmap:
        """Memory that all processes share: how many turns there were. A turn is counted before its writes are acknowledged."""
        os.ftruncate(self._turnstile, mmap.PAGESIZE)
        return mmap.mmap(self._turnstile, mmap.PAGESIZE)

    @functools.cached_property
    def _throne(self) -> int:
        return self._lock_file("leader")

    def _lock_file(self, what: str) -> int:
        try:
            return os.open(f"{self.engine.url.database}-{what}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as failure:
            raise unusable(self.engine.url, failure) from failure


class PostgreSQL(Backend):
    """A server. Writers queue at an advisory lock, which PostgreSQL releases after the commit is visible: revisions appear in order."""

    def __init__(self, url: URL) -> None:
        super().__init__(create_engine(url.set(drivername="postgresql+psycopg")))
        event.listen(self.engine, "connect", _prepare_postgresql)
        event.listen(self.engine, "begin", _begin_postgresql)

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def begin_writing(self, link: Link) -> None:
        link.begin("BEGIN")
        link.execute(_TAKE_TURN)

    def begin_reading(self, link: Link) -> None:
        link.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def lead(self) -> bool:
        return bool(self._throne.execute(f"SELECT pg_try_advisory_lock({_LEADER})").fetchone()[0])

    def is_led(self) -> bool:
        held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = {_LEADER & 0xFFFFFFFF}"
        return bool(self._throne.execute(held).fetchone()[0])

    def probe(self, link: Link) -> object:
        return link.begin(HEAD).fetchone()

    def close(self) -> None:
        if "_throne" in vars(self):
            vars(self).pop("_throne").execute("SELECT pg_advisory_unlock_all()")
        super().close()

    @functools.cached_property
    def _throne(self) -> Link:
        return self.connect()


def backend(url: str, synchronous: str = "NORMAL") -> Backend:
    """The backend that a database URL asks for. Nothing is opened yet. Raises StorageError."""
    try:
        parsed = make_url(url)
    except ArgumentError as failure:
        raise StorageError("not a database URL: sqlite:///PATH and postgresql://... are") from failure
    if parsed.get_backend_name() == "sqlite":
        return SQLite(parsed, synchronous)
    if parsed.get_backend_name() != "postgresql":
        raise StorageError(f"{parsed.render_as_string()}: only sqlite:///PATH and postgresql://... are supported")
    try:
        return PostgreSQL(parsed)
    except ModuleNotFoundError as failure:
        raise StorageError("PostgreSQL needs the package psycopg: pip install 'mockapi[postgres]'") from failure


def _prepare_sqlite(connection: Any, _record: object, *, synchronous: str) -> None:
    connection.isolation_level = None  # no BEGIN of the driver's own
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT}")
    if connection.execute("PRAGMA schema_version").fetchone() == (0,):  # a new file; another program's is left as it is
        connection.execute("PRAGMA journal_mode=WAL")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.autocommit = True


def _begin_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql(_TAKE_TURN)
