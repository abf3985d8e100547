"""An autoscaler as autoscaling/v1 and v2 show it."""

from __future__ import annotations

import json

from mockapi.kinds.autoscaling.horizontalpodautoscaler_v1 import KIND as V1
from mockapi.machinery.meta import Object

PREFIX = "autoscaling.alpha.kubernetes.io/"
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
CPU: Object = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
HITS: Object = {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "1"}}}
QUEUE: Object = {
    "type": "Object",
    "object": {"describedObject": TARGET, "metric": {"name": "queue"}, "target": {"type": "Value", "value": "5"}},
}
TODAY = "2026-01-01T00:00:00Z"
CONDITION = {"type": "AbleToScale", "status": "True", "lastTransitionTime": TODAY, "reason": "R", "message": "<a> & b"}
MEASURED: Object = {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 20, "averageValue": "20m"}}}


def autoscaler(*metrics: Object, status: Object | None = None, **spec: object) -> Object:
    return {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v2",
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": TARGET, "maxReplicas": 3, "metrics": list(metrics), **spec},
        "status": status or {},
    }


def to_v1(obj: Object) -> Object:
    assert V1.conversion is not None
    return V1.conversion.from_hub(obj)


def to_v2(obj: Object) -> Object:
    assert V1.conversion is not None
    return V1.conversion.to_hub(obj)


def annotation(obj: Object, name: str) -> str:
    found: str = obj["metadata"]["annotations"][PREFIX + name]
    return found


def test_v1_shows_the_utilization_of_cpu_and_annotations_the_rest() -> None:
    shown = to_v1(autoscaler(CPU, HITS, QUEUE))
    assert shown["spec"] == {"scaleTargetRef": TARGET, "maxReplicas": 3, "targetCPUUtilizationPercentage": 80}
    assert json.loads(annotation(shown, "metrics")) == [
        {"type": "Pods", "pods": {"metricName": "hits", "targetAverageValue": "1"}},
        {"type": "Object", "object": {"target": TARGET, "metricName": "queue", "targetValue": "5"}},
    ]
    assert to_v1(autoscaler(CPU))["metadata"] == {"name": "web"}


def test_an_object_metric_of_v1_always_has_a_value() -> None:
    averaged = {**QUEUE, "object": {**QUEUE["object"], "target": {"type": "AverageValue", "averageValue": "5"}}}
    (metric,) = json.loads(annotation(to_v1(autoscaler(averaged)), "metrics"))
    assert metric["object"] == {"target": TARGET, "metricName": "queue", "targetValue": "0", "averageValue": "5"}


def test_behavior_is_kept_in_its_internal_form() -> None:
    rules = {"selectPolicy": "Max", "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}]}
    shown = to_v1(autoscaler(CPU, behavior={"scaleUp": {**rules, "stabilizationWindowSeconds": 0}, "scaleDown": rules}))
    policies = '"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null'
    assert annotation(shown, "behavior") == (
        f'{{"ScaleUp":{{"StabilizationWindowSeconds":0,{policies}}},"ScaleDown":{{"StabilizationWindowSeconds":null,{policies}}}}}'
    )


def test_the_status_is_in_annotations_too() -> None:
    status = {"desiredReplicas": 2, "currentReplicas": 1, "currentMetrics": [MEASURED], "conditions": [CONDITION]}
    shown = to_v1(autoscaler(CPU, status=status))
    assert shown["status"] == {"desiredReplicas": 2, "currentReplicas": 1, "currentCPUUtilizationPercentage": 20}
    measured = {"name": "cpu", "currentAverageUtilization": 20, "currentAverageValue": "20m"}
    assert json.loads(annotation(shown, "current-metrics")) == [{"type": "Resource", "resource": measured}]
    assert annotation(shown, "conditions") == (
        '[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"R",'
        '"message":"\\u003ca\\u003e \\u0026 b"}]'
    )


def test_nothing_is_lost_on_the_way_through_v1_but_cpu_comes_last() -> None:
    rules = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}]}
    status = {"desiredReplicas": 2, "currentReplicas": 1, "currentMetrics": [MEASURED], "conditions": [CONDITION]}
    obj = autoscaler(CPU, HITS, QUEUE, status=status, behavior={"scaleUp": rules, "scaleDown": rules})
    assert to_v2(to_v1(obj)) == {**obj, "spec": {**obj["spec"], "metrics": [HITS, QUEUE, CPU]}}


def test_what_annotations_cannot_mean_is_left_out() -> None:
    for text in ("{", "[1]", '{"a": 1}', "null"):
        obj = to_v1(autoscaler(CPU))
        obj["metadata"]["annotations"] = {PREFIX + "metrics": text, PREFIX + "behavior": "[]"}
        assert to_v2(obj)["spec"] == {"scaleTargetRef": TARGET, "maxReplicas": 3, "metrics": [CPU]}
