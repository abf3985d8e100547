"""core/v1 Node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, forbidden, invalid, not_supported
from mockapi.machinery.meta import Object, labels_of
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE, UNKNOWN, age, name
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS
from mockapi.registry.validation import Each, Leaf, Part, Rules, rule

_ROLE_LABEL = "node-role.kubernetes.io/"
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def _network(text: str) -> Iterator[FieldError]:
    try:
        ip_network(text)
    except ValueError:
        yield invalid("", text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")


def _qualified(text: str) -> Iterator[FieldError]:
    for message in names.qualified_name(text):
        yield invalid("", text, message)


def _label_value(text: str) -> Iterator[FieldError]:
    for message in names.label_value(text):
        yield invalid("", text, message)


def _effect(text: str) -> Iterator[FieldError]:
    if text not in _EFFECTS:
        yield not_supported("", text, sorted(_EFFECTS))


class TaintRules(Rules):
    """What holds for a taint."""

    key = Leaf(_qualified, must=True)
    value = Leaf(_label_value)
    effect = Leaf(_effect, must=True)


class NodeSpecRules(Rules):
    """What holds for a node's spec."""

    taints = Each(TaintRules)
    podCIDR = Leaf(_network)  # noqa: N815 (fields of the API keep their names)

    @rule("taints")
    def unique(self, spec: Object) -> Iterator[FieldError]:
        """A key and effect stand once."""
        seen: set[tuple[str, str]] = set()
        for position, taint in enumerate(spec.get("taints") or ()):
            pair = (taint.get("key", ""), taint.get("effect", ""))
            if pair in seen:
                yield FieldError("FieldValueDuplicate", f"[{position}]", f'Duplicate value: "{pair[0]}:{pair[1]}"')
            seen.add(pair)


class NodeRules(Rules):
    """What holds for a node."""

    spec = Part(NodeSpecRules)


_RULES = NodeRules()


class NodeStrategy(Strategy):
    """A machine that pods run on."""

    has_status = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _RULES.errors(obj)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = _RULES.errors(obj)
        for field in ("podCIDR", "providerID"):
            if old["spec"].get(field) and obj["spec"].get(field) != old["spec"][field]:
                found.append(forbidden(f"spec.{field}", "node updates may not change " + field + ' except from "" to valid'))
        return found

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"spec.unschedulable": "true" if (obj.get("spec") or {}).get("unschedulable") else "false"}


def _status(obj: Object, _now: datetime) -> str:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    ready = [condition["status"] for condition in conditions if condition["type"] == "Ready"]
    words = ["Unknown" if not ready else "Ready" if ready[0] == "True" else "NotReady"]
    if obj["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(obj: Object, _now: datetime) -> str:
    found = {key.removeprefix(_ROLE_LABEL) for key in labels_of(obj) if key.startswith(_ROLE_LABEL)}
    found |= {value for key, value in labels_of(obj).items() if key == "kubernetes.io/role"}
    return ",".join(sorted(role for role in found if role)) or NONE


def _address(kind: str) -> Any:
    def cell(obj: Object, _now: datetime) -> str:
        addresses = (obj.get("status") or {}).get("addresses") or ()
        return next((str(address["address"]) for address in addresses if address["type"] == kind), NONE)

    return cell


def _info(field: str, absent: str = UNKNOWN) -> Any:
    return lambda obj, _now: ((obj.get("status") or {}).get("nodeInfo") or {}).get(field) or absent


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    plural="nodes",
    namespaced=False,
    short_names=("no",),
    strategy=NodeStrategy(),
    columns=(
        Column("Name", name, format="name"),
        Column("Status", _status),
        Column("Roles", _roles),
        Column("Age", age),
        Column("Version", _info("kubeletVersion", "")),
        Column("Internal-IP", _address("InternalIP"), priority=1),
        Column("External-IP", _address("ExternalIP"), priority=1),
        Column("OS-Image", _info("osImage"), priority=1),
        Column("Kernel-Version", _info("kernelVersion"), priority=1),
        Column("Container-Runtime", _info("containerRuntimeVersion"), priority=1),
    ),
    subresources=(STATUS,),
)
