"""autoscaling/v2 HorizontalPodAutoscaler: the version that is stored."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.autoscaling.behavior import behavior, default_behavior
from mockapi.kinds.autoscaling.cells import COLUMNS
from mockapi.kinds.autoscaling.metrics import metrics, reference
from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_UTILIZATION = 80
# The one kind of the core group that can be scaled.
_CORE_KIND = "ReplicationController"


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    if least is not None and least < 1:
        yield fielderrors.invalid("minReplicas", least, "must be greater than or equal to 1")
    if most == 0:
        yield fielderrors.required("maxReplicas", "must be set and greater than 0")
    elif most < 0:
        yield fielderrors.invalid("maxReplicas", most, "must be greater than 0")
    if least is not None and most < least:
        yield fielderrors.invalid("maxReplicas", most, "must be greater than or equal to `minReplicas`")
    target = spec["scaleTargetRef"]
    yield from under("scaleTargetRef", reference(target, core_group=target.get("kind") == _CORE_KIND))
    yield from under("metrics", metrics(spec.get("metrics") or [], least))
    yield from part(spec, "behavior", behavior)


class HorizontalPodAutoscalerStrategy(Strategy):
    """How many pods a workload should have, by what is measured."""

    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if spec.get("minReplicas") is None:
            spec["minReplicas"] = 1
        if not spec.get("metrics"):
            target = {"type": "Utilization", "averageUtilization": _UTILIZATION}
            spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        if spec.get("behavior") is not None:
            default_behavior(spec["behavior"])

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        status = obj.get("status") or {}
        return [
            fielderrors.invalid(f"status.{field}", status[field], "must be greater than or equal to 0")
            for field in ("currentReplicas", "desiredReplicas")
            if (status.get(field) or 0) < 0
        ]


KIND = Kind(
    group="autoscaling",
    version="v2",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    short_names=("hpa",),
    categories=("all",),
    strategy=HorizontalPodAutoscalerStrategy(),
    subresources=(STATUS,),
    columns=COLUMNS,
)
