"""discovery.k8s.io/v1 EndpointSlice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mockapi.kinds.discovery.rules import endpoint_errors, port_errors
from mockapi.machinery import names
from mockapi.machinery.addresses import ip_warnings
from mockapi.machinery.fielderrors import FieldError, Path, invalid, not_supported, required
from mockapi.machinery.meta import Object, labels_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNSET
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_CONTROLLERS = frozenset({"endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"})
_HOSTNAME = "kubernetes.io/hostname"
_SHOWN = 3


class EndpointSliceStrategy(Strategy):
    """Slices count a generation for every change but that of annotations."""

    keeps_generation = True

    def default(self, obj: Object) -> None:
        for port in obj.get("ports") or ():
            port["name"] = port.get("name") or ""
            port["protocol"] = "TCP" if port.get("protocol") is None else port["protocol"]

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        _drop_topology(obj, None)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        _drop_topology(obj, old)

    def spec_changed(self, obj: Object, old: Object) -> bool:
        fields = (obj.keys() | old.keys()) - {"metadata"}
        return labels_of(obj) != labels_of(old) or any(obj.get(field) != old.get(field) for field in fields)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _address_type_errors(obj) + endpoint_errors(obj) + port_errors(obj)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """Endpoints that older servers let through may stay."""
        found = _address_type_errors(obj)
        if obj.get("endpoints") != old.get("endpoints"):
            found += endpoint_errors(obj)
        found += port_errors(obj)
        if obj.get("addressType") != old.get("addressType"):
            found.append(invalid("addressType", obj.get("addressType"), "field is immutable"))
        return found

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        found = []
        if old is None and obj["addressType"] == "FQDN":
            found.append("spec.addressType: FQDN endpoints are deprecated")
        if labels_of(obj).get(_MANAGED_BY) not in _CONTROLLERS:
            found += _address_warnings(obj)
        return found


def _address_type_errors(obj: Object) -> list[FieldError]:
    address_type = obj.get("addressType")
    if not address_type:
        return [required("addressType")]
    return [] if address_type in _ADDRESS_TYPES else [not_supported("addressType", address_type, _ADDRESS_TYPES)]


def _address_warnings(obj: Object) -> Iterable[str]:
    for position, endpoint in enumerate(obj.get("endpoints") or ()):
        path = Path("endpoints").item(position).child("addresses")
        for number, address in enumerate(endpoint.get("addresses") or ()):
            yield from ip_warnings(path.item(number), address)


def _drop_topology(obj: Object, old: Object | None) -> None:
    """deprecatedTopology cannot be written through v1; a node name that stood there before moves to nodeName."""
    if old is not None and obj.get("endpoints") == old.get("endpoints"):
        return
    known = {(endpoint.get("deprecatedTopology") or {}).get(_HOSTNAME) for endpoint in (old or {}).get("endpoints") or ()}
    for endpoint in obj.get("endpoints") or ():
        node = (endpoint.pop("deprecatedTopology", None) or {}).get(_HOSTNAME)
        if node and node in known and endpoint.get("nodeName") is None and not names.dns1123_subdomain(node):
            endpoint["nodeName"] = node


def _ports(obj: Object, _now: datetime) -> str:
    return _first([_port(port) for port in obj.get("ports") or ()])


def _port(port: Object) -> str:
    number = port.get("port")
    return str(number) if number is not None else port.get("name", "*")


def _endpoints(obj: Object, _now: datetime) -> str:
    return _first([address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()])


def _first(texts: list[str]) -> str:
    shown = ",".join(texts[:_SHOWN])
    return f"{shown} + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else shown or UNSET


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    plural="endpointslices",
    strategy=EndpointSliceStrategy(),
    columns=(
        NAME,
        Column("AddressType", lambda obj, _now: obj["addressType"], documented_by="addressType"),
        Column("Ports", _ports, documented_by="ports"),
        Column("Endpoints", _endpoints, documented_by="endpoints"),
        AGE,
    ),
)
