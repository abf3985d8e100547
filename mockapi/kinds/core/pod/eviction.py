"""The subresource pods/eviction: a deletion that a PodDisruptionBudget may refuse (policy/v1 Eviction)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mockapi.kinds.core.pod.binding import SUCCESS
from mockapi.machinery import errors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.disruptions import TARGET, covers, judged
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, namespace_of
from mockapi.registry.body import Body
from mockapi.registry.client import Client
from mockapi.registry.deletes import Ask
from mockapi.registry.deletion import check_preconditions
from mockapi.registry.kind import Kind
from mockapi.registry.options import DeleteOptions, delete_options_of
from mockapi.registry.writes import place

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources

_KIND = Kind(group="policy", version="v1", kind="Eviction", plural="evictions")
# Still accepted, although nothing else of that version is served.
_OLD_VERSION = "policy/v1beta1"
_BUDGETS = "poddisruptionbudgets.policy"
_MOST_DISRUPTED = 2000
_RETRY_SECONDS = 10
_CONFLICT = 409
_ENDED = frozenset({"Succeeded", "Failed"})
# The client of the server itself.
_SERVER = "kube-apiserver"


def evict(resources: Resources, key: Key, body: Object, request: Request) -> Object:
    """POST on /eviction. StatusError 400 for another pod's eviction, 404, 409 when a precondition does not hold, 429 while a budget
    forbids it, 500 with two budgets."""
    if body.get("apiVersion") == _OLD_VERSION:
        body = {**body, "apiVersion": _KIND.api_version}
    eviction = resources.decoded(_KIND, Body(body), request)
    place(_KIND, eviction, key.namespace)
    if name_of(eviction) != key.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    options = delete_options_of(eviction.get("deleteOptions") or {})
    request.dry_run = request.dry_run or options.dry_run
    Eviction(resources, key, options, request).run()
    return SUCCESS


class Eviction:
    """One eviction of one pod."""

    def __init__(self, resources: Resources, key: Key, options: DeleteOptions, request: Request) -> None:
        self._resources = resources
        self._key = key
        self._kind = resources.catalogue.by_resource("pods")
        self._options = options
        self._request = request

    def run(self) -> None:
        """Deletes the pod, if it has nothing to lose or its budget lets it go. StatusError."""
        while _is_idle(pod := self._resources.get(self._kind, self._key).object):
            if self._went_unchanged(pod, at_once=_has_ended(pod)):
                return
        budget = self._budget(pod)
        if budget is None:
            self._delete(self._options)
        elif not _may_go_unhealthy(pod, budget):
            self._take_from(budget, pod)
            self._delete(self._options)
        elif not self._went_unchanged(pod):
            raise _still_processed(budget)

    def _went_unchanged(self, pod: Object, *, at_once: bool = False) -> bool:
        """Deletes the pod unless it has changed, for it may be ready now; `at_once` however it has changed. False when it has.

        StatusError 409 when a precondition of the client's does not hold.
        """
        options = self._options
        if at_once or options.precondition_resource_version is not None:
            self._delete(options)
            return True
        check_preconditions(self._kind, pod, options)
        try:
            self._delete(replace(options, precondition_resource_version=pod["metadata"]["resourceVersion"]))
        except StatusError as failure:
            if failure.code != _CONFLICT:
                raise
            return False
        return True

    def _delete(self, options: DeleteOptions) -> None:
        if not self._request.dry_run:
            announced = self._resources.writes.amend(self._kind, self._key, lambda pod: self._announce(pod, options), self._request)
            if options.precondition_resource_version is not None:
                options = replace(options, precondition_resource_version=announced["metadata"]["resourceVersion"])
        self._resources.delete(self._kind, self._key, options, self._request, Ask.NOTHING)

    def _announce(self, pod: Object, options: DeleteOptions) -> Object:
        """The pod, told of its disruption (KEP-3329)."""
        check_preconditions(self._kind, pod, options)
        status = pod.setdefault("status", {})
        present: Object = next((each for each in status.get("conditions") or () if each["type"] == TARGET), {})
        condition = {
            "type": TARGET,
            "observedGeneration": pod["metadata"].get("generation", 0),
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self._request.clock.now()),
            "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting",
        }
        if present.get("status") == "True":
            condition["lastTransitionTime"] = present["lastTransitionTime"]
        conditions = [condition if each is present else each for each in status.get("conditions") or ()]
        status["conditions"] = conditions if present else [*conditions, condition]
        return pod

    def _budget(self, pod: Object) -> Object | None:
        """The one budget that is about the pod. StatusError 500 when there are several."""
        budgets: Objects = [budget for budget in self._request.read_all(_BUDGETS, namespace_of(pod)) if covers(budget, pod)]
        if len(budgets) > 1:
            raise errors.unexplained("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        return budgets[0] if budgets else None

    def _take_from(self, budget: Object, pod: Object) -> None:
        """Counts one more disruption. StatusError when the budget has none left; whoever writes it first has it."""
        client = Client(self._resources, _SERVER)
        while True:
            _check(budget)
            if self._request.dry_run:
                return
            try:
                client.update_status(_BUDGETS, {**budget, "status": _taken(budget["status"], pod, timestamp(self._request.clock.now()))})
            except StatusError as failure:
                if failure.code != _CONFLICT:
                    raise
                budget = self._resources.get(self._resources.catalogue.by_resource(_BUDGETS), key_of(budget)).object
            else:
                return


def _phase(pod: Object) -> str:
    return str((pod.get("status") or {}).get("phase") or "")


def _has_ended(pod: Object) -> bool:
    return is_terminating(pod) or _phase(pod) in _ENDED


def _is_idle(pod: Object) -> bool:
    """Whether it has no work to lose."""
    return _has_ended(pod) or _phase(pod) == "Pending"


def _may_go_unhealthy(pod: Object, budget: Object) -> bool:
    """A pod that is not ready is not counted, so it may go where the budget's policy lets it (KEP-3017)."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    if any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    return bool(status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) > 0)


def _check(budget: Object) -> None:
    status, called = budget.get("status") or {}, name_of(budget)
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise _still_processed(budget)
    if status.get("disruptionsAllowed", 0) < 0:
        raise errors.forbidden("poddisruptionbudget", "policy", called, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or {}) > _MOST_DISRUPTED:
        sentence = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.forbidden("poddisruptionbudget", "policy", called, sentence)
    if not status.get("disruptionsAllowed"):
        wanted, found = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        raise _too_many(f"The disruption budget {called} needs {wanted} healthy pods and has {found} currently", {})


def _still_processed(budget: Object) -> StatusError:
    sentence = f"The disruption budget {name_of(budget)} is still being processed by the server."
    return _too_many(sentence, {"retryAfterSeconds": _RETRY_SECONDS})


def _too_many(cause: str, more: Object) -> StatusError:
    details = {"causes": [{"reason": "DisruptionBudget", "message": cause}], **more}
    return StatusError(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details)


def _taken(status: Object, pod: Object, now: str) -> Object:
    """The status of a budget after one more disruption, until the pod is seen to be gone."""
    left = status["disruptionsAllowed"] - 1
    status = {**status, "disruptionsAllowed": left, "disruptedPods": {**(status.get("disruptedPods") or {}), name_of(pod): now}}
    return status if left else judged(status, now)
