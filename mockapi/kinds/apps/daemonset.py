"""apps/v1 DaemonSet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache, partial

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import label_selector, non_negative, part, under
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.internal import internal_form
from mockapi.kinds.podspec.warnings import dotted_name, template_warnings
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import labels
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS
from mockapi.registry.validation import Leaf, Rules, rule

# Counts the changes of the template; DaemonSet.spec.templateGeneration of old versions.
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
_HISTORY = 10
_STATUS_COUNTS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


class DaemonSetRules(Rules):
    """DaemonSet.spec, but for its selector and the template's labels."""

    template = Leaf()
    minReadySeconds = Leaf(non_negative)  # noqa: N815 (fields of the API keep their names)
    updateStrategy = Leaf()  # noqa: N815
    revisionHistoryLimit = Leaf(non_negative)  # noqa: N815

    @rule("template")
    def pods(self, spec: Object) -> Iterator[FieldError]:
        """Pods that run for ever."""
        return workload.endless_template(spec["template"], "DaemonSet")

    @rule("updateStrategy")
    def replaces(self, spec: Object) -> Iterator[FieldError]:
        """How pods are replaced."""
        return _update_strategy(spec["updateStrategy"])


@cache
def _rules() -> DaemonSetRules:
    return DaemonSetRules()


def _selection(spec: Object) -> Iterator[FieldError]:
    selector = spec.get("selector")
    yield from part(spec, "selector", label_selector)
    yield from under("template", workload.label_errors(spec))
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield fielderrors.invalid("selector", workload.selector_form(selector), "empty selector is invalid for daemonset")


def _update_strategy(strategy: Object) -> Iterator[FieldError]:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind not in {"RollingUpdate", "OnDelete"}:
        shown = internal_form("DaemonSetUpdateStrategy", strategy)
        yield fielderrors.not_supported("", shown, ("RollingUpdate", "OnDelete"))
    elif kind == "OnDelete":
        return
    elif rolling is None:
        yield fielderrors.required("rollingUpdate")
    else:
        yield from under("rollingUpdate", _rolling(rolling))


def _rolling(rolling: Object) -> Iterator[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    for check in (workload.int_or_percent, workload.at_most_all):
        yield from under("maxUnavailable", check(unavailable))
        yield from under("maxSurge", check(surge))
    if not workload.is_zero(unavailable) and not workload.is_zero(surge):
        yield fielderrors.invalid("maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif workload.is_zero(unavailable) and workload.is_zero(surge):
        yield fielderrors.required("maxUnavailable", "cannot be 0 when maxSurge is 0")


class DaemonSetStrategy(Strategy):
    """A pod on each node."""

    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_template(spec.setdefault("template", {}))
        workload.default_missing(spec, revisionHistoryLimit=_HISTORY)
        strategy = spec.setdefault("updateStrategy", {})
        workload.fill_empty(strategy, type="RollingUpdate")
        if strategy["type"] == "RollingUpdate":
            workload.default_missing(strategy, rollingUpdate={})
            workload.default_missing(strategy["rollingUpdate"], maxUnavailable=1, maxSurge=0)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        _set_template_generation(obj, max(_template_generation(obj), 1))

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        changed = obj["spec"]["template"] != old["spec"]["template"]
        _set_template_generation(obj, _template_generation(old) + changed)

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        _set_template_generation(obj, _template_generation(old))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return [*under(SPEC, _selection(obj["spec"])), *_rules().errors(obj["spec"], SPEC)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*workload.immutable_selector(obj, old), *self.validate(obj, request)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        counts = part(obj, "status", partial(workload.count_errors, fields=_STATUS_COUNTS))
        return [*counts, *workload.collision_errors(obj, old)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [*dotted_name(obj, old), *template_warnings(obj, old)]


def _template_generation(obj: Object) -> int:
    text = annotations_of(obj).get(_TEMPLATE_GENERATION, "0")
    return int(text) if text.isdigit() else 0


def _set_template_generation(obj: Object, number: int) -> None:
    obj["metadata"]["annotations"] = {**annotations_of(obj), _TEMPLATE_GENERATION: str(number)}


def _node_selector(obj: Object, _now: datetime) -> str:
    return labels(obj["spec"]["template"]["spec"].get("nodeSelector"))


KIND = Kind(
    group="apps",
    version="v1",
    kind="DaemonSet",
    plural="daemonsets",
    short_names=("ds",),
    categories=("all",),
    strategy=DaemonSetStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Desired", workload.count("desiredNumberScheduled"), type="integer", documented_by="status.desiredNumberScheduled"),
        Column("Current", workload.count("currentNumberScheduled"), type="integer", documented_by="status.currentNumberScheduled"),
        Column("Ready", workload.count("numberReady"), type="integer", documented_by="status.numberReady"),
        Column("Up-to-date", workload.count("updatedNumberScheduled"), type="integer", documented_by="status.updatedNumberScheduled"),
        Column("Available", workload.count("numberAvailable"), type="integer", documented_by="status.numberAvailable"),
        Column("Node Selector", _node_selector, documented_by="spec.template.spec.nodeSelector"),
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", workload.selector_text, priority=1, documented_by="spec.selector"),
    ),
)
