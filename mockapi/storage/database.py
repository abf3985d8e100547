"""One process's access to the database: write transactions, and a cache that follows what all processes write."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from mockapi.machinery.clock import Clock, SystemClock
from mockapi.storage.backends import backend
from mockapi.storage.cache import Cache
from mockapi.storage.errors import StorageError
from mockapi.storage.log import Log
from mockapi.storage.transaction import Transaction
from mockapi.storage.turns import Turns

_logger = logging.getLogger(__name__)

# Seconds between looks at the log for the writes of other processes.
_TAIL_INTERVAL = 0.01
# Each of so many looks is also for the writes of processes that were killed before they acknowledged them.
_UNHEARD = 100


class Database:
    """One cluster in a database that has been migrated. Safe for many threads; to be opened after a fork, never before.

    `url` is sqlite:///PATH or postgresql://...; `synchronous` is SQLite's: NORMAL survives a killed process, FULL also a power cut.
    Raises StorageError.
    """

    cache: Cache

    def __init__(self, url: str, *, cluster: str = "default", synchronous: str = "NORMAL", clock: Clock | None = None) -> None:
        self._cluster = cluster
        self._clock = clock or SystemClock()
        self._backend = backend(url, synchronous)
        self._turn = Turns()  # taken first, so that threads do not queue where processes do
        self._link = self._backend.connect()
        self.cache = Cache(Log(self._backend, cluster))
        self._stopped = Event()
        self._tail: Thread | None = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction to the exclusion of all others, committed at the end and undone by an exception.

        After a commit the cache has the writes and those who wait for them are awake. Raises StorageError.
        """
        with self._turn, self._backend.turn():
            self._backend.begin_writing(self._link)
            transaction = Transaction(self._link, self._cluster, self._clock.now().timestamp())
            try:
                yield transaction
                self._link.execute("ROLLBACK" if transaction.undone else "COMMIT")
            except BaseException:
                self._link.roll_back()
                raise
        if not transaction.undone:
            self.cache.catch_up()

    def lead(self) -> bool:
        """Becomes the leader among all that have this database open, until it is closed; False when another is."""
        return self._backend.lead()

    def is_led(self) -> bool:
        """Whether anybody who has this database open is the leader."""
        return self._backend.is_led()

    def start_tailing(self) -> None:
        """Starts a thread that takes in what other processes write, for those who wait."""
        self._stopped.clear()
        self._tail = Thread(target=self._follow, name="mockapi-tail", daemon=True)
        self._tail.start()

    def stop_tailing(self) -> None:
        """Ends that thread, if there is one."""
        if self._tail:
            self._stopped.set()
            self._tail.join()
            self._tail = None

    def close(self) -> None:
        """Closes all connections."""
        self.stop_tailing()
        self.cache.close()
        with self._turn:
            self._link.close()
        self._backend.close()

    def _follow(self) -> None:
        for look in itertools.count():
            time.sleep(_TAIL_INTERVAL)  # half the price of waiting for the event
            if self._stopped.is_set():
                return
            try:
                self.cache.catch_up(unheard=look % _UNHEARD == 0)
            except StorageError as failure:
                _logger.warning("following the log: %s", failure)
                self._stopped.wait(1.0)
