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
# The order of fields in these, which the texts show.
_CONDITION = ("type", "status", "lastTransitionTime", "reason", "message")
_RULES = ("stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance")
_POLICY = ("type", "value", "periodSeconds")


def is_cpu(metric: Object) -> bool:
    """Whether a metric is about the CPU of pods."""
    return metric.get("type") == "Resource" and (metric.get("resource") or {}).get("name") == "cpu"


def is_cpu_utilization(metric: Object, of: str = _TARGET) -> bool:
    """Whether a metric is the one that v1 knows."""
    return is_cpu(metric) and (metric["resource"].get(of) or {}).get("averageUtilization") is not None


def to_annotations(obj: Object) -> dict[str, str]:
    """The annotations for an autoscaler of v2."""
    spec, status = obj["spec"], obj.get("status") or {}
    values: dict[str, Any] = {
        _METRICS: [_metric(metric, _TARGET) for metric in spec.get("metrics") or () if not is_cpu_utilization(metric)],
        _CURRENT: [_metric(metric, _NOW) for metric in status.get("currentMetrics") or ()],
        _CONDITIONS: [_in_order(condition, _CONDITION) for condition in status.get("conditions") or ()],
        _BEHAVIOR: _internal_behavior(spec.get("behavior")),
    }
    return {name: _json(value) for name, value in values.items() if value}


def from_annotations(annotations: Mapping[str, str]) -> tuple[Object, Object]:
    """What annotations hold of the spec and of the status of v2; what cannot be read is left out, as by the real server."""
    spec = {"metrics": _metrics_of(annotations, _METRICS, _TARGET), "behavior": _uncapitalised(_read(annotations, _BEHAVIOR, dict))}
    status = {"currentMetrics": _metrics_of(annotations, _CURRENT, _NOW), "conditions": _read(annotations, _CONDITIONS, list)}
    return _present(spec), _present(status)


def _present(values: Object) -> Object:
    return {name: value for name, value in values.items() if value}


def _read(annotations: Mapping[str, str], name: str, kind: type) -> Any:
    """An annotation's value, None when it is absent or no JSON of that type (an object, or a list of objects)."""
    try:
        value = json.loads(annotations.get(name, "null"))
    except ValueError:
        return None
    objects = isinstance(value, dict) or (isinstance(value, list) and all(isinstance(each, dict) for each in value))
    return value if objects and isinstance(value, kind) else None


def _json(value: Any) -> str:
    """As Go writes it: compact, with what has a meaning in HTML escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "".join(f"\\u{ord(character):04x}" if character in "<>&" else character for character in text)


def _metric(metric: Object, amount: str) -> Object:
    result: Object = {"type": metric["type"]}
    for field, paths in _PATHS.items():
        if metric.get(field) is not None:
            values = {_name(name, amount): _at(metric[field], path.format(amount=amount)) for name, path in paths.items()}
            result[field] = {name: value for name, value in {**values, **_zero(field, values, amount)}.items() if value is not None}
    return result


def _zero(field: str, values: Object, amount: str) -> Object:
    """The amount that v1 writes for a metric of an object that has only an average."""
    name = _name("targetValue", amount)
    return {name: "0"} if field == "object" and values[name] is None else {}


def _name(name: str, amount: str) -> str:
    """`currentAverageValue` for `targetAverageValue`, where the amount is the current one."""
    return f"current{name.removeprefix('target')}" if amount == _NOW and name.startswith("target") and name != "target" else name


def _metrics_of(annotations: Mapping[str, str], annotation: str, amount: str) -> Objects:
    result = []
    for metric in _read(annotations, annotation, list) or ():
        converted: Object = {"type": metric.get("type", "")}
        for field, paths in _PATHS.items():
            if isinstance(metric.get(field), dict):
                converted[field] = _nested(metric[field], paths, amount)
        result.append(converted)
    return result


def _nested(source: Object, paths: dict[str, str], amount: str) -> Object:
    result: Object = {amount: {}}
    for name, path in paths.items():
        value = source.get(_name(name, amount))
        if value is None:
            continue
        *parents, last = path.format(amount=amount).split(".")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    if amount == _TARGET:
        result[amount]["type"] = _target_type(result[amount])
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


def _in_order(source: Object, fields: tuple[str, ...]) -> Object:
    return {field: source[field] for field in fields if field in source}


def _internal_behavior(behavior: Object | None) -> Object | None:
    """The annotation holds the API server's internal form, whose fields begin with capitals and are all there."""
    if behavior is None:
        return None
    return {_capitalised(direction): _internal_rules(behavior.get(direction)) for direction in ("scaleUp", "scaleDown")}


def _internal_rules(rules: Object | None) -> Object | None:
    if rules is None:
        return None
    found: Object = {_capitalised(field): rules.get(field) for field in _RULES}
    found["Policies"] = [{_capitalised(field): policy.get(field) for field in _POLICY} for policy in rules.get("policies") or ()]
    return found


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]


def _uncapitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _uncapitalised(each) for name, each in value.items() if each is not None}
    return [_uncapitalised(each) for each in value] if isinstance(value, list) else value
