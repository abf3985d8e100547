"""apps/v1 StatefulSet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mockapi.kinds.apps import workload
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import grammar, non_negative, part, under
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.internal import internal_form
from mockapi.kinds.podspec.pod_spec import Holder
from mockapi.kinds.podspec.warnings import template_warnings
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import SCALE, STATUS
from mockapi.registry.validation import Leaf, Rules, rule

_ORDERS = ("OrderedReady", "Parallel")
_RETENTIONS = ("Retain", "Delete")
_HISTORY = 10
_CHANGEABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
_FROZEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_PARTS_OF_REPLICAS = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
_STATUS_COUNTS = ("replicas", *_PARTS_OF_REPLICAS, "observedGeneration", "collisionCount")


def _order(policy: str) -> Iterator[FieldError]:
    if policy not in _ORDERS:
        yield fielderrors.invalid("", policy, "must be 'OrderedReady' or 'Parallel'")


def _update_strategy(strategy: Object) -> Iterator[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if not kind:
        yield fielderrors.required("")
    elif kind not in {"OnDelete", "RollingUpdate"}:
        yield fielderrors.invalid("", internal_form("StatefulSetUpdateStrategy", strategy), "must be 'RollingUpdate' or 'OnDelete'")
    elif rolling is not None and kind == "OnDelete":
        shown = internal_form("RollingUpdateStatefulSet", rolling)
        yield fielderrors.invalid("rollingUpdate", shown, "only allowed for updateStrategy 'RollingUpdate'")
    elif rolling is not None:
        yield from under("rollingUpdate", _rolling(rolling))


def _rolling(rolling: Object) -> Iterator[FieldError]:
    yield from part(rolling, "partition", non_negative)
    unavailable = rolling.get("maxUnavailable")
    if unavailable is not None:
        yield from under("maxUnavailable", workload.int_or_percent(unavailable))
        if workload.is_zero(unavailable):
            yield fielderrors.invalid("maxUnavailable", unavailable, "cannot be 0")
        yield from under("maxUnavailable", workload.at_most_all(unavailable))


def _retention(policy: Object) -> Iterator[FieldError]:
    for field in ("whenDeleted", "whenScaled"):
        if policy.get(field, "") not in _RETENTIONS:
            yield fielderrors.not_supported(field, policy.get(field, ""), _RETENTIONS)


def _ordinals(ordinals: Object) -> Iterator[FieldError]:
    yield from part(ordinals, "start", non_negative)


class StatefulSetRules(Rules):
    """StatefulSet.spec."""

    podManagementPolicy = Leaf(_order)  # noqa: N815 (fields of the API keep their names)
    updateStrategy = Leaf(_update_strategy)  # noqa: N815
    persistentVolumeClaimRetentionPolicy = Leaf(_retention)  # noqa: N815
    replicas = Leaf(non_negative)
    minReadySeconds = Leaf(non_negative)  # noqa: N815
    ordinals = Leaf(_ordinals)
    serviceName = Leaf(grammar(names.dns1123_label))  # noqa: N815
    selector = Leaf()
    template = Leaf()

    @rule("selector")
    def selects(self, spec: Object) -> Iterator[FieldError]:
        """A selector must be there and select something."""
        return workload.selector_errors(spec, "empty selector is invalid for statefulset", unreadable="")

    @rule("template")
    def matches(self, spec: Object) -> Iterator[FieldError]:
        """The template's pods are those that the selector finds; they may mount the claims that they are given."""
        claims = frozenset(claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or () if claim["metadata"].get("name"))
        return workload.matched_template(spec, "StatefulSet", Holder(in_template=True, claims=claims))


@cache
def _rules() -> StatefulSetRules:
    return StatefulSetRules()


def _frozen_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    kept, before = ({field: value for field, value in each["spec"].items() if field not in _CHANGEABLE} for each in (obj, old))
    if kept != before:
        yield fielderrors.forbidden("spec", _FROZEN)


def _status_errors(status: Object) -> Iterator[FieldError]:
    yield from workload.count_errors(status, _STATUS_COUNTS)
    yield from workload.excess_errors(status, _PARTS_OF_REPLICAS, "replicas", "cannot be greater than status.replicas")
    yield from workload.excess_errors(status, ("availableReplicas",), "readyReplicas", "cannot be greater than status.readyReplicas")


class StatefulSetStrategy(Strategy):
    """Pods with names, and claims, of their own."""

    name_rule = staticmethod(names.dns1123_label)
    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_template(spec.setdefault("template", {}))
        workload.default_missing(spec, replicas=1, revisionHistoryLimit=_HISTORY, persistentVolumeClaimRetentionPolicy={})
        workload.default_missing(spec["persistentVolumeClaimRetentionPolicy"], whenDeleted="Retain", whenScaled="Retain")
        if not spec.get("podManagementPolicy"):
            spec["podManagementPolicy"] = "OrderedReady"
        _default_strategy(spec.setdefault("updateStrategy", {}))
        for claim in spec.get("volumeClaimTemplates") or ():
            _default_claim(claim)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _rules().errors(obj["spec"], SPEC)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*self.validate(obj, request), *_frozen_errors(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*part(obj, "status", _status_errors), *workload.collision_errors(obj, old)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old)


def _default_strategy(strategy: Object) -> None:
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        workload.default_missing(strategy, rollingUpdate={})
    if strategy["type"] == "RollingUpdate" and strategy.get("rollingUpdate") is not None:
        workload.default_missing(strategy["rollingUpdate"], partition=0)


def _default_claim(claim: Object) -> None:
    claim.update(kind="PersistentVolumeClaim", apiVersion="v1")
    workload.default_missing(claim.setdefault("spec", {}), volumeMode="Filesystem")
    workload.default_missing(claim.setdefault("status", {}), phase="Pending")


KIND = Kind(
    group="apps",
    version="v1",
    kind="StatefulSet",
    plural="statefulsets",
    short_names=("sts",),
    categories=("all",),
    strategy=StatefulSetStrategy(),
    subresources=(SCALE, STATUS),
    columns=(
        NAME,
        Column("Ready", workload.ready, description="How many of the wished pods are ready."),
        AGE,
        CONTAINERS,
        IMAGES,
    ),
)
