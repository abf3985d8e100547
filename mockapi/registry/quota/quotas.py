"""What one quota says of an object, and what is left of it after the object was charged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import cache

from mockapi.machinery.meta import Object
from mockapi.machinery.podresources import Amounts, added, parsed
from mockapi.machinery.quantity import ZERO
from mockapi.registry.quota.evaluator import EXISTS, Evaluator, counted_resource
from mockapi.registry.quota.others import ClaimEvaluator, DeviceClaimEvaluator, ServiceEvaluator
from mockapi.registry.quota.pods import PodEvaluator

QUOTAS = "resourcequotas"
# Nobody counts events.
IGNORED = frozenset({"events"})

_SPECIAL: dict[str, Evaluator] = {
    evaluator.resource: evaluator for evaluator in (PodEvaluator(), ServiceEvaluator(), ClaimEvaluator(), DeviceClaimEvaluator())
}
_ALIASES = ("configmaps", "replicationcontrollers", QUOTAS, "secrets")


@cache
def evaluator_of(resource: str) -> Evaluator:
    """How objects of a resource (`pods`, `leases.coordination.k8s.io`) are counted."""
    return _SPECIAL.get(resource) or Evaluator(resource)


def resources_of(names: Iterable[str], serves: Callable[[str], bool]) -> list[str]:
    """The resources whose objects count for names of a quota, as far as they are served and counted at all."""
    counted = {*_SPECIAL, *_ALIASES, *map(counted_resource, names)} - IGNORED - {""}
    return [resource for resource in sorted(counted) if any(map(evaluator_of(resource).measures, names)) and serves(resource)]


def covers(quota: Object, evaluator: Evaluator, obj: Object) -> bool:
    """Whether an object is in all scopes of a quota."""
    return all(evaluator.is_in_scope(requirement, obj) for requirement in _requirements(quota["spec"]))


def measured(evaluator: Evaluator, names: Iterable[str]) -> set[str]:
    """Those names of a quota that objects of a resource count for."""
    return {name for name in names if evaluator.measures(name)}


def usage_of(quota: Object, evaluator: Evaluator, objects: Iterable[Object], now: datetime) -> Amounts:
    """What the objects of one resource that a quota covers use together, by the names in its spec.hard."""
    names = measured(evaluator, quota["spec"].get("hard") or {})
    total: Amounts = dict.fromkeys(names, ZERO)
    for obj in objects:
        if covers(quota, evaluator, obj):
            total = added(total, masked(evaluator.usage(obj, now), names))
    return total


def masked(amounts: Amounts, names: Collection[str]) -> Amounts:
    """The amounts of those names."""
    return {name: value for name, value in amounts.items() if name in names}


def exceeded(used: Amounts, hard: Mapping[str, str]) -> set[str]:
    """The names of which more is used than a quota allows."""
    allowed = parsed(hard)
    return {name for name, value in used.items() if name in allowed and value > allowed[name]}


def _requirements(spec: Object) -> list[Object]:
    named = [{"scopeName": scope, "operator": EXISTS} for scope in spec.get("scopes") or ()]
    return named + ((spec.get("scopeSelector") or {}).get("matchExpressions") or [])
