"""policy/v1 PodDisruptionBudget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.checks import label_selector, part, under
from mockapi.kinds.podspec.internal import internal_form
from mockapi.machinery import fielderrors, names
from mockapi.machinery.conditions import condition_errors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_UNHEALTHY = ("AlwaysAllow", "IfHealthyBudget")
_STATUS_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_NOT_GIVEN = "N/A"


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        shown = {**internal_form("PodDisruptionBudgetSpec", spec), "Selector": workload.selector_form(spec.get("selector"))}
        yield fielderrors.invalid("", shown, "minAvailable and maxUnavailable cannot be both set")
    for field in ("minAvailable", "maxUnavailable"):
        yield from part(spec, field, workload.int_or_percent)
        yield from part(spec, field, workload.at_most_all)
    yield from part(spec, "selector", label_selector)
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _UNHEALTHY:
        yield fielderrors.not_supported("unhealthyPodEvictionPolicy", policy, _UNHEALTHY)


def _status_errors(status: Object) -> Iterator[FieldError]:
    yield from part(status, "conditions", condition_errors)
    yield from workload.count_errors(status, _STATUS_COUNTS)


class PodDisruptionBudgetStrategy(Strategy):
    """How many pods of a selection must be left by those who evict pods."""

    keeps_generation = True
    has_status = True
    # The rules of this kind say nothing of its metadata, so any name will do that a path can hold.
    name_rule = staticmethod(names.path_segment_name)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(part(obj, "status", _status_errors))


def _amount(field: str, obj: Object, _now: datetime) -> str:
    value = obj["spec"].get(field)
    return _NOT_GIVEN if value is None else str(value)


KIND = Kind(
    group="policy",
    version="v1",
    kind="PodDisruptionBudget",
    plural="poddisruptionbudgets",
    short_names=("pdb",),
    strategy=PodDisruptionBudgetStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Min Available", partial(_amount, "minAvailable"), documented_by="spec.minAvailable"),
        Column("Max Unavailable", partial(_amount, "maxUnavailable"), documented_by="spec.maxUnavailable"),
        Column("Allowed Disruptions", workload.count("disruptionsAllowed"), type="integer", documented_by="status.disruptionsAllowed"),
        AGE,
    ),
)
