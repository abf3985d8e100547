"""A server that goes away, changes meanwhile, and comes back without the history: what makes a client list again (410)."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from mockapi.storage.compaction import compact
from mockapi.storage.database import Database
from tests.e2e.api import Api
from tests.e2e.harness import Server, free_port, serving, stop


class Interrupted:
    """One address and one database, served with an interruption. `server` is the one that runs now."""

    def __init__(self, database: Path, running: contextlib.ExitStack) -> None:
        self._database, self._port, self._running = database, free_port(), running
        self.server = self._start(self._port)

    def miss(self, change: Callable[[Api], object]) -> None:
        """Lets clients miss a change for good: it is made at another address, and its history is forgotten before they can connect."""
        stop(self.server.process)
        self.server = self._start(free_port())
        with contextlib.closing(Api(self.server.url)) as api:
            change(api)
        stop(self.server.process)
        with contextlib.closing(Database(f"sqlite:///{self._database}")) as database:
            compact(database, keep_changes=0, keep_seconds=0)
        self.server = self._start(self._port)

    def _start(self, port: int) -> Server:
        return self._running.enter_context(serving("instant", "--database", str(self._database), port=port))


@contextlib.contextmanager
def interrupted(folder: Path) -> Iterator[Interrupted]:
    """An Interrupted with its database in a folder; its servers end on leaving."""
    with contextlib.ExitStack() as running:
        yield Interrupted(folder / "interrupted.db", running)
