"""core/v1 Node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import one_of, under
from mockapi.kinds.podspec.resources import amount_of
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.fielderrors import METADATA, SPEC, FieldError, Path
from mockapi.machinery.meta import Object, labels_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE, UNKNOWN
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import PROXY_VERBS, STATUS, Subresource
from mockapi.registry.validation import Leaf, Rules

_ROLE_LABEL = "node-role.kubernetes.io/"
_ONCE = 'node updates may not change {} except from "" to valid'
_TWO_FAMILIES = 2


def _key(value: str) -> Iterator[FieldError]:
    yield from (fielderrors.invalid("", value, message) for message in names.qualified_name(value))


def _value(value: str) -> Iterator[FieldError]:
    if messages := names.label_value(value):
        yield fielderrors.invalid("", value, ";".join(messages))


class TaintRules(Rules):
    """What holds for a taint by itself."""

    key = Leaf(_key)
    value = Leaf(_value)
    effect = Leaf(one_of("NoSchedule", "PreferNoSchedule", "NoExecute"))


_TAINT = TaintRules()


def _taint_errors(node: Object) -> Iterator[FieldError]:
    """The real server gives these errors a place in the metadata."""
    seen: set[tuple[str, str]] = set()
    for position, taint in enumerate(node["spec"].get("taints") or ()):
        path = METADATA.child("taints").item(position)
        yield from _TAINT.errors(taint, path)
        pair = (taint["key"], taint["effect"])
        if pair in seen:
            repeated = fielderrors.duplicate(path, _as_struct(taint))
            yield FieldError(repeated.reason, path, f"{repeated.message}: taints must be unique by key and effect pair")
        seen.add(pair)


def _as_struct(taint: Object) -> Object:
    """How the real server prints a taint: as its internal Go struct."""
    values = {"Key": taint["key"], "Value": taint.get("value", ""), "Effect": taint["effect"]}
    return {**values, "TimeAdded": taint.get("timeAdded")}


def _amount_errors(node: Object) -> Iterator[FieldError]:
    """Quantities of resources in the status."""
    for field in ("capacity", "allocatable"):
        for resource, text in (node["status"].get(field) or {}).items():
            yield from under(Path("status").child(field, resource), amount_of(resource, text))


def _block_errors(node: Object) -> Iterator[FieldError]:
    """The blocks that pods get addresses from: at most one for each family."""
    blocks, path = node["spec"].get("podCIDRs") or [], SPEC.child("podCIDRs")
    for position, block in enumerate(blocks):
        yield from (fielderrors.invalid(path.item(position), block, message) for message in addresses.strict_cidr(block))
    families = {parsed[1].version for parsed in map(addresses.parse_cidr, blocks) if parsed}
    if len(blocks) > 1 and (len(blocks) > _TWO_FAMILIES or len(families) < _TWO_FAMILIES):
        yield fielderrors.invalid(path, blocks, "may specify no more than one CIDR for each IP family")


def _change_errors(node: Object, old: Object) -> Iterator[FieldError]:
    """What may be set once only."""
    spec, before = node["spec"], old["spec"]
    if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
        yield fielderrors.forbidden(SPEC.child("podCIDRs"), _ONCE.format("podCIDR"))
    if before.get("providerID") and spec.get("providerID") != before["providerID"]:
        yield fielderrors.forbidden(SPEC.child("providerID"), _ONCE.format("providerID"))
    yield from _taint_errors(node)
    if spec.get("externalID") != before.get("externalID"):
        yield fielderrors.forbidden(SPEC.child("externalID"), "may not be updated")


def _status_errors(node: Object) -> Iterator[FieldError]:
    yield from _amount_errors(node)
    seen = []
    for position, address in enumerate(node["status"].get("addresses") or ()):
        if address in seen:
            shown = {"Type": address["type"], "Address": address["address"]}
            yield fielderrors.duplicate(Path("status").child("addresses").item(position), shown)
        seen.append(address)


class NodeStrategy(Strategy):
    """A machine that pods run on."""

    has_status = True
    status_on_create = True
    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        """The older field for one block and the newer for several agree; the older one counts."""
        spec = obj["spec"]
        single, several = spec.get("podCIDR"), spec.get("podCIDRs")
        if single and (not several or several[0] != single):
            spec["podCIDRs"] = [single]
        elif several:
            spec["podCIDR"] = several[0]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return [*_taint_errors(obj), *_amount_errors(obj), *_block_errors(obj)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """Some rules are checked twice, as the real server does."""
        return [*self.validate(obj, request), *_status_errors(obj), *_change_errors(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*_status_errors(obj), *_taint_errors(obj)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec, found = obj["spec"], []
        if spec.get("configSource"):
            found.append("spec.configSource: the feature is removed")
        if spec.get("externalID"):
            found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
        for position, block in enumerate(spec.get("podCIDRs") or ()):
            found += addresses.cidr_warnings(SPEC.child("podCIDRs").item(position), block)
        return found

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"spec.unschedulable": "true" if obj["spec"].get("unschedulable") else "false"}


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
        known = obj["status"].get("addresses") or ()
        return next((str(address["address"]) for address in known if address["type"] == kind), NONE)

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
        NAME,
        Column("Status", _status, documented_by="status.conditions"),
        Column("Roles", _roles, description="Roles that labels give the node."),
        AGE,
        Column("Version", _info("kubeletVersion", ""), documented_by="status.nodeInfo.kubeletVersion"),
        Column("Internal-IP", _address("InternalIP"), priority=1, documented_by="status.addresses"),
        Column("External-IP", _address("ExternalIP"), priority=1, documented_by="status.addresses"),
        Column("OS-Image", _info("osImage"), priority=1, documented_by="status.nodeInfo.osImage"),
        Column("Kernel-Version", _info("kernelVersion"), priority=1, documented_by="status.nodeInfo.kernelVersion"),
        Column("Container-Runtime", _info("containerRuntimeVersion"), priority=1, documented_by="status.nodeInfo.containerRuntimeVersion"),
    ),
    subresources=(Subresource("proxy", verbs=PROXY_VERBS, kind="NodeProxyOptions", connects=True), STATUS),
)
