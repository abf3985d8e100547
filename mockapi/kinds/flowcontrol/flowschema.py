"""flowcontrol.apiserver.k8s.io/v1 FlowSchema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import grammar, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_PRECEDENCE, _MOST_PRECEDENCE = 1000, 10000
_METHODS = ("ByNamespace", "ByUser")
_SUBJECTS = {"User": "user", "Group": "group", "ServiceAccount": "serviceAccount"}


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    precedence = spec["matchingPrecedence"]
    if precedence <= 0:
        yield fielderrors.invalid("matchingPrecedence", precedence, "must be a positive value")
    if precedence > _MOST_PRECEDENCE:
        yield fielderrors.invalid("matchingPrecedence", precedence, f"must not be greater than {_MOST_PRECEDENCE}")
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        yield fielderrors.not_supported("distinguisherMethod", method, _METHODS)
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    if not level:
        yield fielderrors.required("priorityLevelConfiguration.name", "must reference a priority level")
    yield from under("priorityLevelConfiguration.name", grammar(names.dns1123_subdomain)(level))
    for position, rule in enumerate(spec.get("rules") or ()):
        yield from under(f"rules[{position}]", _rule(rule))


def _rule(rule: Object) -> Iterator[FieldError]:
    if not rule.get("subjects"):
        yield fielderrors.required("subjects", "subjects must contain at least one value")
    for position, subject in enumerate(rule.get("subjects") or ()):
        kind = subject.get("kind", "")
        if kind not in _SUBJECTS:
            yield fielderrors.not_supported(f"subjects[{position}].kind", kind, sorted(_SUBJECTS))
        elif subject.get(_SUBJECTS[kind]) is None:
            field = _SUBJECTS[kind]
            yield fielderrors.required(f"subjects[{position}].{field}", f"{field} is required when subject kind is '{kind}'")
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        yield fielderrors.required("", "at least one of resourceRules and nonResourceRules has to be non-empty")


class FlowSchemaStrategy(Strategy):
    """Which requests belong to which priority level. This server takes requests as they come, whatever their level."""

    has_status = True
    status_keeps_metadata = True
    keeps_generation = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if not spec.get("matchingPrecedence"):
            spec["matchingPrecedence"] = _PRECEDENCE

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))


def _level(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["priorityLevelConfiguration"]["name"])


def _precedence(obj: Object, _now: datetime) -> int:
    return int(obj["spec"]["matchingPrecedence"])


def _method(obj: Object, _now: datetime) -> str:
    method = obj["spec"].get("distinguisherMethod")
    return NONE if method is None else str(method["type"])


def _dangling(obj: Object, _now: datetime) -> Any:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((each["status"] for each in conditions if each.get("type") == "Dangling"), "?")


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="FlowSchema",
    plural="flowschemas",
    namespaced=False,
    strategy=FlowSchemaStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("PriorityLevel", _level, documented_by="spec.priorityLevelConfiguration.name"),
        Column("MatchingPrecedence", _precedence, type="integer", documented_by="spec.matchingPrecedence"),
        Column("DistinguisherMethod", _method, documented_by="spec.distinguisherMethod.type"),
        AGE,
        Column("MissingPL", _dangling, description="Whether the level is missing."),
    ),
)
