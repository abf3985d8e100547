"""networking.k8s.io/v1 ServiceCIDR."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import joined
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_MOST = 2
_PATH = "spec.cidrs"


def _cidrs(ranges: list[str]) -> Iterator[FieldError]:
    if not ranges:
        yield fielderrors.required("", "at least one CIDR required")
        return
    if len(ranges) > _MOST:
        yield fielderrors.invalid("", ranges, "may only hold up to 2 values")
    for position, text in enumerate(ranges):
        yield from under(f"[{position}]", _cidr(text))
    families = {":" in text for text in ranges}
    if len(ranges) == _MOST and len(families) == 1:
        yield fielderrors.invalid("", ranges, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")


def _cidr(text: str) -> Iterator[FieldError]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        network = None
    if network is None or "/" not in text:
        yield fielderrors.invalid("", text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
    elif str(network) != text:
        yield fielderrors.invalid("", text, f'must be in canonical form ("{network}")')


class ServiceCIDRStrategy(Strategy):
    """A range of addresses for services (KEP-1880)."""

    has_status = True
    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(_PATH, _cidrs(obj["spec"].get("cidrs") or [])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """A range may only be joined by one of the other family."""
        ranges, before = obj["spec"].get("cidrs") or [], old["spec"].get("cidrs") or []
        if ranges == before:
            return []
        if len(ranges) == _MOST and ranges[: len(before)] == before:
            return self.validate(obj, request)
        return [fielderrors.invalid(_PATH, ranges, "field is immutable")]


def _ranges(obj: Object, _now: datetime) -> str:
    return joined(obj["spec"].get("cidrs") or ())


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="ServiceCIDR",
    plural="servicecidrs",
    namespaced=False,
    strategy=ServiceCIDRStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("CIDRs", _ranges, documented_by="spec.cidrs"),
        AGE,
    ),
)
