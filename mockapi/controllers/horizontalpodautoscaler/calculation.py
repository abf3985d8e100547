"""How many replicas usage asks for (autoscaling/v2 HorizontalPodAutoscalerSpec.metrics; the documented algorithm of the autoscaler).

Amounts are in thousandths of the resource's unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.controllers.horizontalpodautoscaler.readings import NoMetricsError, Reading, Readings
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object, Objects, is_terminating, name_of
from mockapi.machinery.quantity import parse_quantity

CPU = "cpu"
# The defaults of kube-controller-manager's --horizontal-pod-autoscaler-cpu-initialization-period and …-initial-readiness-delay.
_CPU_INITIALIZATION = timedelta(minutes=5)
_READINESS_DELAY = timedelta(seconds=30)

Usage = Mapping[str, int]
"""By the pod's name."""


class Tolerances(NamedTuple):
    """By how much usage may differ from the target before anything happens, as a share of the target."""

    down: float = 0.1
    up: float = 0.1

    def cover(self, ratio: float) -> bool:
        """Whether usage at this ratio to the target is near enough."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass
class Groups:
    """How many pods are measured and count, and the names of those that do not: not ready yet, without a reading, or on their way out."""

    ready: int = 0
    unready: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)


class Outcome(NamedTuple):
    """How many replicas there should be, and the pods' average; `utilization` in percent of what they request."""

    replicas: int
    average: int
    utilization: int | None = None


@dataclass(frozen=True)
class Situation:
    """The pods of a target that has so many replicas now."""

    replicas: int
    pods: Objects
    tolerances: Tolerances
    now: datetime


def by_utilization(situation: Situation, resource: str, container: str, readings: Readings, target: int) -> Outcome:
    """What a target in percent of requests asks for. NoMetricsError."""
    groups, usage = _counted(situation, resource, readings)
    requests = requests_of(situation.pods, resource, container)
    if not usage:
        raise NoMetricsError("did not receive metrics for targeted pods (pods might be unready)")
    utilization = _utilization(usage, requests)

    def ratio(usage: Usage) -> float:
        return _utilization(usage, requests) / target

    def assumed(pod: str, ratio: float) -> int | None:
        if ratio < 1.0:
            return requests[pod] * max(100, target) // 100
        return 0 if ratio > 1.0 else None

    return Outcome(_replicas(situation, groups, usage, ratio, assumed), sum(usage.values()) // len(usage), utilization)


def by_average(situation: Situation, resource: str, readings: Readings, target: int) -> Outcome:
    """What a target for the pods' average asks for. NoMetricsError."""
    if not situation.pods:
        raise NoMetricsError("no pods returned by selector while calculating replica count")
    groups, usage = _counted(situation, resource, readings)
    if not usage:
        raise NoMetricsError("did not receive metrics for targeted pods (pods might be unready)")

    def average(usage: Usage) -> int:
        return sum(usage.values()) // len(usage)

    def ratio(usage: Usage) -> float:
        return average(usage) / target

    def assumed(_pod: str, ratio: float) -> int | None:
        return target if ratio < 1.0 else 0

    return Outcome(_replicas(situation, groups, usage, ratio, assumed), average(usage))


def grouped(pods: Iterable[Object], readings: Readings, resource: str, now: datetime) -> Groups:
    """Which pods count."""
    groups = Groups()
    for pod in pods:
        name, phase = name_of(pod), (pod.get("status") or {}).get("phase")
        if is_terminating(pod) or phase == "Failed":
            groups.ignored.add(name)
        elif phase == "Pending":
            groups.unready.add(name)
        elif name not in readings:
            groups.missing.add(name)
        elif resource == CPU and not _settled(pod["status"], readings[name], now):
            groups.unready.add(name)
        else:
            groups.ready += 1
    return groups


def requests_of(pods: Iterable[Object], resource: str, container: str) -> dict[str, int]:
    """What the pods request, or one of their containers. NoMetricsError when one that counts does not say."""
    return {name_of(pod): _request_of(pod, resource, container) for pod in pods}


def _counted(situation: Situation, resource: str, readings: Readings) -> tuple[Groups, dict[str, int]]:
    """The groups, and what the pods use that are ready."""
    if not situation.pods:
        raise NoMetricsError("no pods returned by selector while calculating replica count")
    groups = grouped(situation.pods, readings, resource, situation.now)
    left_out = groups.unready | groups.ignored
    return groups, {name: reading.value for name, reading in readings.items() if name not in left_out}


def _settled(status: Object, reading: Reading, now: datetime) -> bool:
    """Whether what a pod uses of CPU is more than what it takes to start."""
    ready = next((each for each in status.get("conditions") or () if each["type"] == "Ready"), None)
    if ready is None or not status.get("startTime"):
        return False
    started, since = parse_timestamp(status["startTime"]), parse_timestamp(ready["lastTransitionTime"])
    if started + _CPU_INITIALIZATION > now:
        return bool(ready["status"] != "False") and reading.moment >= since + reading.window
    # One that is not ready counts, unless it has never been.
    return bool(ready["status"] != "False") or started + _READINESS_DELAY <= since


def _request_of(pod: Object, resource: str, container: str) -> int:
    spec = pod["spec"]
    whole = (spec.get("resources") or {}).get("requests") or {}
    if not container and resource in whole:
        return parse_quantity(whole[resource]).milli_value
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    total = 0
    for each in [*spec["containers"], *sidecars]:
        if container and each["name"] != container:
            continue
        requested = ((each.get("resources") or {}).get("requests") or {}).get(resource)
        if requested is None:
            raise NoMetricsError(f"missing request for {resource} in container {each['name']} of Pod {name_of(pod)}")
        total += parse_quantity(requested).milli_value
    return total


def _utilization(usage: Usage, requests: Mapping[str, int]) -> int:
    known = usage.keys() & requests.keys()
    requested = sum(requests[pod] for pod in known)
    if requested == 0:
        raise NoMetricsError("no metrics returned matched known pods")
    return sum(usage[pod] for pod in known) * 100 // requested


def _replicas(
    situation: Situation, groups: Groups, usage: Usage, ratio: Callable[[Usage], float], assumed: Callable[[str, float], int | None]
) -> int:
    """The documented algorithm: where pods are missing or not ready, what they may use must not turn the direction.

    `assumed` says what a missing pod is taken to use, given the ratio without it; None leaves it out.
    """
    first = ratio(usage)
    rebalanced = groups.unready if first > 1.0 else set()
    if not rebalanced and not groups.missing:
        return situation.replicas if situation.tolerances.cover(first) else math.ceil(first * groups.ready)
    guessed = {pod: amount for pod in groups.missing if (amount := assumed(pod, first)) is not None}
    everything = {**usage, **guessed, **dict.fromkeys(rebalanced, 0)}
    second = ratio(everything)
    replicas = math.ceil(second * len(everything))
    turned = (first < 1.0 < second) or (second < 1.0 < first)
    against = (second < 1.0 and replicas > situation.replicas) or (second > 1.0 and replicas < situation.replicas)
    return situation.replicas if turned or against or situation.tolerances.cover(second) else replicas
