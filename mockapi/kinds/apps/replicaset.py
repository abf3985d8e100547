"""apps/v1 ReplicaSet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import non_negative, part
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.warnings import dotted_name, template_warnings
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import SCALE, STATUS
from mockapi.registry.validation import Leaf, Rules, rule

_PARTS_OF_REPLICAS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_STATUS_COUNTS = ("replicas", *_PARTS_OF_REPLICAS, "terminatingReplicas", "observedGeneration")


class ReplicaSetRules(Rules):
    """ReplicaSet.spec."""

    replicas = Leaf(non_negative)
    minReadySeconds = Leaf(non_negative)  # noqa: N815 (fields of the API keep their names)
    selector = Leaf()
    template = Leaf()

    @rule("selector")
    def selects(self, spec: Object) -> Iterator[FieldError]:
        """A selector must be there and select something; the sentence names another kind, as on a real server."""
        return workload.selector_errors(spec, "empty selector is invalid for deployment")

    @rule("template")
    def matches(self, spec: Object) -> Iterator[FieldError]:
        """The template's pods are those that the selector finds."""
        return workload.matched_template(spec, "ReplicaSet")


@cache
def _rules() -> ReplicaSetRules:
    return ReplicaSetRules()


def _status_errors(status: Object) -> Iterator[FieldError]:
    yield from workload.count_errors(status, _STATUS_COUNTS)
    yield from workload.excess_errors(status, _PARTS_OF_REPLICAS, "replicas", "cannot be greater than status.replicas")
    yield from workload.excess_errors(status, ("availableReplicas",), "readyReplicas", "cannot be greater than readyReplicas")


class ReplicaSetStrategy(Strategy):
    """A number of pods alike."""

    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_template(spec.setdefault("template", {}))
        workload.default_missing(spec, replicas=1)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _rules().errors(obj["spec"], SPEC)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*self.validate(obj, request), *workload.immutable_selector(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(part(obj, "status", _status_errors))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [*dotted_name(obj, old), *template_warnings(obj, old)]


KIND = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    plural="replicasets",
    short_names=("rs",),
    categories=("all",),
    strategy=ReplicaSetStrategy(),
    subresources=(SCALE, STATUS),
    columns=(
        NAME,
        Column("Desired", workload.desired, type="integer", documented_by="spec.replicas"),
        Column("Current", workload.count("replicas"), type="integer", documented_by="status.replicas"),
        Column("Ready", workload.count("readyReplicas"), type="integer", documented_by="status.readyReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", workload.selector_text, priority=1, documented_by="spec.selector"),
    ),
)
