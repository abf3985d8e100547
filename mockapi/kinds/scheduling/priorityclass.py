"""scheduling.k8s.io/v1 PriorityClass."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery import errors, fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, name_of
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

# The classes that every cluster has.
SYSTEM_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_SYSTEM = "system-"
_HIGHEST = 1_000_000_000
_POLICIES = ("PreemptLowerPriority", "Never")


class PriorityClassStrategy(Strategy):
    """A name for a priority; its number never changes."""

    keeps_generation = True

    def default(self, obj: Object) -> None:
        if obj.get("preemptionPolicy") is None:
            obj["preemptionPolicy"] = _POLICIES[0]

    def spec_changed(self, obj: Object, old: Object) -> bool:
        """The generation stays: what an object of this kind says is not in a spec, and most of it is immutable."""
        return False

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        found = []
        if name_of(obj).startswith(_SYSTEM):
            found += _system_errors(obj)
        elif obj.get("value", 0) > _HIGHEST:
            found.append(fielderrors.forbidden("value", f"maximum allowed value of a user defined priority is {_HIGHEST}"))
        if obj["preemptionPolicy"] not in _POLICIES:
            found.append(fielderrors.not_supported("preemptionPolicy", obj["preemptionPolicy"], _POLICIES))
        return found

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = []
        if obj.get("value", 0) != old.get("value", 0):
            found.append(fielderrors.forbidden("value", "may not be changed in an update."))
        if obj["preemptionPolicy"] != old.get("preemptionPolicy"):
            found.append(fielderrors.invalid("preemptionPolicy", obj["preemptionPolicy"], IMMUTABLE))
        return found

    def refuse_deletion(self, obj: Object, request: Request) -> None:
        if name_of(obj) in SYSTEM_CLASSES:
            sentence = "this is a system priority class and cannot be deleted"
            raise errors.forbidden("priorityclasses", "scheduling.k8s.io", name_of(obj), sentence)


def _system_errors(obj: Object) -> list[FieldError]:
    called, prefix = name_of(obj), f"priority class names with '{_SYSTEM}' prefix are reserved for system use only. error: "
    if called not in SYSTEM_CLASSES:
        return [fielderrors.forbidden("metadata.name", f"{prefix}{called} is not a known system priority class")]
    if obj.get("value", 0) != SYSTEM_CLASSES[called]:
        return [fielderrors.forbidden("metadata.name", f"{prefix}value of {called} PriorityClass must be {SYSTEM_CLASSES[called]}")]
    if obj.get("globalDefault"):
        return [fielderrors.forbidden("metadata.name", f"{prefix}globalDefault of {called} PriorityClass must be false")]
    return []


def _value(obj: Object, _now: datetime) -> int:
    return int(obj.get("value") or 0)


def _global_default(obj: Object, _now: datetime) -> bool:
    return bool(obj.get("globalDefault"))


def _policy(obj: Object, _now: datetime) -> str:
    return str(obj.get("preemptionPolicy", ""))


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    plural="priorityclasses",
    namespaced=False,
    short_names=("pc",),
    strategy=PriorityClassStrategy(),
    columns=(
        NAME,
        Column("Value", _value, documented_by="value"),
        Column("Global-Default", _global_default, type="boolean", documented_by="globalDefault"),
        AGE,
        Column("PreemptionPolicy", _policy, documented_by="preemptionPolicy"),
    ),
)
