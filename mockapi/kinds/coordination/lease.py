"""coordination.k8s.io/v1 Lease."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_object_meta, validate_object_meta_update
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
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

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        _drop_coordination(obj)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        _drop_coordination(obj)

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        """Unlike other kinds, a lease may have a finalizer without a domain."""
        return validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=self.name_rule)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        meta, changes = obj["metadata"], validate_object_meta_update(obj["metadata"], old["metadata"])
        return validate_object_meta(meta, namespaced=namespaced, name_rule=names.path_segment_name) + changes + changes

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _RULES.errors(obj)


def _drop_coordination(lease: Object) -> None:
    """Coordinated leader election is off unless a cluster turns it on (KEP-4355)."""
    for field in ("strategy", "preferredHolder"):
        (lease.get("spec") or {}).pop(field, None)


def _holder(obj: Object, _now: datetime) -> Any:
    return (obj.get("spec") or {}).get("holderIdentity", "")


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    strategy=LeaseStrategy(),
    columns=(NAME, Column("Holder", _holder, documented_by="spec.holderIdentity"), AGE),
)
