"""An admission webhook in a thread: a real HTTPS server whose certificate is signed by an authority made for the test run."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

Json = dict[str, Any]
# From an AdmissionRequest to the fields of an AdmissionResponse, or to a status and a body.
Answer = Callable[[Json], Json | tuple[int, bytes]]


@cache
def authority() -> trustme.CA:
    """The authority that the tests trust."""
    return trustme.CA()


def bundle(of: trustme.CA | None = None) -> str:
    """A caBundle."""
    return base64.b64encode((of or authority()).cert_pem.bytes()).decode()


def allow(_request: Json) -> Json:
    """Lets everything pass."""
    return {"allowed": True}


def deny(message: str = "", **status: Any) -> Answer:
    """Refuses everything."""
    said = {**({"message": message} if message else {}), **status}
    return lambda _request: {"allowed": False, **({"status": said} if said else {})}


def patching(*operations: Json) -> Answer:
    """Changes everything."""
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    return lambda _request: {"allowed": True, "patchType": "JSONPatch", "patch": patch}


@dataclass
class Webhook:
    """A running server: what it answers with may be changed at any time, and what it was asked is kept."""

    port: int
    answer: Answer = allow
    asked: list[Json] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}/admit"

    def config(self, **changes: Any) -> Json:
        """A WebhookClientConfig; a field set to None is left out."""
        given = {"url": self.url, "caBundle": bundle(), **changes}
        return {name: value for name, value in given.items() if value is not None}


@contextmanager
def webhook(*names: str, signed_by: trustme.CA | None = None, plain: bool = False) -> Iterator[Webhook]:
    """Serves a webhook under a certificate for these names (none: the address that it listens at)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    running = server.webhook = Webhook(server.server_address[1])  # type: ignore[attr-defined]
    if not plain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (signed_by or authority()).issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def slow(seconds: float) -> Answer:
    """Takes its time."""

    def answer(_request: Json) -> Json:
        time.sleep(seconds)
        return {"allowed": True}

    return answer


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        running: Webhook = self.server.webhook  # type: ignore[attr-defined]
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        running.asked.append(review["request"])
        running.paths.append(self.path)
        answer = running.answer(review["request"])
        status, body = answer if isinstance(answer, tuple) else (200, _review(review, answer))
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # who asked has gone

    def handle(self) -> None:
        """A client that does not trust the certificate goes away during the handshake."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _review(asked: Json, response: Json) -> bytes:
    return json.dumps({**asked, "request": None, "response": {"uid": asked["request"]["uid"], **response}}).encode()
