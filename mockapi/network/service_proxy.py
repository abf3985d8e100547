"""Where the API server's proxy sends a request for a service: a ready pod behind the port that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, Objects, namespace_of

_SCHEMES = frozenset({"", "http", "https"})


@dataclass(frozen=True)
class Asked:
    """A proxy request's name, `service`, `service:port` or `scheme:service:port`; `text` is the whole of it."""

    text: str
    scheme: str
    service: str
    port: str


@dataclass(frozen=True)
class Target:
    """An endpoint: which pod, and where it listens."""

    scheme: str
    address: str
    port: int
    pod: str


def parse(text: str) -> Asked:
    """Takes a proxy request's name apart. StatusError 400 when it has more parts or another scheme than HTTP."""
    parts = text.split(":")
    if len(parts) > 3:
        raise _unreadable(text)
    scheme, service, port = ("", parts[0], "") if len(parts) == 1 else ("", *parts) if len(parts) == 2 else parts
    if scheme not in _SCHEMES:
        raise _unreadable(text)
    return Asked(text, scheme, service, port)


def resolve(
    asked: Asked, service: Object, slices: Objects, pod_named: Callable[[str], Object | None], pick: Callable[[int], int]
) -> Target:
    """Chooses an endpoint from the service's EndpointSlices; `pick` gives a number below its argument.

    Endpoints that are no pods of the namespace are passed over, for the proxy would be a way to reach any address at all.
    StatusError 503 when the service has no such port or no ready endpoint.
    """
    name = _port_name(asked, service)
    if not any(each.get("endpoints") for each in slices):
        raise _unavailable(f'no endpoints available for service "{asked.service}"')
    targets = [target for each in slices for target in _targets(each, name, asked.scheme, pod_named)]
    if not targets:
        raise _unavailable(f'no endpoints available for service "{asked.text}"')
    return targets[pick(len(targets))]


def _port_name(asked: Asked, service: Object) -> str:
    """The name of the port asked for, which may have been given by number."""
    if not asked.port.removeprefix("-").isdecimal():
        return asked.port
    number = int(asked.port)
    for port in service["spec"].get("ports") or ():
        if port["port"] == number:
            return str(port.get("name", ""))
    raise _unavailable(f'no service port {number} found for service "{asked.service}"')


def _targets(endpoints: Object, name: str, scheme: str, pod_named: Callable[[str], Object | None]) -> Iterator[Target]:
    numbers = [port["port"] for port in endpoints.get("ports") or () if (port.get("name") or "") == name and port.get("port")]
    for endpoint in endpoints.get("endpoints") or () if numbers else ():
        reference = endpoint.get("targetRef") or {}
        if (endpoint.get("conditions") or {}).get("ready") is False or reference.get("namespace") != namespace_of(endpoints):
            continue
        address, pod = endpoint["addresses"][0], pod_named(reference.get("name", ""))
        if pod is not None and any(each.get("ip") == address for each in pod.get("status", {}).get("podIPs") or ()):
            yield Target(scheme, address, numbers[0], reference["name"])


def _unreadable(text: str) -> StatusError:
    return errors.bad_request(f'invalid service request "{text}"')


def _unavailable(message: str) -> StatusError:
    return StatusError(503, "ServiceUnavailable", message)
