"""What holds for the endpoints and ports of an EndpointSlice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mockapi.machinery import addresses, names
from mockapi.machinery.fielderrors import FieldError, Path, duplicate, invalid, not_supported, required, too_many
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Check, Leaf, Part, Rules, context

_MAX_ENDPOINTS = 1000
_MAX_ADDRESSES = 100
_MAX_PORTS = 20000
_MAX_HINTS = 8
_NO_ADDRESS = "must contain at least 1 address"
_PROTOCOLS = ("SCTP", "TCP", "UDP")


def endpoint_errors(slice_: Object) -> list[FieldError]:
    """All errors of the endpoints."""
    endpoints, path = slice_.get("endpoints") or (), Path("endpoints")
    if len(endpoints) > _MAX_ENDPOINTS:
        return [too_many(path, len(endpoints), _MAX_ENDPOINTS)]
    family = slice_.get("addressType", "")
    return [
        error for position, endpoint in enumerate(endpoints) for error in _ENDPOINT.errors(endpoint, path.item(position), family=family)
    ]


def port_errors(slice_: Object) -> list[FieldError]:
    """All errors of the ports; their numbers are not looked at."""
    ports, path = slice_.get("ports") or (), Path("ports")
    if len(ports) > _MAX_PORTS:
        return [too_many(path, len(ports), _MAX_PORTS)]
    found: list[FieldError] = []
    earlier: set[str] = set()
    for position, port in enumerate(ports):
        found += _PORT.errors(port, path.item(position), earlier=earlier)
        earlier.add(port["name"])
    return found


def _sentences(rule_of_names: Callable[[str], list[str]]) -> Check:
    def check(value: str) -> Iterator[FieldError]:
        for message in rule_of_names(value):
            yield invalid("", value, message)

    return check


def _addresses(values: list[str]) -> Iterable[FieldError]:
    family = context()["family"]
    if not values:
        yield required("", _NO_ADDRESS)
    if len(values) > _MAX_ADDRESSES:
        yield too_many("", len(values), _MAX_ADDRESSES)
    for position, value in enumerate(values):
        path = f"[{position}]"
        if family in {"IPv4", "IPv6"}:
            yield from _ip_errors(path, value, family)
        elif family == "FQDN":
            yield from _domain_errors(path, value)


def _ip_errors(path: str, value: str, family: str) -> Iterator[FieldError]:
    malformed = addresses.strict_ip(value)
    for message in malformed:
        yield invalid(path, value, message)
    if not malformed and (":" in value) != (family == "IPv6"):
        yield invalid(path, value, f"must be an {family} address")
    for message in addresses.non_special_ip(value):
        yield invalid(path, value, message)


def _domain_errors(path: str, value: str) -> Iterator[FieldError]:
    domain = value.removesuffix(".")
    if not value:
        yield required(path)
    elif messages := names.dns1123_subdomain(domain):
        yield invalid(path, domain, ",".join(messages))
    elif "." not in domain:
        yield invalid(path, domain, "should be a domain with at least two segments separated by dots")
    else:
        for label in domain.split("."):
            if messages := names.dns1123_label(label):
                yield invalid(path, label, ",".join(messages))


def _hints(name_rule: Callable[[str], list[str]]) -> Check:
    def check(hints: list[Object]) -> Iterator[FieldError]:
        if len(hints) > _MAX_HINTS:
            yield too_many("", len(hints), _MAX_HINTS)
            return
        seen = set()
        for position, hint in enumerate(hints):
            path, name = f"[{position}].name", hint.get("name", "")
            if name in seen:
                yield duplicate(path, name)
            seen.add(name)
            for message in name_rule(name):
                yield invalid(path, name, message)

    return check


def _protocol(value: str) -> Iterator[FieldError]:
    if value not in _PROTOCOLS:
        yield not_supported("", value, _PROTOCOLS)


def _port_name(value: str) -> Iterator[FieldError]:
    if value:
        yield from _sentences(names.dns1123_label)(value)
    if value in context()["earlier"]:
        yield duplicate("", value)


class HintsRules(Rules):
    """Endpoint hints."""

    forZones = Leaf(_hints(names.label_value))  # noqa: N815 (fields of the API keep their names)
    forNodes = Leaf(_hints(names.dns1123_subdomain))  # noqa: N815


class EndpointRules(Rules):
    """One endpoint; the context has the slice's addressType as `family`."""

    addresses = Leaf(_addresses, must=True, detail=_NO_ADDRESS)
    nodeName = Leaf(_sentences(names.dns1123_subdomain))  # noqa: N815
    hostname = Leaf(_sentences(names.dns1123_label))
    hints = Part(HintsRules)


class PortRules(Rules):
    """One port; the context has the names of the ports before it as `earlier`."""

    name = Leaf(_port_name)
    protocol = Leaf(_protocol)
    appProtocol = Leaf(_sentences(names.qualified_name))  # noqa: N815


_ENDPOINT, _PORT = EndpointRules(), PortRules()
