"""Pods count by number and by what their containers request and are limited to (KEP-1287: also when they are resized)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object
from mockapi.machinery.podresources import LIMITS, REQUESTS, Amounts, charged_total, parsed
from mockapi.registry.quota.evaluator import EXISTS, ONE, Evaluator, value_selector

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_NAMES = frozenset({"pods", "count/pods", *_COMPUTE, *(f"{side}.{name}" for side in (REQUESTS, LIMITS) for name in _COMPUTE)})
_HUGE_PAGES = "hugepages-"
_REQUESTED = "requests."
# Under a quota of these each container must say how much it wants.
_TO_BE_SAID = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
_ENDED = frozenset({"Failed", "Succeeded"})


class PodEvaluator(Evaluator):
    """Charges pods until they have ended, or should have on a node that was lost."""

    charged_updates = "resize"
    gives_back = True

    def __init__(self) -> None:
        super().__init__("pods")

    def measures(self, name: str) -> bool:
        return name in _NAMES or name.startswith((_HUGE_PAGES, _REQUESTED + _HUGE_PAGES)) or _is_extended(name)

    def usage(self, obj: Object, now: datetime) -> Amounts:
        count = {"count/pods": ONE}
        if not _is_charged(obj, now):
            return count
        return count | _compute(charged_total(obj, REQUESTS), charged_total(obj, LIMITS))

    def counts_otherwise(self, before: Object, after: Object, now: datetime) -> bool:
        deadlines = {pod["spec"].get("activeDeadlineSeconds") is None for pod in (before, after)}
        return len(deadlines) > 1 or super().counts_otherwise(before, after, now)

    def is_in_scope(self, requirement: Object, obj: Object) -> bool:
        spec, scope = obj["spec"], requirement["scopeName"]
        if scope in {"Terminating", "NotTerminating"}:
            return (spec.get("activeDeadlineSeconds") is not None) is (scope == "Terminating")
        if scope in {"BestEffort", "NotBestEffort"}:
            return ((obj.get("status") or {}).get("qosClass") == "BestEffort") is (scope == "BestEffort")
        if scope == "CrossNamespacePodAffinity":
            return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in _affinity_terms(spec))
        return scope == "PriorityClass" and _has_class(requirement, spec.get("priorityClassName"))

    def unspecified(self, names: set[str], obj: Object) -> dict[str, set[str]]:
        """A pod that says what it wants as a whole need not say it of each container."""
        spec, missing = obj["spec"], dict[str, set[str]]()
        if spec.get("resources"):
            return {}
        for container in chain(spec["containers"], spec.get("initContainers") or ()):
            resources = container.get("resources") or {}
            said = _compute(parsed(resources.get(REQUESTS)), parsed(resources.get(LIMITS)))
            for name in (names & _TO_BE_SAID).difference(said):
                missing.setdefault(name, set()).add(container["name"])
        return missing


def _is_charged(pod: Object, now: datetime) -> bool:
    if (pod.get("status") or {}).get("phase") in _ENDED:
        return False
    meta = pod["metadata"]
    going, grace = meta.get("deletionTimestamp"), meta.get("deletionGracePeriodSeconds")
    return not going or grace is None or now <= parse_timestamp(going) + timedelta(seconds=grace)


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    """Amounts under the names that quotas have for them."""
    usage: Amounts = {"pods": ONE}
    for name, value in requests.items():
        if name in _COMPUTE or name.startswith(_HUGE_PAGES):
            usage[name] = usage[_REQUESTED + name] = value
        elif _is_extended(_REQUESTED + name):
            usage[_REQUESTED + name] = value
    return usage | {f"limits.{name}": value for name, value in limits.items() if name in _COMPUTE}


def _is_extended(name: str) -> bool:
    """Whether a quota's name is of an extended resource: of these only requests are counted."""
    return name.startswith(_REQUESTED) and "/" in name and "kubernetes.io/" not in name


def _has_class(requirement: Object, name: str | None) -> bool:
    if requirement["operator"] == EXISTS:
        return bool(name)
    return value_selector(requirement).matches({"PriorityClass": name} if name else {})


def _affinity_terms(spec: Object) -> Iterator[Object]:
    for side in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(side) or {}
        yield from affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for weighted in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield weighted["podAffinityTerm"]
