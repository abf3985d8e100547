"""apiextensions.k8s.io/v1 CustomResourceDefinition: to be read only, for none can be made yet.

kubectl lists the definitions before it says that it does not know a kind; so the empty list has its use.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import name


def _created(obj: Object, _now: datetime) -> Any:
    return obj["metadata"].get("creationTimestamp")


KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    verbs=("get", "list", "watch"),
    columns=(Column("Name", name, format="name"), Column("Created At", _created, type="date")),
)
