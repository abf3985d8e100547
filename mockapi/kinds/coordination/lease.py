"""coordination.k8s.io/v1 Lease."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import age, name
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import Leaf, Part, Rules


def _positive(value: int) -> Iterator[FieldError]:
    if value <= 0:
        yield invalid("", value, "must be greater than 0")


def _not_negative(value: int) -> Iterator[FieldError]:
    if value < 0:
        yield invalid("", value, "must be greater than or equal to 0")


class LeaseSpecRules(Rules):
    """What holds for a lease's numbers."""

    leaseDurationSeconds = Leaf(_positive)  # noqa: N815 (fields of the API keep their names)
    leaseTransitions = Leaf(_not_negative)  # noqa: N815


class LeaseRules(Rules):
    """What holds for a lease."""

    spec = Part(LeaseSpecRules)


_RULES = LeaseRules()


class LeaseStrategy(Strategy):
    """A lock: PUT creates it, and changes it only against a known version."""

    create_on_update = True
    unconditional_update = False

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _RULES.errors(obj)


def _holder(obj: Object, _now: datetime) -> Any:
    return (obj.get("spec") or {}).get("holderIdentity", "")


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    strategy=LeaseStrategy(),
    columns=(Column("Name", name, format="name"), Column("Holder", _holder), Column("Age", age)),
)
