"""storage.k8s.io/v1 VolumeAttributesClass."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.podspec.checks import under
from mockapi.kinds.storage.csidriver import driver_name
from mockapi.kinds.storage.storageclass import parameters
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


class VolumeAttributesClassStrategy(Strategy):
    """Attributes of volumes that can change while they are in use; the class itself never changes (KEP-3751)."""

    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        values = obj.get("parameters") or {}
        missing = [] if values else [fielderrors.required("parameters", "must contain at least one key/value pair")]
        return [*under("driverName", driver_name(obj.get("driverName", ""))), *missing, *under("parameters", parameters(values))]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = [field for field in ("driverName", "parameters") if obj.get(field) != old.get(field)]
        return [*self.validate(obj, request), *(fielderrors.invalid(field, obj.get(field), IMMUTABLE) for field in changed)]


def _driver(obj: Object, _now: datetime) -> str:
    return str(obj["driverName"])


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttributesClass",
    plural="volumeattributesclasses",
    namespaced=False,
    short_names=("vac",),
    strategy=VolumeAttributesClassStrategy(),
    columns=(
        NAME,
        Column("DriverName", _driver, documented_by="driverName"),
        AGE,
    ),
)
