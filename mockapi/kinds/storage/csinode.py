"""storage.k8s.io/v1 CSINode."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import each, part, under
from mockapi.kinds.storage.csidriver import driver_name
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


def _driver(driver: Object) -> Iterator[FieldError]:
    yield from under("name", driver_name(driver.get("name", "")))
    if not driver.get("nodeID"):
        yield fielderrors.required("nodeID")
    for key in driver.get("topologyKeys") or ():
        yield from (fielderrors.invalid("", key, message) for message in names.qualified_name(key))


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    drivers = spec.get("drivers") or []
    yield from part(spec, "drivers", each(_driver))
    for position, driver in enumerate(drivers):
        if driver.get("name") in [other.get("name") for other in drivers[:position]]:
            yield fielderrors.duplicate(f"drivers[{position}].name", driver.get("name", ""))


class CSINodeStrategy(Strategy):
    """Which storage drivers run on a node."""

    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))


def _drivers(obj: Object, _now: datetime) -> int:
    return len(obj["spec"].get("drivers") or ())


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSINode",
    plural="csinodes",
    namespaced=False,
    strategy=CSINodeStrategy(),
    columns=(
        NAME,
        Column("Drivers", _drivers, type="integer", documented_by="spec.drivers"),
        AGE,
    ),
)
