"""The subresource pods/eviction: a deletion that a PodDisruptionBudget may refuse (policy/v1 Eviction)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.core.pod.binding import SUCCESS
from mockapi.machinery import errors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, labels_of, name_of
from mockapi.machinery.selectors import SelectorError, selector_from_object
from mockapi.registry.deletes import Ask
from mockapi.registry.options import delete_options_of

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources

BUDGETS = "poddisruptionbudgets.policy"
_ALLOWED = "DisruptionAllowed"
_MOST_DISRUPTED = 2000
_RETRY_SECONDS = 10
# Pods that have no work to lose.
_IDLE = frozenset({"Succeeded", "Failed", "Pending"})


def evict(resources: Resources, key: Key, eviction: Object, request: Request) -> Object:
    """POST on /eviction. StatusError 400 for another pod's eviction, 404, 429 while a budget forbids it, 500 with two budgets."""
    called = (eviction.get("metadata") or {}).get("name")
    if called and called != key.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    kind = resources.catalogue.by_resource("pods")
    options = delete_options_of(eviction.get("deleteOptions") or {})
    request.dry_run = request.dry_run or options.dry_run
    pod = resources.get(kind, key).object
    if not _is_idle(pod):
        _take_from_budget(resources, pod, request)
    resources.delete(kind, key, options, request, Ask.NOTHING)
    return SUCCESS


def _is_idle(pod: Object) -> bool:
    return is_terminating(pod) or (pod.get("status") or {}).get("phase") in _IDLE


def _take_from_budget(resources: Resources, pod: Object, request: Request) -> None:
    budgets = _budgets(resources, pod)
    if len(budgets) > 1:
        raise errors.unexplained("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
    if not budgets or _may_go_unhealthy(pod, budgets[0]):
        return

    def decremented(budget: Object) -> Object:
        _check_budget(budget)
        return _taken(budget, pod, request)

    kind = resources.catalogue.by_resource(BUDGETS)
    resources.writes.change(kind, key_of(budgets[0]), decremented, request, "status")


def _budgets(resources: Resources, pod: Object) -> Objects:
    found = resources.database.cache.list(BUDGETS, pod["metadata"]["namespace"])
    return [record.object for record in found if _covers(record.object, pod)]


def _covers(budget: Object, pod: Object) -> bool:
    try:
        return selector_from_object(budget["spec"].get("selector")).matches(labels_of(pod))
    except SelectorError:
        return False


def _may_go_unhealthy(pod: Object, budget: Object) -> bool:
    """A pod that is not ready is not counted, so it may go where the budget's policy lets it (KEP-3017)."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    if any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    return bool(status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) > 0)


def _check_budget(budget: Object) -> None:
    status, called = budget.get("status") or {}, name_of(budget)
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise _too_many(f"The disruption budget {called} is still being processed by the server.", {"retryAfterSeconds": _RETRY_SECONDS})
    if status.get("disruptionsAllowed", 0) < 0:
        raise errors.forbidden("poddisruptionbudget", "policy", called, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or {}) > _MOST_DISRUPTED:
        sentence = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.forbidden("poddisruptionbudget", "policy", called, sentence)
    if not status.get("disruptionsAllowed"):
        wanted, found = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        raise _too_many(f"The disruption budget {called} needs {wanted} healthy pods and has {found} currently", {})


def _too_many(cause: str, more: Object) -> StatusError:
    details = {"causes": [{"reason": "DisruptionBudget", "message": cause}], **more}
    return StatusError(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details)


def _taken(budget: Object, pod: Object, request: Request) -> Object:
    """The budget after one more disruption, until the pod is seen to be gone."""
    status, now = budget["status"], timestamp(request.clock.now())
    status["disruptionsAllowed"] -= 1
    status["disruptedPods"] = {**(status.get("disruptedPods") or {}), name_of(pod): now}
    if status["disruptionsAllowed"] == 0:
        for condition in status.get("conditions") or ():
            if condition["type"] == _ALLOWED and condition["status"] == "True":
                condition.update(status="False", reason="InsufficientPods", lastTransitionTime=now)
    return budget
