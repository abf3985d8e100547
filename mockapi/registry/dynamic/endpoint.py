"""Asking a webhook over HTTPS. What goes wrong is worded as by the real server, whose HTTP client is Go's."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from mockapi.machinery.meta import Key, Object
from mockapi.registry.dynamic import certificates
from mockapi.registry.dynamic.answers import failure_sentence

# Reads an object of a resource, or None.
Read = Callable[[str, Key], Object | None]

_HEADERS = {"Accept": "application/json, */*", "Content-Type": "application/json", "User-Agent": "kube-apiserver-admission"}
_HTTPS = 443


class CallFailure(Exception):  # noqa: N818 (the text is what matters)
    """A webhook could not be asked, or gave no answer; the text is the real server's. `called`: it was tried."""

    def __init__(self, text: str, *, called: bool = True) -> None:
        super().__init__(text)
        self.called = called


@dataclass(frozen=True)
class Address:
    """Where to connect."""

    host: str
    port: int


class Endpoint:
    """A WebhookClientConfig: the URL, or the Service, at which a webhook listens. Each call makes a connection of its own."""

    def __init__(self, config: Object) -> None:
        self._service: Object | None = config.get("service")
        self._ca_bundle: str = config.get("caBundle") or ""
        self._url = _service_url(self._service) if self._service else config["url"]
        parts = urlsplit(self._url)
        self._address = Address(parts.hostname or "", parts.port or _HTTPS)
        self._host = parts.netloc
        self._path = parts.path

    def call(self, body: bytes, timeout: int, read: Read) -> bytes:
        """The body of the answer; `timeout` is for the whole call, in seconds. CallFailure when there is no answer."""
        context = self._context
        query = f"?timeout={timeout}s"
        try:
            return self._post(context, f"{self._path or '/'}{query}", body, time.monotonic() + timeout, read)
        except _Refused as failure:
            raise CallFailure(str(failure)) from failure
        except _Unreachable as failure:
            raise CallFailure(f'Post "{self._url}{query}": {failure}') from failure

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Trusts the bundle alone, or the system where there is none."""
        if not self._ca_bundle:
            return ssl.create_default_context()
        try:
            return ssl.create_default_context(cadata=base64.b64decode(self._ca_bundle).decode())
        except (ValueError, ssl.SSLError) as failure:
            problem = "unable to load root certificates: unable to parse bytes as PEM block"
            raise CallFailure(f"could not get REST client: {problem}", called=False) from failure

    def _post(self, context: ssl.SSLContext, target: str, body: bytes, deadline: float, read: Read) -> bytes:
        address = self._resolve(read)
        connection = http.client.HTTPConnection(self._host)
        try:
            connection.sock = self._connect(address, context, deadline)
            connection.request("POST", target, body, _HEADERS)
            connection.sock.settimeout(_left(deadline))
            return _answer(connection.getresponse(), connection.sock, deadline)
        except TimeoutError as failure:
            raise _Unreachable("context deadline exceeded") from failure
        except (http.client.HTTPException, OSError) as failure:
            raise _Unreachable("EOF") from failure
        finally:
            connection.close()

    def _connect(self, address: Address, context: ssl.SSLContext, deadline: float) -> ssl.SSLSocket:
        plain = _dial(address, deadline)
        try:
            plain.settimeout(_left(deadline))
            return context.wrap_socket(plain, server_hostname=self._address.host)
        except ssl.SSLCertVerificationError as failure:
            plain.close()
            again = lambda: _dial(address, deadline)  # noqa: E731 (a name for what is passed)
            raise _Unreachable(certificates.complaint(failure, context, self._address.host, again)) from failure
        except ssl.SSLError as failure:
            plain.close()
            raise _Unreachable(certificates.handshake_complaint(failure)) from failure
        except OSError:
            plain.close()
            raise

    def _resolve(self, read: Read) -> Address:
        """A Service by its cluster IP, which nothing routes to here, or by its external name."""
        if self._service is None:
            return self._address
        name, port = self._service["name"], self._service["port"]
        service = read("services", Key(self._service["namespace"], name))
        if service is None:
            raise _Unreachable(f'service "{name}" not found')
        spec = service["spec"]
        if spec.get("type") == "ExternalName":
            return Address(spec["externalName"], port)
        if spec.get("clusterIP") in {None, "", "None"}:
            raise _Unreachable('cannot route to service with ClusterIP "None"')
        if port not in {each["port"] for each in spec.get("ports") or ()}:
            raise _Unreachable(f'no service port {port} found for service "{name}"')
        raise _Unreachable(f"dial tcp {spec['clusterIP']}:{port}: connect: connection refused")


class _Unreachable(Exception):  # noqa: N818
    """The webhook's server cannot be talked to."""


class _Refused(Exception):  # noqa: N818
    """The webhook's server answers with an error."""


def _service_url(service: Object) -> str:
    path = service.get("path") or ""
    return f"https://{service['name']}.{service['namespace']}.svc:{service['port']}{path}"


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _dial(address: Address, deadline: float) -> socket.socket:
    try:
        return socket.create_connection((address.host, address.port), timeout=_left(deadline))
    except socket.gaierror as failure:
        raise _Unreachable(f"dial tcp: lookup {address.host}: no such host") from failure
    except TimeoutError:
        raise
    except OSError as failure:
        where = f"[{address.host}]" if ":" in address.host else address.host
        reason = (failure.strerror or str(failure)).lower()
        raise _Unreachable(f"dial tcp {where}:{address.port}: connect: {reason}") from failure


def _answer(response: http.client.HTTPResponse, sock: socket.socket | None, deadline: float) -> bytes:
    body = b""
    while chunk := response.read1():
        body += chunk
        if sock is not None:
            sock.settimeout(_left(deadline))
    if not 200 <= response.status <= 206:
        raise _Refused(failure_sentence(response.status, body, response.getheader("Content-Type") or ""))
    if not body:
        kind = response.getheader("Content-Type") or ""
        raise _Refused(f"0-length response with status code: {response.status} and content type: {kind}")
    return body
