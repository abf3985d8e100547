"""One connection of the driver."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import DBAPIError

from mockapi.storage.errors import StorageError


class Link:
    """One connection in autocommit mode: transactions are begun and ended by statements. For one thread at a time.

    Statements go straight to the driver: SQLAlchemy's execution costs five times what SQLite needs for the work itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failure: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._compiled = functools.cache(lambda sql: str(text(sql).compile(dialect=engine.dialect)))
        self._open()

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The driver's cursor after one statement with `:name` parameters. Raises StorageError."""
        try:
            return self._driver.execute(self._compiled(sql), parameters or {})
        except self._failure as failure:
            raise unusable(self._engine.url, failure) from failure

    def number(self, sql: str) -> int:
        """The one number that a query without parameters answers."""
        return int(self.execute(sql).fetchone()[0])

    def roll_back(self) -> None:
        """Ends a transaction after a failure, which may have ended it already."""
        with suppress(StorageError):
            self.execute("ROLLBACK")

    def begin(self, sql: str) -> Any:
        """As execute, outside a transaction, on a server: connects again if the server has dropped the connection meanwhile."""
        try:
            return self.execute(sql)
        except StorageError:
            if not self._driver.closed:
                raise
        if self._pooled.is_valid:
            self._pooled.invalidate()
        self._open()
        return self.execute(sql)

    def close(self) -> None:
        """Gives the connection back; the link is of no use afterwards."""
        self._pooled.close()

    def _open(self) -> None:
        try:
            self._pooled = self._engine.raw_connection()
        except (DBAPIError, self._failure) as failure:
            raise unusable(self._engine.url, failure) from failure
        self._driver: Any = self._pooled.driver_connection


def unusable(url: URL, failure: Exception) -> StorageError:
    """What the driver complained of, as one line that names the database but not its password."""
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    reason = str(cause).strip().splitlines() or [type(cause).__name__]
    return StorageError(f"{url.render_as_string()}: {reason[0]}")
