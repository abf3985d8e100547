"""How many replicas each metric of an autoscaler asks for, and what its status says of it (autoscaling/v2 MetricSpec, MetricStatus)."""

from __future__ import annotations

from typing import NamedTuple

from mockapi.controllers.horizontalpodautoscaler import readings
from mockapi.controllers.horizontalpodautoscaler.calculation import Outcome, Situation, by_average, by_utilization
from mockapi.controllers.horizontalpodautoscaler.readings import NoMetricsError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import Quantity, parse_quantity
from mockapi.registry.client import Client

_MILLI = 10**6
_NO_TARGET = "invalid {} metric source: neither {} target nor an average value target was set"


class MetricError(Exception):
    """A metric proposes nothing. `cause` is what its event and the condition say, the message what is said of all metrics together."""

    def __init__(self, reason: str, cause: str, message: str = "") -> None:
        super().__init__(message or cause)
        self.reason = reason
        self.cause = cause


class Proposal(NamedTuple):
    """How many replicas a metric asks for, how it is called in events, and its status."""

    replicas: int
    metric: str
    status: Object


class Where(NamedTuple):
    """Which pods are measured."""

    client: Client
    namespace: str
    selector: str


def proposal(spec: Object, where: Where, situation: Situation) -> Proposal:
    """What one metric proposes. MetricError."""
    match spec["type"]:
        case "Resource":
            return _resource(spec["resource"], where, situation)
        case "ContainerResource":
            return _container_resource(spec["containerResource"], where, situation)
        case "Pods":
            raise _pods(spec["pods"])
        case "Object":
            raise _object(spec["object"], where.namespace)
        case "External":
            raise _external(spec["external"], where.namespace)
        case unknown:
            raise MetricError("InvalidMetricSourceType", f'unknown metric source type "{unknown}"')


def _resource(source: Object, where: Where, situation: Situation) -> Proposal:
    name = source["name"]
    outcome = _measured(source, "", where, situation, "FailedGetResourceMetric")
    called = f"{name} resource" if outcome.utilization is None else f"{name} resource utilization (percentage of request)"
    return Proposal(outcome.replicas, called, {"type": "Resource", "resource": {"name": name, "current": _current(outcome)}})


def _container_resource(source: Object, where: Where, situation: Situation) -> Proposal:
    name, container = source["name"], source["container"]
    outcome = _measured(source, container, where, situation, "FailedGetContainerResourceMetric")
    called = f"{name} resource" if outcome.utilization is None else f"{name} container resource utilization (percentage of request)"
    status = {"name": name, "container": container, "current": _current(outcome)}
    return Proposal(outcome.replicas, called, {"type": "ContainerResource", "containerResource": status})


def _measured(source: Object, container: str, where: Where, situation: Situation, reason: str) -> Outcome:
    name, target = source["name"], source["target"]
    average, utilization = target.get("averageValue"), target.get("averageUtilization")
    if average is None and utilization is None:
        raise MetricError(reason, _NO_TARGET.format("resource", "an average utilization"))
    try:
        found = readings.resource_readings(where.client, name, where.namespace, where.selector, container)
        if average is not None:
            return by_average(situation, name, found, parse_quantity(average).milli_value)
        return by_utilization(situation, name, container, found, utilization)
    except NoMetricsError as failure:
        what = "utilization" if average is None else "usage"
        raise MetricError(reason, f"failed to get {name} {what}: {failure}") from None


def _pods(source: Object) -> MetricError:
    cause = readings.pods_metric(source["metric"]["name"])
    return MetricError("FailedGetPodsMetric", str(cause), f"failed to get pods metric value: {cause}")


def _object(source: Object, namespace: str) -> MetricError:
    name, target = source["metric"]["name"], source["target"]
    cause = str(readings.object_metric(name, namespace, source["describedObject"]))
    within = cause
    if target["type"] == "AverageValue":
        within = f"failed to get {name} object metric: {cause}"
    elif target["type"] != "Value":
        within = cause = _NO_TARGET.format("object", "a value")
    return MetricError("FailedGetObjectMetric", cause, f"failed to get object metric value: {within}")


def _external(source: Object, namespace: str) -> MetricError:
    name, averaged = source["metric"]["name"], source["target"].get("averageValue") is not None
    cause = readings.external_metric(source["metric"], namespace)
    within = f"failed to get {name} external metric" if averaged else f"failed to get external metric {name}"
    return MetricError("FailedGetExternalMetric", str(cause), f"{within}: {cause}")


def _current(outcome: Outcome) -> Object:
    current: Object = {"averageValue": str(Quantity(outcome.average * _MILLI))}
    return current if outcome.utilization is None else {**current, "averageUtilization": outcome.utilization}
