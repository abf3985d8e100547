"""core/v1 ResourceQuota."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from mockapi.kinds.core.resource_names import is_for_quotas, quota_amounts, round_amounts
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_COUNTED = frozenset({"pods"})
_COMPUTE = frozenset({"cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
_CLAIMS = frozenset({"persistentvolumeclaims", "requests.storage"})
# The resources that a quota of each scope can limit.
_SCOPES = {
    "Terminating": _COUNTED | _COMPUTE,
    "NotTerminating": _COUNTED | _COMPUTE,
    "BestEffort": _COUNTED,
    "NotBestEffort": _COUNTED | _COMPUTE,
    "PriorityClass": _COUNTED | _COMPUTE,
    "CrossNamespacePodAffinity": _COUNTED | _COMPUTE,
    "VolumeAttributesClass": _CLAIMS,
}
_OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_MERELY_EXISTING = frozenset({"BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"})
_MUST_EXIST = (
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
    "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    hard = spec.get("hard") or {}
    yield from under("hard", quota_amounts(hard))
    yield from under("scopes", _scopes(spec.get("scopes") or [], hard))
    if spec.get("scopeSelector") is not None:
        yield from under("scopeSelector.matchExpressions", _selector(spec["scopeSelector"], hard))


def _scopes(scopes: list[str], hard: Object) -> Iterator[FieldError]:
    for scope in scopes:
        if scope not in _SCOPES:
            yield fielderrors.invalid("", scopes, "unsupported scope")
        yield from _unfit(scope, hard, scopes)
    yield from _conflicts(set(scopes), scopes or None)


def _unfit(scope: str, hard: Object, shown: object) -> Iterator[FieldError]:
    for resource in sorted(hard):
        if is_for_quotas(resource) and resource not in _SCOPES.get(scope, _COUNTED | _COMPUTE | _CLAIMS):
            yield fielderrors.invalid("", shown, "unsupported scope applied to resource")


def _conflicts(scopes: set[str], shown: object) -> Iterator[FieldError]:
    for pair in _OPPOSITES:
        if pair <= scopes:
            yield fielderrors.invalid("", shown, "conflicting scopes")


def _selector(selector: Object, hard: Object) -> Iterator[FieldError]:
    requirements = selector.get("matchExpressions") or []
    for requirement in requirements:
        yield from _requirement(requirement, hard, selector)
    yield from _conflicts({requirement.get("scopeName", "") for requirement in requirements}, None)


def _requirement(requirement: Object, hard: Object, selector: Object) -> Iterator[FieldError]:
    scope, operator, values = requirement.get("scopeName", ""), requirement.get("operator", ""), requirement.get("values") or []
    if scope not in _SCOPES:
        yield fielderrors.invalid("scopeName", scope, "unsupported scope")
    yield from _unfit(scope, hard, selector)
    if scope in _MERELY_EXISTING and operator != "Exists":
        yield fielderrors.invalid("operator", operator, _MUST_EXIST)
    if operator in {"In", "NotIn"}:
        if not values:
            yield fielderrors.required("values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
    elif operator not in {"Exists", "DoesNotExist"}:
        yield fielderrors.invalid("operator", operator, "not a valid selector operator")
    elif values:
        yield fielderrors.invalid("values", values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")


class ResourceQuotaStrategy(Strategy):
    """How much the objects of a namespace may use together."""

    has_status = True
    returns_deleted = True

    def default(self, obj: Object) -> None:
        round_amounts((obj.get("spec") or {}).get("hard"))
        for field in ("hard", "used"):
            round_amounts((obj.get("status") or {}).get(field))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        scopes = obj["spec"].get("scopes") or []
        changed = set(scopes) != set(old["spec"].get("scopes") or [])
        return [*self.validate(obj, request), *([fielderrors.invalid("spec.scopes", scopes, IMMUTABLE)] if changed else [])]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        status = obj.get("status") or {}
        return [error for field in ("hard", "used") for error in under(f"status.{field}", quota_amounts(status.get(field)))]


def _usage(limits: bool) -> Callable[[Object, datetime], str]:
    """The cell of what is used of what is allowed, of the limits or of everything else."""

    def cell(obj: Object, _now: datetime) -> str:
        status = obj.get("status") or {}
        hard, used = status.get("hard") or {}, status.get("used") or {}
        shown = [resource for resource in sorted(hard) if resource.startswith("limits.") == limits]
        return ", ".join(f"{resource}: {used.get(resource, '0')}/{hard[resource]}" for resource in shown)

    return cell


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    short_names=("quota",),
    strategy=ResourceQuotaStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column(
            "Request", _usage(limits=False), description="Request represents a minimum amount of cpu/memory that a container may consume."
        ),
        Column(
            "Limit",
            _usage(limits=True),
            description="Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.",
        ),
        AGE,
    ),
)
