"""Many watchers, and such as do not read: they keep no writer waiting, miss nothing or are dropped."""

import contextlib
import json
import resource
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.api import Api
from tests.e2e.conftest import Serve
from tests.e2e.harness import Server, eventually, serving

MAPS = "/api/v1/namespaces/default/configmaps"
MANY = 200
WRITE_SECONDS = 5.0  # far more than a write takes, far less than a client may leave its answer unread


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("instant", "--nodes", "1")


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    with contextlib.closing(Api(server.url)) as api:
        yield api


class Watcher:
    """A watch on a connection of its own, of which nothing is read until `read`."""

    def __init__(self, server: Server, query: str, *, buffer: int = 0) -> None:
        port = int(server.url.rsplit(":", 1)[1])
        self.connection = socket.socket()
        if buffer:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.connection.settimeout(30)
        self.connection.connect(("127.0.0.1", port))
        self.connection.sendall(f"GET {MAPS}?watch=true&{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        self.received = b""

    def read(self) -> bool:
        """Reads what there is; False at the end of the stream."""
        with contextlib.suppress(ConnectionResetError):
            piece = self.connection.recv(1 << 20)
            self.received += piece
            return bool(piece)
        return False

    def names(self) -> list[str]:
        """The names of the objects in the events that have come whole."""
        lines = [line for line in self.received.split(b"\n") if line.startswith(b'{"type":') and line.endswith(b"}")]
        return [json.loads(line)["object"]["metadata"]["name"] for line in lines]


@contextlib.contextmanager
def watchers(server: Server, count: int, query: str, **options: Any) -> Iterator[list[Watcher]]:
    with contextlib.ExitStack() as open_ones:
        found = [Watcher(server, query, **options) for _ in range(count)]
        for watcher in found:
            open_ones.callback(watcher.connection.close)
        yield found


def read_until(found: list[Watcher], done: Callable[[Watcher], bool], seconds: float = 30.0) -> None:
    """Reads from all of them until each is done; AssertionError when that takes too long."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for watcher in found:
            selector.register(watcher.connection, selectors.EVENT_READ, watcher)
        while selector.get_map():
            assert time.monotonic() < end, f"{len(selector.get_map())} of {len(found)} are not done"
            for key, _ in selector.select(1):
                if not key.data.read() or done(key.data):
                    selector.unregister(key.fileobj)


def write(api: Api, name: str, size: int = 100) -> None:
    """Makes a config map, which must not take long."""
    start = time.monotonic()
    assert api.call("POST", MAPS, {"metadata": {"name": name}, "data": {"k": "x" * size}}).made
    assert time.monotonic() - start < WRITE_SECONDS


def head(api: Api) -> str:
    revision: str = api.call("GET", MAPS).body["metadata"]["resourceVersion"]
    return revision


def test_many_watchers_see_every_change_in_its_order(server: Server, api: Api) -> None:
    names = [f"many-{number}" for number in range(50)]
    with watchers(server, MANY, f"resourceVersion={head(api)}") as found:
        read_until(found, lambda watcher: b"\r\n\r\n" in watcher.received)
        for name in names:
            write(api, name)
        read_until(found, lambda watcher: names[-1].encode() in watcher.received)
        assert all(watcher.names() == names for watcher in found)


def test_watchers_that_do_not_read_delay_nobody_and_are_dropped(server: Server, api: Api) -> None:
    log = server.log.read_text()
    with watchers(server, 5, f"resourceVersion={head(api)}", buffer=4096) as found:
        read_until(found, lambda watcher: b"\r\n\r\n" in watcher.received)
        for number in range(12):
            write(api, f"large-{number}", 900_000)
        eventually(lambda: server.log.read_text().count("a client was dropped") == len(found), seconds=40)
        for watcher in found:
            read_until([watcher], lambda _: False)
            assert len(watcher.names()) < 12
    assert "Traceback" not in server.log.read_text().removeprefix(log)


def test_a_watcher_far_behind_misses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Further behind than a process remembers: after a restart it remembers nothing of before."""
    database = str(tmp_path_factory.mktemp("behind") / "mockapi.db")
    names = [f"behind-{number:04}" for number in range(1200)]
    with serving("instant", "--database", database) as server, contextlib.closing(Api(server.url)) as api:
        start = head(api)
        for name in names:
            write(api, name)
    with serving("instant", "--database", database) as server, watchers(server, 1, f"resourceVersion={start}") as found:
        read_until(found, lambda watcher: names[-1].encode() in watcher.received)
        assert [name for name in found[0].names() if name != "kube-root-ca.crt"] == names


def test_more_connections_than_a_process_may_usually_have() -> None:
    """The server allows itself more open files than it was started with, where it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, hard))
    try:
        start = serving("instant")
        server = start.__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with contextlib.ExitStack() as ending, contextlib.closing(Api(server.url)) as api:
        ending.push(start)
        with watchers(server, 100, f"resourceVersion={head(api)}") as found:
            write(api, "one")
            read_until(found, lambda watcher: b'"one"' in watcher.received)
