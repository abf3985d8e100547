"""A load generator: python -m tests.bench.load HOST PORT CONNECTIONS SECONDS, the requests' description as JSON on stdin.

Keeps each connection busy with one request at a time, on raw sockets in one thread, and prints a Load as JSON. It runs in a
process of its own, so that neither the server nor the measuring process waits for it; `ceiling` says how fast it is alone.
"""

import contextlib
import json
import multiprocessing
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Requests:
    """What is asked again and again; `{number}` in the body becomes a different number each time."""

    method: str
    path: str
    body: str = ""

    def encoded(self, host: str) -> Iterator[bytes]:
        """The requests as they go over the wire, without end."""
        number = 0
        while True:
            body = self.body.replace("{number}", str(number)).encode()
            content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
            yield f"{self.method} {self.path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n{content}\r\n".encode() + body
            number += 1


@dataclass(frozen=True)
class Load:
    """What came of it: answers per second, latencies in seconds, bytes of the last answer, answers that were not 2xx."""

    rate: float
    p50: float
    p99: float
    size: int
    refused: int


class Connection:
    """One connection with at most one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._expected = 0
        self.began = 0.0
        self.size = 0
        self.succeeded = False

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self._expected = 0
        self._received.clear()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Takes what has come; True when the answer is complete."""
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self._received += piece
        if not self._expected:
            head = self._received.find(END_OF_HEAD)
            if head < 0:
                return False
            self._read_head(bytes(self._received[:head]).lower(), head)
        if len(self._received) < self._expected:
            return False
        self.size = self._expected
        return True

    def _read_head(self, head: bytes, length: int) -> None:
        found = head.find(b"content-length:")
        if found < 0:
            raise ConnectionError("an answer without a length")
        self._expected = length + len(END_OF_HEAD) + int(head[found + 15 :].split(b"\r\n", 1)[0])
        self.succeeded = head[9:10] == b"2"


def generate(host: str, port: int, connections: int, seconds: float, requests: Requests) -> Load:
    """Asks for that long. ConnectionError when the server does not keep connections."""
    spent: list[float] = []
    refused = 0
    encoded = requests.encoded(f"{host}:{port}")
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(host, port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(encoded))
        began = time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            for key, _ in selector.select(0.1):
                connection = key.data
                if connection.receive():
                    spent.append(time.perf_counter() - connection.began)
                    refused += not connection.succeeded
                    connection.send(next(encoded))
        size = connection.size
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    spent.sort()
    return Load(len(spent) / (now - began), spent[len(spent) // 2], spent[int(len(spent) * 0.99)], size, refused)


def measure(host: str, port: int, connections: int, seconds: float, requests: Requests) -> Load:
    """`generate` in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.load", host, str(port), str(connections), str(seconds)]
    done = subprocess.run(command, input=json.dumps(asdict(requests)), capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


def answer_constantly(listener: socket.socket, size: int) -> None:
    """Answers whatever comes with the same bytes, until killed: against this, the generator shows what it can do itself."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    selector.register(listener.accept()[0], selectors.EVENT_READ, True)
                elif not answered(key.fileobj, answer):  # type: ignore[arg-type]
                    selector.unregister(key.fileobj)


def answered(client: socket.socket, answer: bytes) -> bool:
    """Answers one request; False when the client has closed."""
    with contextlib.suppress(ConnectionError):
        if client.recv(1 << 16):
            client.sendall(answer)
            return True
    return False


def ceiling(connections: int, seconds: float, size: int) -> Load:
    """The generator against a server that does nothing but answer with so many bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = multiprocessing.get_context("fork").Process(target=answer_constantly, args=(listener, size), daemon=True)
        server.start()
        try:
            return measure("127.0.0.1", listener.getsockname()[1], connections, seconds, Requests("GET", "/"))
        finally:
            server.kill()
            server.join()


def main() -> None:
    host, port, connections, seconds = sys.argv[1:]
    load = generate(host, int(port), int(connections), float(seconds), Requests(**json.load(sys.stdin)))
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
