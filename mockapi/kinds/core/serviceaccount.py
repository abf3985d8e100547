"""core/v1 ServiceAccount."""

from __future__ import annotations

from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import age, name
from mockapi.registry.strategy import Strategy


class ServiceAccountStrategy(Strategy):
    """An identity for pods."""

    returns_deleted = True


KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    plural="serviceaccounts",
    short_names=("sa",),
    strategy=ServiceAccountStrategy(),
    columns=(Column("Name", name, format="name"), Column("Age", age)),
)
