"""The quality-of-service class of a pod (status.qosClass)."""

from __future__ import annotations

from mockapi.kinds.podspec.amounts import amount
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO, Quantity

_COUNTED = ("cpu", "memory")


def qos_class(spec: Object) -> str:
    """Guaranteed when every container limits what it requests, BestEffort when none says anything, Burstable else.

    Resources of the whole pod (KEP-2837), where given, stand for those of its containers.
    """
    whole = spec.get("resources") or {}
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    parts = [whole] if whole else [each.get("resources") or {} for each in containers]
    requests = [_positive(part.get("requests")) for part in parts]
    limits = [_positive(part.get("limits")) for part in parts]
    if not any(requests) and not any(limits):
        return "BestEffort"
    guaranteed = all(set(limit) == set(_COUNTED) for limit in limits) and _sum(requests) == _sum(limits)
    return "Guaranteed" if guaranteed else "Burstable"


def _positive(amounts: dict[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (amounts or {}).items() if name in _COUNTED and amount(value) > ZERO}


def _sum(lists: list[dict[str, str]]) -> dict[str, Quantity]:
    return {name: sum((amount(each[name]) for each in lists if name in each), ZERO) for name in _COUNTED}
