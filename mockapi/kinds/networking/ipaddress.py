"""networking.k8s.io/v1 IPAddress."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


def canonical_address(value: str) -> list[str]:
    """An address in the one form that Kubernetes gives it (RFC 5952)."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
    return [] if str(address) == value else [f'must be in canonical form ("{address}")']


def _parent(parent: Object) -> Iterator[FieldError]:
    group = parent.get("group", "")
    if group:
        yield from (fielderrors.invalid("group", group, message) for message in names.dns1123_subdomain(group))
    for field, must in (("resource", True), ("name", True), ("namespace", False)):
        value = parent.get(field, "")
        if not value and must:
            yield fielderrors.required(field)
        elif value:
            yield from (fielderrors.invalid(field, value, message) for message in names.path_segment_name(value))


class IPAddressStrategy(Strategy):
    """An address of the service network, and what it belongs to."""

    revalidates_metadata = True
    name_rule = staticmethod(canonical_address)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        if obj["spec"].get("parentRef") is None:
            return [fielderrors.required("spec.parentRef")]
        return list(under(SPEC, part(obj["spec"], "parentRef", _parent)))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = obj["spec"].get("parentRef") != old["spec"].get("parentRef")
        immutable = [fielderrors.invalid("spec.parentRef", obj["spec"].get("parentRef"), IMMUTABLE)] if changed else []
        return [*immutable, *self.validate(obj, request)]


def _parent_cell(obj: Object, _now: datetime) -> str:
    """`resource.group/namespace/name`."""
    parent = obj["spec"].get("parentRef")
    if parent is None:
        return NONE
    resource = ".".join(part for part in (parent.get("resource"), parent.get("group")) if part)
    return "/".join(part for part in (resource, parent.get("namespace"), parent.get("name")) if part)


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IPAddress",
    plural="ipaddresses",
    namespaced=False,
    short_names=("ip",),
    strategy=IPAddressStrategy(),
    columns=(
        NAME,
        Column("ParentRef", _parent_cell, documented_by="spec.parentRef"),
        AGE,
    ),
)
