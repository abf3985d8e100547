"""One look at an autoscaler: from its target's scale over its metrics to another scale, with status and Events."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mockapi.controllers.horizontalpodautoscaler import limits
from mockapi.controllers.horizontalpodautoscaler.calculation import Situation
from mockapi.controllers.horizontalpodautoscaler.history import History
from mockapi.controllers.horizontalpodautoscaler.proposals import MetricError, Proposal, Where, proposal
from mockapi.controllers.horizontalpodautoscaler.selecting import Selecting
from mockapi.controllers.horizontalpodautoscaler.target import NoTargetError, Target, find_target, rescale
from mockapi.machinery.clock import timestamp
from mockapi.machinery.conditions import with_condition
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, Objects, key_of, labels_of
from mockapi.machinery.selectors import SelectorError, parse_label_selector
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
_ABLE, _ACTIVE, _LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"
_NO_SCALE = "the HPA controller was unable to get the target's current scale"


class _UncomputableError(Exception):
    """No number of replicas can be worked out; the message is for an Event, the condition says why."""


class _Wish(NamedTuple):
    """How many replicas there should be, and why."""

    replicas: int
    reason: str


class Round:
    """What is done for one autoscaler at one moment."""

    def __init__(
        self, client: Client, recorder: Recorder, now: datetime, autoscaler: Object, history: History, selecting: Selecting
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._now = now
        self._autoscaler = autoscaler
        self._key = key_of(autoscaler)
        self._spec: Object = autoscaler["spec"]
        self._status: Object = {**(autoscaler.get("status") or {})}
        self._history = history
        self._selecting = selecting

    def run(self) -> None:
        """Scales the target if it should be, and writes the status if that has changed."""
        try:
            target = find_target(self._client, self._spec["scaleTargetRef"], self._key.namespace)
        except NoTargetError as failure:
            self._warn("FailedGetScale", str(failure))
            self._set(_ABLE, "False", "FailedGetScale", f"{_NO_SCALE}: {failure}")
            self._write()
            return
        self._set(_ABLE, "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        if not self._history.recommendations:
            self._history.recommend(target.replicas, self._now)
        self._scale(target)

    def _scale(self, target: Target) -> None:
        try:
            wish, metrics = self._wish(target)
        except _UncomputableError as failure:
            self._keep_status(target)
            self._warn("FailedComputeMetricsReplicas", str(failure))
            return
        changes = wish.replicas != target.replicas
        if changes and not self._rescale(target, wish):
            self._keep_status(target)
            return
        self._status |= {"currentReplicas": target.replicas, "desiredReplicas": wish.replicas, "currentMetrics": metrics}
        if changes:
            self._status["lastScaleTime"] = timestamp(self._now)
        self._write()

    def _wish(self, target: Target) -> tuple[_Wish, Objects | None]:
        """The number of replicas, and the status of the metrics if they were asked. _UncomputableError."""
        current, least, most = target.replicas, limits.least(self._spec), self._spec["maxReplicas"]
        if current == 0 and least != 0:
            self._set(_ACTIVE, "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
            return _Wish(0, ""), None
        if current > most:
            return _Wish(most, "Current number of replicas above Spec.MaxReplicas"), None
        if current < least:
            return _Wish(least, "Current number of replicas below Spec.MinReplicas"), None
        asked, metrics = self._by_metrics(target)
        reason = f"{asked.metric} above target" if asked.replicas > current else "All metrics below target"
        return _Wish(self._permitted(current, asked.replicas), reason), metrics

    def _permitted(self, current: int, wanted: int) -> int:
        found = limits.permitted(self._spec, self._history, current, wanted, self._now)
        self._set(_ABLE, "True", *found.able)
        self._set(_LIMITED, str(found.is_limited), *found.limit)
        return found.replicas

    def _by_metrics(self, target: Target) -> tuple[Proposal, Objects]:
        """The proposal of the metric that asks for most, and the status of all. One that fails forbids to scale down."""
        where = Where(self._client, self._key.namespace, target.selector)
        situation = Situation(target.replicas, self._pods(target), limits.tolerances(self._spec), self._now)
        proposals: list[Proposal] = []
        failures: list[MetricError] = []
        statuses: Objects = []
        for spec in self._spec.get("metrics") or ():
            try:
                found = proposal(spec, where, situation)
                proposals.append(found)
                statuses.append(found.status)
            except MetricError as failure:
                self._warn(failure.reason, failure.cause)
                failures.append(failure)
                statuses.append({"type": ""})
        best = max(proposals, key=lambda each: each.replicas, default=None)
        if best is None or (failures and best.replicas < target.replicas):
            raise self._uncomputable(failures, len(statuses))
        message = f"the HPA was able to successfully calculate a replica count from {best.metric}"
        self._set(_ACTIVE, "True", "ValidMetricFound", message)
        return best, statuses

    def _uncomputable(self, failures: list[MetricError], count: int) -> _UncomputableError:
        first = failures[0]
        self._set(_ACTIVE, "False", first.reason, f"the HPA was unable to compute the replica count: {first.cause}")
        return _UncomputableError(f"invalid metrics ({len(failures)} invalid out of {count}), first error is: {first}")

    def _pods(self, target: Target) -> Objects:
        """The target's pods. _UncomputableError when it does not say which, or when another autoscaler measures them, too."""
        if not target.selector:
            raise self._bad_selector("SelectorRequired", "selector is required", "the HPA target's scale is missing a selector")
        try:
            selector = parse_label_selector(target.selector)
        except SelectorError as failure:
            text = f"couldn't convert selector into a corresponding internal selector object: {failure}"
            raise self._bad_selector("InvalidSelector", text, text) from None
        pods = [pod for pod in self._client.list("pods", self._key.namespace) if selector.matches(labels_of(pod))]
        self._selecting.note(self._key, selector)
        measuring = self._selecting.measuring(self._key.namespace, pods)
        if len(measuring) > 1:
            text = f"pods by selector {target.selector} are controlled by multiple HPAs: [{' '.join(map(str, measuring))}]"
            raise self._bad_selector("AmbiguousSelector", text, text)
        return pods

    def _bad_selector(self, event: str, text: str, message: str) -> _UncomputableError:
        self._warn(event, text)
        self._set(_ACTIVE, "False", "AmbiguousSelector" if event == "AmbiguousSelector" else "InvalidSelector", message)
        return _UncomputableError(text)

    def _rescale(self, target: Target, wish: _Wish) -> bool:
        """Has the target scaled. False when that fails."""
        size = f"New size: {wish.replicas}; reason: {wish.reason}"
        try:
            rescale(self._client, target, wish.replicas)
        except StatusError as failure:
            self._warn("FailedRescale", f"{size}; error: {failure.message}")
            message = f"the HPA controller was unable to update the target scale: {failure.message}"
            self._set(_ABLE, "False", "FailedUpdateScale", message)
            return False
        self._set(_ABLE, "True", "SucceededRescale", f"the HPA controller was able to update the target scale to {wish.replicas}")
        self._recorder.event(self._autoscaler, NORMAL, "SuccessfulRescale", size)
        self._history.scaled(target.replicas, wish.replicas, self._now)
        return True

    def _keep_status(self, target: Target) -> None:
        self._status["currentReplicas"] = target.replicas
        self._write()

    def _set(self, name: str, status: str, reason: str, message: str) -> None:
        conditions = self._status.get("conditions")
        self._status["conditions"] = with_condition(conditions, name, status, reason, message, timestamp(self._now))

    def _warn(self, reason: str, message: str) -> None:
        self._recorder.event(self._autoscaler, WARNING, reason, message)

    def _write(self) -> None:
        status = {"desiredReplicas": 0, "currentMetrics": None, **self._status}
        if not status.get("currentReplicas"):
            status.pop("currentReplicas", None)
        if status == self._autoscaler.get("status"):
            return
        try:
            self._client.update_status(AUTOSCALERS, {**self._autoscaler, "status": status})
        except StatusError as failure:
            self._warn("FailedUpdateStatus", failure.message)
