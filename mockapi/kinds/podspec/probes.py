"""Rules of probes and lifecycle hooks (core/v1 Probe, Lifecycle)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import non_negative, one_of, part, port, present, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Check

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_GRACE = "terminationGracePeriodSeconds"


def liveness(probe: Object) -> Iterator[FieldError]:
    """A liveness or startup probe, which one success satisfies."""
    yield from _probe(probe)
    if probe.get("successThreshold", 1) != 1:
        yield fielderrors.invalid("successThreshold", probe["successThreshold"], "must be 1")


def readiness(probe: Object) -> Iterator[FieldError]:
    """A readiness probe, whose failure never ends the container."""
    yield from _probe(probe)
    if probe.get(_GRACE) is not None:
        yield fielderrors.invalid(_GRACE, probe[_GRACE], "must not be set for readinessProbes")


def lifecycle(grace: int) -> Check:
    """The hooks of a container in a pod whose termination may take `grace` seconds."""

    def check(hooks: Object) -> Iterator[FieldError]:
        for name in ("postStart", "preStop"):
            if hooks.get(name) is not None:
                yield from under(name, _handler(hooks[name], grace))

    return check


def _probe(probe: Object) -> Iterator[FieldError]:
    yield from _handler(probe, 0)
    for field in _COUNTS:
        yield from part(probe, field, non_negative)
    if probe.get(_GRACE) is not None and probe[_GRACE] <= 0:
        yield fielderrors.invalid(_GRACE, probe[_GRACE], "must be greater than 0")


def _handler(holder: Object, grace: int) -> Iterator[FieldError]:
    given = [name for name in _HANDLERS if holder.get(name) is not None]
    if not given:
        yield fielderrors.required("", "must specify a handler type")
    for position, name in enumerate(given):
        if position:
            yield fielderrors.forbidden(name, "may not specify more than 1 handler type")
        elif name == "sleep":
            yield from under(name, _sleep(holder[name], grace))
        else:
            yield from under(name, _CHECKS[name](holder[name]))


def _exec(action: Object) -> Iterator[FieldError]:
    yield from under("command", present(action.get("command")))


def _http(action: Object) -> Iterator[FieldError]:
    yield from under("path", present(action.get("path")))
    yield from under("port", port(action.get("port", 0)))
    yield from under("scheme", one_of("HTTP", "HTTPS")(action.get("scheme", "")))
    for header in action.get("httpHeaders") or ():
        for message in names.http_header_name(header.get("name", "")):
            yield fielderrors.invalid("httpHeaders", header.get("name", ""), message)


def _tcp(action: Object) -> Iterator[FieldError]:
    yield from under("port", port(action.get("port", 0)))


def _sleep(action: Object, grace: int) -> Iterator[FieldError]:
    seconds = action.get("seconds", 0)
    if not 0 <= seconds <= grace:
        yield fielderrors.invalid("", seconds, f"must be non-negative and less than terminationGracePeriodSeconds ({grace})")


_CHECKS: dict[str, Check] = {"exec": _exec, "httpGet": _http, "tcpSocket": _tcp, "grpc": _tcp}
