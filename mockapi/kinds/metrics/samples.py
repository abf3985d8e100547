"""What NodeMetrics and PodMetrics have in common: selection, the parts of a sample, and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.metrics.usage import CPU, MEMORY, WINDOW, sampled_at
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object, Objects, labels_of, name_of, namespace_of
from mockapi.machinery.quantity import ZERO, Quantity, parse_quantity
from mockapi.registry.kind import Column, Kind
from mockapi.registry.options import list_options
from mockapi.registry.printing import name
from mockapi.registry.reads import selection
from mockapi.registry.request import Request

GROUP, VERSION = "metrics.k8s.io", "v1beta1"

USAGE: Object = {
    "description": "How much of each resource is used.",
    "type": "object",
    "additionalProperties": {"type": "string"},
}
_SAMPLE: Object = {
    "timestamp": {"description": "When the sample was taken.", "type": "string", "format": "date-time"},
    "window": {"description": "The span before the timestamp over which usage was averaged, such as 15s.", "type": "string"},
}


def schema(description: str, **measured: Object) -> Object:
    """The schema of a kind of samples."""
    return {"description": description, "required": [*_SAMPLE, *measured], "properties": {**_SAMPLE, **measured}}


def selected(kind: Kind, objects: Objects, request: Request) -> Iterator[Object]:
    """Those of the measured objects that the query of a list selects. StatusError 400."""
    test = selection(kind, list_options(request.parameters))
    return (obj for obj in objects if test is None or test(obj))


def sample(kind: Kind, of: Object, now: datetime, measured: Object) -> Object:
    """The newest sample of a pod or node, of which `measured` is what was found."""
    meta: Object = {"name": name_of(of), "namespace": namespace_of(of), "creationTimestamp": timestamp(now), "labels": labels_of(of)}
    return {
        "kind": kind.kind,
        "apiVersion": kind.api_version,
        "metadata": {field: value for field, value in meta.items() if value},
        "timestamp": timestamp(sampled_at(now)),
        "window": f"{WINDOW.seconds}s",
        **measured,
    }


def columns(usages: Callable[[Object], Objects]) -> tuple[Column, ...]:
    """The columns of a sample: the sum of what `usages` finds in it, for each resource."""

    def total(resource: str) -> Callable[[Object, datetime], Any]:
        def cell(obj: Object, _now: datetime) -> str:
            return str(_sum(parse_quantity(usage[resource]) for usage in usages(obj)))

        return cell

    return (
        Column("Name", name, format="name", description="Name of the resource"),
        Column(CPU, total(CPU), format="quantity"),
        Column(MEMORY, total(MEMORY), format="quantity"),
        Column("Window", lambda obj, _now: obj["window"], format="duration"),
    )


def _sum(amounts: Iterator[Quantity]) -> Quantity:
    return sum(amounts, ZERO)
