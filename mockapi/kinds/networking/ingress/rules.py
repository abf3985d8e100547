"""Rules of an Ingress's spec (networking.k8s.io/v1 IngressSpec)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockapi.kinds.networking.checks import ReferenceRules, follows
from mockapi.kinds.networking.ingress.status import not_an_ip
from mockapi.kinds.podspec.checks import each, grammar, port, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Each, Leaf, Part, Rules

_EXACT, _FREE, _PREFIX = "Exact", "ImplementationSpecific", "Prefix"
_UNTIDY = ("//", "/./", "/../", "%2f", "%2F")
_UNTIDY_ENDS = ("/..", "/.")


def spec_errors(spec: Object) -> list[FieldError]:
    """All errors of a spec."""
    return [*_emptiness(spec), *_SPEC.errors(spec, SPEC)]


def _emptiness(spec: Object) -> Iterator[FieldError]:
    if not spec.get("rules") and spec.get("defaultBackend") is None:
        yield fielderrors.invalid(SPEC, spec.get("rules"), "either `defaultBackend` or `rules` must be specified")


def _host(value: str) -> Iterable[FieldError]:
    """A DNS name; with an asterisk anywhere it must be a wildcard."""
    return follows(names.wildcard_dns1123_subdomain if "*" in value else names.dns1123_subdomain)(value)


def _backend(backend: Object) -> Iterator[FieldError]:
    """Where requests go: a port of a service, or another object of the namespace."""
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        yield fielderrors.invalid("", "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from _REFERENCE.errors(resource, Path("resource"))
    elif service is not None:
        yield from _SERVICE.errors(service, Path("service"))
        yield from _one_port(service["port"])
    else:
        yield fielderrors.invalid("", "", "resource or service backend is required")


def _one_port(chosen: Object) -> Iterator[FieldError]:
    """A port has a name or a number; the real server reports what is missing at the backend, not at the port."""
    given = {field: chosen[field] for field in ("name", "number") if chosen.get(field)}
    if len(given) > 1:
        yield fielderrors.invalid("", "", "cannot set both port name & port number")
    elif not given:
        yield fielderrors.required("", "port name or number is required")
    else:
        for field, value in given.items():
            yield from under(f"service.port.{field}", port(value))


def _path(rule: Object) -> Iterator[FieldError]:
    """HTTPIngressPath: how much is asked of the path depends on its type."""
    kind, path = rule.get("pathType"), rule.get("path", "")
    if kind is None:
        yield fielderrors.required("pathType", "pathType must be specified")
        return
    if kind in {_EXACT, _PREFIX}:
        yield from _tidy(path)
    elif kind != _FREE:
        yield fielderrors.not_supported("pathType", kind, (_EXACT, _FREE, _PREFIX))
    elif path:
        yield from _absolute(path)
    yield from under("backend", _backend(rule["backend"]))


def _tidy(path: str) -> Iterator[FieldError]:
    yield from _absolute(path)
    for part in _UNTIDY:
        if part in path:
            yield fielderrors.invalid("path", path, f"must not contain '{part}'")
    for end in _UNTIDY_ENDS:
        if path.endswith(end):
            yield fielderrors.invalid("path", path, f"cannot end with '{end}'")


def _absolute(path: str) -> Iterator[FieldError]:
    if not path.startswith("/"):
        yield fielderrors.invalid("path", path, "must be an absolute path")


class _Service(Rules):
    """IngressServiceBackend, but for its port."""

    name = Leaf(grammar(names.dns1123_label, must=True))


class _Http(Rules):
    """HTTPIngressRuleValue."""

    paths = Leaf(each(_path), must=True)


class _Rule(Rules):
    """IngressRule."""

    host = Leaf(not_an_ip, _host)
    http = Part(_Http)


class _Tls(Rules):
    """IngressTLS; a host may be an address here."""

    hosts = Leaf(each(_host))
    secretName = Leaf(grammar(names.dns1123_subdomain))  # noqa: N815 (fields of the API keep their names)


class _Spec(Rules):
    """IngressSpec."""

    defaultBackend = Leaf(_backend)  # noqa: N815
    rules = Each(_Rule)
    tls = Each(_Tls)
    ingressClassName = Leaf(follows(names.dns1123_subdomain))  # noqa: N815


_SPEC, _SERVICE, _REFERENCE = _Spec(), _Service(), ReferenceRules()
