"""flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import non_negative, part, under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_LIMITED, _EXEMPT = "Limited", "Exempt"
_SHARES = {_LIMITED: 30, _EXEMPT: 0}
_QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}
_RESPONSES = ("Queue", "Reject")


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    kind = spec.get("type", "")
    if kind not in _SHARES:
        yield fielderrors.not_supported("type", kind, sorted(_SHARES))
    elif kind == _LIMITED and spec.get("exempt") is not None:
        yield fielderrors.forbidden("exempt", "must be nil if the type is Limited")
    elif kind == _LIMITED and spec.get("limited") is None:
        yield fielderrors.required("limited", "must not be empty when type is Limited")
    elif kind == _EXEMPT and spec.get("limited") is not None:
        yield fielderrors.forbidden("limited", "must be nil if the type is not Limited")
    yield from part(spec, "limited", _limited)
    yield from part(spec, "exempt", _shares)


def _shares(values: Object) -> Iterator[FieldError]:
    yield from part(values, "nominalConcurrencyShares", non_negative)
    lendable = values.get("lendablePercent")
    if lendable is not None and not 0 <= lendable <= 100:
        yield fielderrors.invalid("lendablePercent", lendable, "must be between 0 and 100, inclusive")


def _limited(limited: Object) -> Iterator[FieldError]:
    yield from _shares(limited)
    response = limited.get("limitResponse") or {}
    kind, queuing = response.get("type", ""), response.get("queuing")
    if kind not in _RESPONSES:
        yield fielderrors.not_supported("limitResponse.type", kind, _RESPONSES)
    elif kind == "Reject" and queuing is not None:
        yield fielderrors.forbidden("limitResponse.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind == "Queue" and queuing is None:
        yield fielderrors.required("limitResponse.queuing", "must not be empty if limited.limitResponse.type is Limited")


class PriorityLevelConfigurationStrategy(Strategy):
    """How many requests of a level are worked on at once. This server takes requests as they come, whatever their level."""

    has_status = True
    status_keeps_metadata = True
    keeps_generation = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        for field, kind in (("limited", _LIMITED), ("exempt", _EXEMPT)):
            if spec.get("type") == kind == _EXEMPT:
                spec.setdefault("exempt", {})
            if spec.get(field) is not None:
                spec[field].update({name: value for name, value in _level_defaults(kind).items() if spec[field].get(name) is None})
        queuing = ((spec.get("limited") or {}).get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            queuing.update({name: value for name, value in _QUEUING.items() if not queuing.get(name)})

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))


def _level_defaults(kind: str) -> Object:
    return {"nominalConcurrencyShares": _SHARES[kind], "lendablePercent": 0}


def _type(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["type"])


def _nominal(obj: Object, _now: datetime) -> Any:
    return (obj["spec"].get("limited") or {}).get("nominalConcurrencyShares", NONE)


def _queue(field: str) -> Callable[[Object, datetime], Any]:
    def cell(obj: Object, _now: datetime) -> Any:
        response = (obj["spec"].get("limited") or {}).get("limitResponse") or {}
        return (response.get("queuing") or {}).get(field, NONE)

    return cell


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="PriorityLevelConfiguration",
    plural="prioritylevelconfigurations",
    namespaced=False,
    strategy=PriorityLevelConfigurationStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Type", _type, documented_by="spec.type"),
        Column("NominalConcurrencyShares", _nominal, documented_by="spec.limited.nominalConcurrencyShares"),
        Column("Queues", _queue("queues"), documented_by="spec.limited.limitResponse.queuing.queues"),
        Column("HandSize", _queue("handSize"), documented_by="spec.limited.limitResponse.queuing.handSize"),
        Column("QueueLengthLimit", _queue("queueLengthLimit"), documented_by="spec.limited.limitResponse.queuing.queueLengthLimit"),
        AGE,
    ),
)
