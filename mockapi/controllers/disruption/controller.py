"""The status of PodDisruptionBudgets: how many of their pods are healthy, and how many may be disrupted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from mockapi.controllers.disruption.expected import UncountedError, expectation
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.pacing import Pace
from mockapi.machinery import disruptions
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, namespace_of
from mockapi.machinery.selectors import selector_from_object
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import NORMAL, WARNING

_RESOURCE = "poddisruptionbudgets.policy"
_COMPONENT = "controllermanager"
# How long an eviction may take until the pod is seen to be going.
_PATIENCE = timedelta(minutes=2)

Moments = dict[str, datetime]


class DisruptionController(Controller):
    """Writes the status of each PodDisruptionBudget."""

    name = "disruption-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(_COMPONENT)
        self._budgets = toolbox.informers.of(_RESOURCE)
        self._pods = toolbox.informers.of("pods")
        self._pace = Pace(toolbox.clock)

    def watches(self) -> Mapping[str, Watch]:
        return {_RESOURCE: own_key, "pods": self._of_pod}

    def reconcile(self, key: Key) -> float | None:
        budget = self._budgets.get(key)
        if budget is None:
            return None
        if wait := self._pace.wait(key):
            return wait
        pods = self._pods.matching(key.namespace, selector_from_object(budget["spec"].get("selector")))
        if not pods:
            self._recorder.event(budget, NORMAL, "NoPods", "No matching pods found")
        with unless_gone():
            again = self._judge(budget, pods)
            self._pace.looked(key, len(pods))
            return again
        return None

    def _of_pod(self, pod: Object, previous: Object | None) -> set[Key]:
        states = [state for state in (pod, previous) if state is not None]
        budgets = self._budgets.list(namespace_of(pod))
        return {key_of(budget) for budget in budgets if any(disruptions.covers(budget, state) for state in states)}

    def _judge(self, budget: Object, pods: Objects) -> float | None:
        """Returns the seconds until an announced disruption is given up."""
        now = self.clock.now()
        try:
            expected = expectation(self.client, budget, pods)
        except UncountedError as failure:
            sentence = f"Failed to calculate the number of expected pods: {failure}"
            self._recorder.event(budget, WARNING, "CalculateExpectedPodCountFailed", sentence)
            self._write(budget, disruptions.failed(budget["status"], str(failure), timestamp(now)))
            return None
        if expected.unmanaged:
            self._recorder.event(budget, WARNING, "UnmanagedPods", _unmanaged(budget))
        disrupted = self._still_disrupted(budget, pods, now)
        healthy = sum(podfacts.is_ready(pod) and not is_terminating(pod) and name_of(pod) not in disrupted for pod in pods)
        status = {
            "currentHealthy": healthy,
            "desiredHealthy": expected.healthy,
            "expectedPods": expected.pods,
            "disruptionsAllowed": max(0, healthy - expected.healthy) if expected.pods > 0 else 0,
            **({"disruptedPods": {name: timestamp(moment) for name, moment in disrupted.items()}} if disrupted else {}),
            "observedGeneration": budget["metadata"]["generation"],
            "conditions": budget["status"].get("conditions"),
        }
        self._write(budget, disruptions.judged(status, timestamp(now)))
        return min(((moment + _PATIENCE - now).total_seconds() for moment in disrupted.values()), default=None)

    def _still_disrupted(self, budget: Object, pods: Objects, now: datetime) -> Moments:
        """The pods whose eviction was granted and that are not seen to be going yet, with the moments of it."""
        granted = {name: parse_timestamp(moment) for name, moment in (budget["status"].get("disruptedPods") or {}).items()}
        waiting = {}
        for pod in pods:
            if name_of(pod) not in granted or is_terminating(pod):
                continue
            if granted[name_of(pod)] + _PATIENCE <= now:
                self._recorder.event(pod, WARNING, "NotDeleted", _not_deleted(budget))
            else:
                waiting[name_of(pod)] = granted[name_of(pod)]
        return waiting

    def _write(self, budget: Object, status: Object) -> None:
        if status != budget["status"]:
            self.client.update_status(_RESOURCE, {**budget, "status": status})


def _not_deleted(budget: Object) -> str:
    """As the real controller says it: the namespace stands where one expects the name."""
    return f"Pod was expected by PDB {namespace_of(budget)}/{namespace_of(budget)} to be deleted but it wasn't"


def _unmanaged(budget: Object) -> str:
    return (
        f"Pods selected by this PodDisruptionBudget (selector: {_go_text(budget['spec']['selector'])}) were found to be unmanaged. "
        "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. "
        'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    )


def _go_text(selector: Object) -> str:
    """A label selector as the real controller prints it."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(f"{_go_requirement(each)}," for each in selector.get("matchExpressions") or ())
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"


def _go_requirement(expression: Object) -> str:
    values = " ".join(expression.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{expression['key']},Operator:{expression['operator']},Values:[{values}],}}"
