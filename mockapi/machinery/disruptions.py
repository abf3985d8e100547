"""What evictions and the controller of budgets both go by (policy/v1 PodDisruptionBudget, core/v1 PodCondition DisruptionTarget)."""

from __future__ import annotations

from mockapi.machinery.conditions import with_condition
from mockapi.machinery.meta import Object, labels_of
from mockapi.machinery.selectors import selector_from_object

# The condition of budgets that tells whether a pod may be disrupted, and the one of pods that are about to be.
ALLOWED, TARGET = "DisruptionAllowed", "DisruptionTarget"


def covers(budget: Object, pod: Object) -> bool:
    """Whether a budget of the pod's namespace is about the pod; without a selector it is about none."""
    return selector_from_object(budget["spec"].get("selector")).matches(labels_of(pod))


def judged(status: Object, now: str) -> Object:
    """The status of a budget, its condition DisruptionAllowed saying what `disruptionsAllowed` means."""
    allowed = bool(status.get("disruptionsAllowed"))
    return _with_verdict(status, allowed, "SufficientPods" if allowed else "InsufficientPods", "", now)


def failed(status: Object, message: str, now: str) -> Object:
    """The status of a budget that could not be worked out: no disruptions until it can."""
    return _with_verdict({**status, "disruptionsAllowed": 0}, False, "SyncFailed", message, now)


def _with_verdict(status: Object, allowed: bool, reason: str, message: str, now: str) -> Object:
    observed = {"observedGeneration": status["observedGeneration"]} if status.get("observedGeneration") else {}
    conditions = with_condition(status.get("conditions"), ALLOWED, str(allowed), reason, message, now)
    return {**status, "conditions": [{**each, **observed} if each["type"] == ALLOWED else each for each in conditions]}
