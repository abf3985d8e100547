"""core/v1 Endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.machinery import addresses, names
from mockapi.machinery.fielderrors import FieldError, Path, invalid, not_supported, required
from mockapi.machinery.meta import Object, Objects, labels_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import Leaf, Rules, context, rule

_ADDRESS_FIELDS = ("addresses", "notReadyAddresses")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_SHOWN = 3


def _label(value: str) -> Iterator[FieldError]:
    for message in names.dns1123_label(value) if value else ():
        yield invalid("", value, message)


def _node_name(value: str) -> Iterator[FieldError]:
    for message in names.dns1123_subdomain(value):
        yield invalid("", value, message)


def _strict_ip(value: str) -> Iterator[FieldError]:
    for message in addresses.strict_ip(value):
        yield invalid("", value, message)


def _port_number(value: int) -> Iterator[FieldError]:
    for message in names.port_number(value):
        yield invalid("", value, message)


def _protocol(value: str) -> Iterator[FieldError]:
    if value not in _PROTOCOLS:
        yield not_supported("", value, _PROTOCOLS)


def _app_protocol(value: str) -> Iterator[FieldError]:
    for message in names.qualified_name(value):
        yield invalid("", value, message)


class AddressRules(Rules):
    """One address, except whether traffic can be sent to it."""

    ip = Leaf(_strict_ip)
    hostname = Leaf(_label)
    nodeName = Leaf(_node_name)  # noqa: N815 (fields of the API keep their names)


class PortRules(Rules):
    """One port; the context says as `nameless` whether it lacks a name that it needs."""

    name = Leaf(_label)
    port = Leaf(_port_number)
    protocol = Leaf(_protocol)
    appProtocol = Leaf(_app_protocol)  # noqa: N815

    @rule("name")
    def named(self, port: Object) -> Iterator[FieldError]:
        """Ports that stand together are told apart by their names."""
        if context()["nameless"]:
            yield required("")


_ADDRESS, _PORT = AddressRules(), PortRules()


class EndpointsStrategy(Strategy):
    """Addresses of other hosts, and proper ports."""

    create_on_update = True

    def default(self, obj: Object) -> None:
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port["protocol"] = port.get("protocol") or "TCP"

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return [error for path, subset in _subsets(obj) for error in _subset_errors(path, subset)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """What older servers let through may stay."""
        return [] if obj.get("subsets") == old.get("subsets") else self.validate(obj, request)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if labels_of(obj).get("endpoints.kubernetes.io/managed-by") == "endpoint-controller":
            return []
        found = (item for path, subset in _subsets(obj) for item in _addresses(path, subset))
        return [text for path, address in found for text in addresses.ip_warnings(path.child("ip"), address["ip"])]


def _subsets(obj: Object) -> Iterator[tuple[Path, Object]]:
    for position, subset in enumerate(obj.get("subsets") or ()):
        yield Path("subsets").item(position), subset


def _addresses(path: Path, subset: Object) -> Iterator[tuple[Path, Object]]:
    for field in _ADDRESS_FIELDS:
        for position, address in enumerate(subset.get(field) or ()):
            yield path.child(field).item(position), address


def _subset_errors(path: Path, subset: Object) -> Iterator[FieldError]:
    if not any(subset.get(field) for field in _ADDRESS_FIELDS):
        yield required(path, "must specify `addresses` or `notReadyAddresses`")
    for place, address in _addresses(path, subset):
        yield from _ADDRESS.errors(address, place)
        for message in addresses.non_special_ip(address["ip"]):
            yield invalid(place.child("ip"), address["ip"], message)
    ports = subset.get("ports") or ()
    for position, port in enumerate(ports):
        nameless = len(ports) > 1 and not port.get("name")
        yield from _PORT.errors(port, path.child("ports").item(position), nameless=nameless)


def _shown(obj: Object, _now: datetime) -> str:
    """The cell of the column Endpoints: the first three ready addresses with their ports."""
    subsets: Objects = obj.get("subsets") or []
    if not subsets:
        return NONE
    found = [text for subset in subsets for text in _with_ports(subset)]
    shown = ",".join(found[:_SHOWN])
    return f"{shown} + {len(found) - _SHOWN} more..." if len(found) > _SHOWN else shown


def _with_ports(subset: Object) -> Iterator[str]:
    ips = [address["ip"] for address in subset.get("addresses") or ()]
    if not subset.get("ports"):
        yield from ips
    for port in subset.get("ports") or ():
        for ip in ips:
            yield f"[{ip}]:{port['port']}" if ":" in ip else f"{ip}:{port['port']}"


KIND = Kind(
    group="",
    version="v1",
    kind="Endpoints",
    plural="endpoints",
    short_names=("ep",),
    strategy=EndpointsStrategy(),
    columns=(NAME, Column("Endpoints", _shown, documented_by="subsets"), AGE),
    deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    deprecated_since="1.33",
)
