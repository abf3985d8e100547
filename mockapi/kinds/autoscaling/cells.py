"""Table cells of an autoscaler."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column
from mockapi.registry.printing import NONE, UNKNOWN, UNSET

_SHOWN = 2
_FIELDS = {"External": "external", "Pods": "pods", "Object": "object", "Resource": "resource", "ContainerResource": "containerResource"}


def _reference(obj: Object, _now: datetime) -> str:
    target = obj["spec"]["scaleTargetRef"]
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def _targets(obj: Object, _now: datetime) -> str:
    """What each metric is and should be: `cpu: 20%/80%`."""
    specs, found = obj["spec"].get("metrics") or [], (obj.get("status") or {}).get("currentMetrics") or []
    if not specs:
        return NONE
    texts = [_metric(spec, found[position] if position < len(found) else {}) for position, spec in enumerate(specs)]
    more = f" + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


def _metric(spec: Object, status: Object) -> str:
    kind = spec["type"]
    field = _FIELDS.get(kind)
    if field is None:
        return "<unknown type>"
    target, current = spec[field]["target"], (status.get(field) or {}).get("current") or {}
    if kind in {"Resource", "ContainerResource"}:
        return f"{spec[field]['name']}: {_resource(target, current)}"
    averaged = kind == "Pods" or target.get("averageValue") is not None
    value = "averageValue" if averaged else "value"
    suffix = " (avg)" if averaged and kind != "Pods" else ""
    return f"{current.get(value, UNKNOWN)}/{target.get(value)}{suffix}"


def _resource(target: Object, current: Object) -> str:
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    return f"{_percentage(current, UNKNOWN)}/{_percentage(target, '<auto>')}"


def _percentage(values: Object, absent: str) -> str:
    return absent if values.get("averageUtilization") is None else f"{values['averageUtilization']}%"


def _minimum(obj: Object, _now: datetime) -> str:
    value = obj["spec"].get("minReplicas")
    return UNSET if value is None else str(value)


def _maximum(obj: Object, _now: datetime) -> Any:
    return obj["spec"].get("maxReplicas", 0)


def _current(obj: Object, _now: datetime) -> Any:
    return (obj.get("status") or {}).get("currentReplicas", 0)


COLUMNS = (
    NAME,
    Column("Reference", _reference, documented_by="spec.scaleTargetRef"),
    Column("Targets", _targets, documented_by="spec.metrics"),
    Column("MinPods", _minimum, documented_by="spec.minReplicas"),
    Column("MaxPods", _maximum, documented_by="spec.maxReplicas"),
    Column("Replicas", _current, documented_by="status.currentReplicas"),
    AGE,
)
