"""Pods that were told of a disruption which then did not come, and pods that more than one budget is about (KEP-3329)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from mockapi.controllers.workload import conditions, podfacts
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery import disruptions
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, namespace_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.recorder import WARNING

_COMPONENT = "controllermanager"
_PATIENCE = timedelta(minutes=2)
# What the kubelet announces may take any time.
_BY_KUBELET = "TerminationByKubelet"


class AnnouncedDisruptions(Controller):
    """Takes back the condition DisruptionTarget of pods that were not deleted, and warns of budgets that stand in each other's way."""

    name = "stale-pod-disruption"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(_COMPONENT)
        self._budgets = toolbox.informers.of("poddisruptionbudgets.policy")
        self._pods = toolbox.informers.of("pods")

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": self._of_pod}

    def reconcile(self, key: Key) -> float | None:
        pod = self._pods.get(key)
        if pod is None:
            return None
        self._warn(pod)
        announced = _announced(pod)
        if announced is None:
            return None
        left = parse_timestamp(announced["lastTransitionTime"]) + _PATIENCE - self.clock.now()
        if left > timedelta():
            return left.total_seconds()
        with unless_gone():
            self._take_back(pod)
        return None

    def _of_pod(self, pod: Object, _previous: Object | None) -> list[Key]:
        return [key_of(pod)] if _announced(pod) or len(self._about(pod)) > 1 else []

    def _about(self, pod: Object) -> Objects:
        return [budget for budget in self._budgets.list(namespace_of(pod)) if disruptions.covers(budget, pod)]

    def _warn(self, pod: Object) -> None:
        budgets = self._about(pod)
        if len(budgets) > 1:
            who = f'Pod "{namespace_of(pod)}"/"{name_of(pod)}" matches multiple PodDisruptionBudgets.'
            sentence = f'{who}  Chose "{name_of(budgets[0])}" arbitrarily.'
            self._recorder.event(pod, WARNING, "MultiplePodDisruptionBudgets", sentence)

    def _take_back(self, pod: Object) -> None:
        withdrawn = {
            "type": disruptions.TARGET,
            "observedGeneration": pod["metadata"].get("generation", 0),
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now()),
        }
        present = [withdrawn if each["type"] == disruptions.TARGET else each for each in pod["status"]["conditions"]]
        self.client.update_status("pods", {**pod, "status": {**pod["status"], "conditions": present}})


def _announced(pod: Object) -> Object | None:
    """The condition that tells a pod of a disruption which may never come."""
    if is_terminating(pod) or podfacts.is_finished(pod):
        return None
    found = conditions.find((pod.get("status") or {}).get("conditions") or [], disruptions.TARGET)
    return found if found and found["status"] == "True" and found.get("reason") != _BY_KUBELET else None
