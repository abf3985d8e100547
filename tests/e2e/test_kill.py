"""kill -9 in the middle of many writes: what was acknowledged is there after a restart, and nothing is half done."""

import contextlib
import itertools
import threading
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from mockapi.storage.database import Database
from tests.e2e.api import SERVICES, Api, claims, node_port_service
from tests.e2e.harness import Server, eventually, serving
from tests.e2e.processes import children, kill_tree, listens

THREADS = 8


class Writer(threading.Thread):
    """Creates Services, and deletes every third, until its server is gone.

    `present` has what was acknowledged by name, `freed` what acknowledged deletions gave back; `doubtful` is the name whose
    request was under way at the end.
    """

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(name=name)
        self.server = server
        self.present: dict[str, Any] = {}
        self.freed: list[Any] = []
        self.doubtful = ""

    def run(self) -> None:
        with contextlib.suppress(OSError, HTTPException, ValueError), contextlib.closing(Api(self.server.url)) as api:
            for number in itertools.count():
                self.doubtful = f"{self.name}-{number}"
                self.present[self.doubtful] = api.call("POST", SERVICES, node_port_service(self.doubtful)).made
                if number % 3 == 0:
                    assert api.call("DELETE", f"{SERVICES}/{self.doubtful}").status == 200
                    self.freed.append(self.present.pop(self.doubtful))


def killed_while_writing(database: Path, round_: int) -> list[Writer]:
    """The writers of a server that was killed, with all its processes, when a few hundred writes had been acknowledged."""
    with serving("instant", "--workers", "2", "--database", str(database)) as server:
        writers = [Writer(server, f"w{round_}-{number}") for number in range(THREADS)]
        for writer in writers:
            writer.start()
        eventually(lambda: sum(len(writer.present) for writer in writers) > 150 + 30 * round_, seconds=60, what="enough writes")
        kill_tree(server.process.pid)
        server.process.wait()
        for writer in writers:
            writer.join()
    return writers


def stored_services(server: Server) -> dict[str, Any]:
    with contextlib.closing(Api(server.url)) as api:
        return {service["metadata"]["name"]: service for service in api.items(SERVICES)}


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Writer], Server]]:
    """A database, those who wrote to it while its servers were killed twice, and a server that goes on with it."""
    database = tmp_path_factory.mktemp("killed") / "mockapi.db"
    writers = [writer for round_ in range(2) for writer in killed_while_writing(database, round_)]
    with serving("instant", "--database", str(database)) as server:
        yield database, writers, server


def test_all_acknowledged_writes_are_there(aftermath: tuple[Path, list[Writer], Server]) -> None:
    _, writers, server = aftermath
    stored = stored_services(server)
    for writer in writers:
        for name, service in writer.present.items():
            if name != writer.doubtful:
                kept = stored[name]
                assert (kept["metadata"]["uid"], claims(kept)) == (service["metadata"]["uid"], claims(service))
        assert not {service["metadata"]["name"] for service in writer.freed} & stored.keys()


def test_nothing_is_half_written(aftermath: tuple[Path, list[Writer], Server]) -> None:
    _, writers, server = aftermath
    stored = stored_services(server)
    known = {name for writer in writers for name in (*writer.present, writer.doubtful)}
    assert stored.keys() - known == {"kubernetes"}
    assert all(len(claims(service)) == 2 for name, service in stored.items() if name != "kubernetes")
    held = [claim for service in stored.values() for claim in claims(service)]
    assert len(held) == len(set(held))


def test_held_ports_are_refused_and_freed_ones_can_be_had(aftermath: tuple[Path, list[Writer], Server]) -> None:
    _, writers, server = aftermath
    stored = [service for name, service in stored_services(server).items() if name != "kubernetes"]
    taken = {service["spec"]["ports"][0]["nodePort"] for service in stored}
    given_back = {service["spec"]["ports"][0]["nodePort"] for writer in writers for service in writer.freed} - taken
    with contextlib.closing(Api(server.url)) as api:
        for port in sorted(taken)[:20]:
            answer = api.call("POST", SERVICES, node_port_service("claimant", port))
            assert (answer.status, answer.body["details"]["causes"][0]["message"]) == (
                422,
                f"Invalid value: {port}: provided port is already allocated",
            )
        for port in sorted(given_back)[:20]:
            assert api.call("POST", SERVICES, node_port_service(f"heir-{port}", port)).made


def test_allocations_in_the_file_are_those_of_the_services(tmp_path: Path) -> None:
    database = tmp_path / "mockapi.db"
    killed_while_writing(database, 0)
    storage = Database(f"sqlite:///{database}")
    with storage.transaction() as transaction:
        rows = transaction.link.execute("SELECT owner, value FROM allocations").fetchall()
    services = [record.object for record in storage.cache.list("services")]
    storage.close()
    assert sorted(map(tuple, rows)) == sorted((service["metadata"]["uid"], claim) for service in services for claim in claims(service))


def test_a_control_plane_that_is_killed_alone_comes_back() -> None:
    with serving("instant") as server, contextlib.closing(Api(server.url)) as api:
        port = int(server.url.rsplit(":", 1)[1])
        (control_plane,) = [child for child in children(server.process.pid) if not listens(child, port)]
        kill_tree(control_plane)
        assert api.call("POST", "/api/v1/namespaces", {"metadata": {"name": "after"}}).made
        accounts = "/api/v1/namespaces/after/serviceaccounts"
        eventually(lambda: api.items(accounts), what="the default service account, which a controller makes")
        assert len([child for child in children(server.process.pid) if not listens(child, port)]) == 1


def test_a_worker_that_is_killed_alone_comes_back() -> None:
    with serving("instant", "--workers", "1") as server:
        port = int(server.url.rsplit(":", 1)[1])
        (worker,) = [child for child in children(server.process.pid) if listens(child, port)]
        kill_tree(worker)
        with contextlib.closing(Api(server.url)) as api:
            assert eventually(lambda: api.items("/api/v1/namespaces"), what="an answer")
