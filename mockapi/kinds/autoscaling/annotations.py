"""What autoscaling/v1 cannot say of an autoscaler, as the annotations in which it keeps that (autoscaling/v1 API reference)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockapi.machinery.meta import Object, Objects

_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR = (f"{_PREFIX}{name}" for name in ("metrics", "current-metrics", "conditions", "behavior"))
ANNOTATIONS = (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)

# Fields of a metric of v1 and where v2 has them, by source and by the amount's field; a dot leads into a nested object.
_PATHS = {
    "object": {
        "target": "describedObject",
        "metricName": "metric.name",
        "targetValue": "{amount}.value",
        "selector": "metric.selector",
        "averageValue": "{amount}.averageValue",
    },
    "pods": {"metricName": "metric.name", "targetAverageValue": "{amount}.averageValue", "selector": "metric.selector"},
    "resource": {
        "name": "name",
        "targetAverageUtilization": "{amount}.averageUtilization",
        "targetAverageValue": "{amount}.averageValue",
    },
    "containerResource": {
        "name": "name",
        "targetAverageUtilization": "{amount}.averageUtilization",
        "targetAverageValue": "{amount}.averageValue",
        "container": "container",
    },
    "external": {
        "metricName": "metric.name",
        "metricSelector": "metric.selector",
        "targetValue": "{amount}.value",
        "targetAverageValue": "{amount}.averageValue",
    },
}
_TARGET, _NOW = "target", "current"


def is_cpu_utilization(metric: Object, of: str = _TARGET) -> bool:
    """Whether a metric is the one that v1 knows."""
    source = metric.get("resource") or {}
    return metric.get("type") == "Resource" and source.get("name") == "cpu" and "averageUtilization" in (source.get(of) or {})


def to_annotations(obj: Object, cpu: Object | None) -> dict[str, str]:
    """The annotations for an autoscaler of v2; `cpu` is the metric that v1 shows itself."""
    spec, status = obj["spec"], obj.get("status") or {}
    values: dict[str, Any] = {
        _METRICS: [_metric(metric, _TARGET) for metric in spec.get("metrics") or () if metric is not cpu],
        _CURRENT: [_metric(metric, _NOW) for metric in status.get("currentMetrics") or ()],
        _CONDITIONS: status.get("conditions"),
        _BEHAVIOR: _capitalised(spec.get("behavior")),
    }
    return {name: json.dumps(value, separators=(",", ":")) for name, value in values.items() if value}


def from_annotations(annotations: Mapping[str, str]) -> Object:
    """The `metrics` and `behavior` of v2 that annotations hold; what cannot be read is left out, as by the real server."""
    found: Object = {}
    for name, annotation in (("metrics", _METRICS), ("behavior", _BEHAVIOR)):
        try:
            value = json.loads(annotations.get(annotation, "null"))
        except ValueError:
            continue
        if value:
            found[name] = _metrics_of(value) if name == "metrics" else _uncapitalised(value)
    return found


def _metric(metric: Object, amount: str) -> Object:
    result: Object = {"type": metric["type"]}
    for field, paths in _PATHS.items():
        if metric.get(field) is not None:
            values = {name: _at(metric[field], path.format(amount=amount)) for name, path in paths.items()}
            names = {name: name if amount == _TARGET else _current_name(name) for name in values}
            result[field] = {names[name]: value for name, value in values.items() if value is not None}
    return result


def _current_name(name: str) -> str:
    """`currentAverageValue` for `targetAverageValue`."""
    return f"current{name.removeprefix('target')}" if name.startswith("target") and name != "target" else name


def _metrics_of(metrics: Objects) -> Objects:
    result = []
    for metric in metrics:
        converted: Object = {"type": metric.get("type", "")}
        for field, paths in _PATHS.items():
            if metric.get(field) is not None:
                converted[field] = _nested(metric[field], paths)
        result.append(converted)
    return result


def _nested(source: Object, paths: dict[str, str]) -> Object:
    result: Object = {"target": {}}
    for name, path in paths.items():
        if source.get(name) is None:
            continue
        *parents, last = path.format(amount=_TARGET).split(".")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = source[name]
    result["target"]["type"] = _target_type(result["target"])
    return result


def _target_type(target: Object) -> str:
    if "averageUtilization" in target:
        return "Utilization"
    return "Value" if "value" in target and "averageValue" not in target else "AverageValue"


def _at(source: Object, path: str) -> Any:
    value: Any = source
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _capitalised(value: Any) -> Any:
    """The behavior's annotation holds the API server's internal form, whose fields begin with capitals."""
    if isinstance(value, dict):
        return {name[0].upper() + name[1:]: _capitalised(each) for name, each in value.items()}
    return [_capitalised(each) for each in value] if isinstance(value, list) else value


def _uncapitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _uncapitalised(each) for name, each in value.items() if each is not None}
    return [_uncapitalised(each) for each in value] if isinstance(value, list) else value
