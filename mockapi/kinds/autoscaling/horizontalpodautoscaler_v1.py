"""autoscaling/v1 HorizontalPodAutoscaler: the version that knows of the CPU's utilization alone."""

from __future__ import annotations

from mockapi.kinds.autoscaling import horizontalpodautoscaler as v2
from mockapi.kinds.autoscaling.annotations import ANNOTATIONS, from_annotations, is_cpu, is_cpu_utilization, to_annotations
from mockapi.machinery.meta import Object, Objects, annotations_of
from mockapi.registry.conversion import Conversion
from mockapi.registry.kind import Kind
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_CPU = "targetCPUUtilizationPercentage"
_CURRENT_CPU = "currentCPUUtilizationPercentage"


def _utilization(percentage: int, amount: str, **more: str) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", amount: {**more, "averageUtilization": percentage}}}


def _measured(obj: Object) -> Objects | None:
    """What v1 itself knows of the current metrics."""
    percentage = (obj.get("status") or {}).get(_CURRENT_CPU)
    return None if percentage is None else [_utilization(percentage, "current")]


def _to_v2(obj: Object) -> Object:
    kept, found = from_annotations(annotations_of(obj))
    spec = {name: value for name, value in obj["spec"].items() if name != _CPU}
    metrics = list(kept.pop("metrics", []))
    if obj["spec"].get(_CPU) is not None:
        metrics.append(_utilization(obj["spec"][_CPU], "target", type="Utilization"))
    status = {name: value for name, value in (obj.get("status") or {}).items() if name != _CURRENT_CPU}
    status |= {"currentMetrics": _measured(obj), **found}
    if not status.get("currentReplicas"):
        status.pop("currentReplicas", None)  # v1 writes a zero where v2 has nothing
    return {
        "kind": obj["kind"],
        "apiVersion": v2.KIND.api_version,
        "metadata": _with_annotations(obj["metadata"], {}),
        "spec": {**spec, **({"metrics": metrics} if metrics else {}), **kept},
        "status": status,
    }


def _from_v2(obj: Object) -> Object:
    spec, status = obj["spec"], obj.get("status") or {}
    shown = {name: value for name, value in spec.items() if name not in {"metrics", "behavior"}}
    cpu = next((metric for metric in spec.get("metrics") or () if is_cpu(metric)), None)
    if cpu is not None and is_cpu_utilization(cpu):
        shown[_CPU] = cpu["resource"]["target"]["averageUtilization"]
    counts = {"currentReplicas": 0, "desiredReplicas": 0}
    state = {name: value for name, value in status.items() if name not in {"currentMetrics", "conditions"}}
    for metric in status.get("currentMetrics") or ():
        if is_cpu_utilization(metric, of="current"):
            state[_CURRENT_CPU] = metric["resource"]["current"]["averageUtilization"]
    return {
        "kind": obj["kind"],
        "apiVersion": "autoscaling/v1",
        "metadata": _with_annotations(obj["metadata"], to_annotations(obj)),
        "spec": shown,
        "status": {**counts, **state},
    }


def _with_annotations(meta: Object, added: dict[str, str]) -> Object:
    """The metadata with these annotations for what the version cannot say, and no others for that purpose."""
    kept = {name: value for name, value in (meta.get("annotations") or {}).items() if name not in ANNOTATIONS}
    result = {name: value for name, value in meta.items() if name != "annotations"}
    return {**result, "annotations": {**kept, **added}} if kept or added else result


class HorizontalPodAutoscalerStrategy(Strategy):
    """Defaults of this version; its rules are those of v2."""

    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if spec.get("minReplicas") is None:
            spec["minReplicas"] = 1


KIND = Kind(
    group="autoscaling",
    version="v1",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    short_names=("hpa",),
    categories=("all",),
    strategy=HorizontalPodAutoscalerStrategy(),
    subresources=(STATUS,),
    columns=tuple(column.of(_to_v2) for column in v2.KIND.columns),
    conversion=Conversion(v2.KIND, _to_v2, _from_v2),
)
