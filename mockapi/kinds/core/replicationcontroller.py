"""core/v1 ReplicationController."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import non_negative, part
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.pod_spec import TEMPLATE, template_errors
from mockapi.kinds.podspec.warnings import dotted_name, template_warnings
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import ROOT, SPEC, FieldError
from mockapi.machinery.meta import Object, labels_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import labels
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import SCALE, STATUS
from mockapi.registry.validation import Leaf, Rules, rule

_PARTS_OF_REPLICAS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_STATUS_COUNTS = ("replicas", *_PARTS_OF_REPLICAS, "observedGeneration")


class ReplicationControllerRules(Rules):
    """ReplicationController.spec."""

    minReadySeconds = Leaf(non_negative)  # noqa: N815 (fields of the API keep their names)
    replicas = Leaf(non_negative)
    selector = Leaf()
    template = Leaf()

    @rule("selector")
    def selects(self, spec: Object) -> Iterator[FieldError]:
        """A selector must be there, if only by default."""
        if not spec.get("selector"):
            yield fielderrors.required("")

    @rule("template")
    def matches(self, spec: Object) -> Iterator[FieldError]:
        """The template's pods run for ever and are those that the selector finds."""
        template = spec.get("template")
        if template is None:
            yield fielderrors.required("")
            return
        selector, found = spec.get("selector") or {}, labels_of(template)
        if any(found.get(key) != value for key, value in selector.items()):
            shown = dict(sorted(found.items())) or None
            yield fielderrors.invalid("metadata.labels", shown, "`selector` does not match template `labels`")
        yield from template_errors(template, ROOT, TEMPLATE)
        yield from workload.endless(template.get("spec") or {}, "ReplicationController")


@cache
def _rules() -> ReplicationControllerRules:
    return ReplicationControllerRules()


def _status_errors(status: Object) -> Iterator[FieldError]:
    yield from workload.count_errors(status, _STATUS_COUNTS)
    yield from workload.excess_errors(status, _PARTS_OF_REPLICAS, "replicas", "cannot be greater than status.replicas")
    yield from workload.excess_errors(status, ("availableReplicas",), "readyReplicas", "cannot be greater than readyReplicas")


class ReplicationControllerStrategy(Strategy):
    """A number of pods alike, in the oldest form."""

    keeps_generation = True
    has_status = True
    default_propagation = "Orphan"

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        workload.default_missing(spec, replicas=1)
        template = spec.get("template")
        if template is None:
            return
        default_template(template)
        if labels_of(template):
            workload.fill_empty(spec, selector=dict(labels_of(template)))
            workload.fill_empty(obj["metadata"], labels=dict(labels_of(template)))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _rules().errors(obj["spec"], SPEC)

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(part(obj, "status", _status_errors))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [*dotted_name(obj, old), *template_warnings(obj, old)]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"status.replicas": str((obj.get("status") or {}).get("replicas") or 0)}


def _selector(obj: Object, _now: datetime) -> str:
    return labels(obj["spec"].get("selector"))


KIND = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    plural="replicationcontrollers",
    short_names=("rc",),
    categories=("all",),
    strategy=ReplicationControllerStrategy(),
    subresources=(SCALE, STATUS),
    columns=(
        NAME,
        Column("Desired", workload.desired, type="integer", documented_by="spec.replicas"),
        Column("Current", workload.count("replicas"), type="integer", documented_by="status.replicas"),
        Column("Ready", workload.count("readyReplicas"), type="integer", documented_by="status.readyReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", _selector, priority=1, documented_by="spec.selector"),
    ),
)
