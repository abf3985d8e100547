"""storage.k8s.io/v1 CSIStorageCapacity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import grammar, label_selector, part, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.machinery.quantity import ZERO
from mockapi.registry.columns import NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNSET
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


def _not_negative(text: str) -> Iterator[FieldError]:
    if amount(text) < ZERO:
        yield fielderrors.invalid("", text, "must be greater than or equal to 0")


class CSIStorageCapacityStrategy(Strategy):
    """How much storage of a class is left somewhere."""

    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        chosen = under("storageClassName", grammar(names.dns1123_subdomain, must=True)(obj.get("storageClassName", "")))
        sizes = [error for field in ("capacity", "maximumVolumeSize") for error in part(obj, field, _not_negative)]
        return [*chosen, *part(obj, "nodeTopology", label_selector), *sizes]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = [field for field in ("nodeTopology", "storageClassName") if obj.get(field) != old.get(field)]
        return [*self.validate(obj, request), *(fielderrors.invalid(field, obj.get(field), IMMUTABLE) for field in changed)]


def _class(obj: Object, _now: datetime) -> str:
    return str(obj.get("storageClassName", ""))


def _capacity(obj: Object, _now: datetime) -> str:
    return str(obj.get("capacity") or UNSET)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIStorageCapacity",
    plural="csistoragecapacities",
    strategy=CSIStorageCapacityStrategy(),
    columns=(
        NAME,
        Column("StorageClassName", _class, documented_by="storageClassName"),
        Column("Capacity", _capacity, documented_by="capacity"),
    ),
)
