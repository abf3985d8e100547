"""apps/v1 Deployment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import non_negative, part, under
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.internal import internal_form
from mockapi.kinds.podspec.warnings import dotted_name, template_warnings
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import SCALE, STATUS
from mockapi.registry.validation import Leaf, Rules, rule

_TYPES = ("Recreate", "RollingUpdate")
_SHARE = "25%"
_HISTORY = 10
_DEADLINE_SECONDS = 600
_STATUS_COUNTS = (
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
)


class DeploymentRules(Rules):
    """Deployment.spec."""

    replicas = Leaf(non_negative)
    selector = Leaf()
    template = Leaf()
    strategy = Leaf()
    minReadySeconds = Leaf(non_negative)  # noqa: N815 (fields of the API keep their names)
    revisionHistoryLimit = Leaf(non_negative)  # noqa: N815
    progressDeadlineSeconds = Leaf(non_negative)  # noqa: N815

    @rule("selector")
    def selects(self, spec: Object) -> Iterator[FieldError]:
        """A selector must be there and select something."""
        return workload.selector_errors(spec, "empty selector is invalid for deployment")

    @rule("template")
    def matches(self, spec: Object) -> Iterator[FieldError]:
        """The template's pods are those that the selector finds."""
        return workload.matched_template(spec, "ReplicaSet")

    @rule("strategy")
    def replaces(self, spec: Object) -> Iterator[FieldError]:
        """How pods are replaced."""
        return strategy_errors(spec.get("strategy") or {})

    @rule("progressDeadlineSeconds")
    def outlasts(self, spec: Object) -> Iterator[FieldError]:
        """A pod must be able to become available before the deadline."""
        deadline = spec.get("progressDeadlineSeconds")
        if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
            yield fielderrors.invalid("", deadline, "must be greater than minReadySeconds")


def strategy_errors(strategy: Object) -> Iterator[FieldError]:
    """The errors of a DeploymentStrategy."""
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind not in _TYPES:
        yield fielderrors.not_supported("", internal_form("DeploymentStrategy", strategy), _TYPES)
    elif kind == "Recreate":
        if rolling is not None:
            yield fielderrors.forbidden("rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif rolling is not None:
        yield from under("rollingUpdate", _rolling_errors(rolling))


def _rolling_errors(rolling: Object) -> Iterator[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    yield from under("maxUnavailable", workload.int_or_percent(unavailable))
    yield from under("maxSurge", workload.int_or_percent(surge))
    if workload.is_zero(unavailable) and workload.is_zero(surge):
        yield fielderrors.invalid("maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    yield from under("maxUnavailable", workload.at_most_all(unavailable))


@cache
def _rules() -> DeploymentRules:
    return DeploymentRules()


def _status_errors(status: Object) -> Iterator[FieldError]:
    yield from workload.count_errors(status, _STATUS_COUNTS)
    yield from workload.excess_errors(
        status, ("updatedReplicas", "readyReplicas", "availableReplicas"), "replicas", "cannot be greater than status.replicas"
    )
    yield from workload.excess_errors(status, ("availableReplicas",), "readyReplicas", "cannot be greater than readyReplicas")


class DeploymentStrategy(Strategy):
    """Replaced pod by pod or all at once; annotations count as part of what is wished for."""

    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_template(spec.setdefault("template", {}))
        workload.default_missing(spec, replicas=1, revisionHistoryLimit=_HISTORY, progressDeadlineSeconds=_DEADLINE_SECONDS)
        strategy = spec.setdefault("strategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            if strategy.get("rollingUpdate") is None:
                strategy["rollingUpdate"] = {}
            workload.default_missing(strategy["rollingUpdate"], maxUnavailable=_SHARE, maxSurge=_SHARE)

    def spec_changed(self, obj: Object, old: Object) -> bool:
        return super().spec_changed(obj, old) or annotations_of(obj) != annotations_of(old)

    def reset_fields(self, subresource: str) -> tuple[str, ...]:
        return ("spec", "metadata.labels") if subresource == "status" else super().reset_fields(subresource)

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        workload.keep_labels(obj, old)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _rules().errors(obj["spec"], SPEC)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*self.validate(obj, request), *workload.immutable_selector(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*part(obj, "status", _status_errors), *workload.collision_errors(obj, old)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [*dotted_name(obj, old), *template_warnings(obj, old)]


KIND = Kind(
    group="apps",
    version="v1",
    kind="Deployment",
    plural="deployments",
    short_names=("deploy",),
    categories=("all",),
    strategy=DeploymentStrategy(),
    subresources=(SCALE, STATUS),
    columns=(
        NAME,
        Column("Ready", workload.ready, description="How many of the wished pods are ready."),
        Column("Up-to-date", workload.count("updatedReplicas"), documented_by="status.updatedReplicas"),
        Column("Available", workload.count("availableReplicas"), documented_by="status.availableReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", workload.selector_text, priority=1, documented_by="spec.selector"),
    ),
)
