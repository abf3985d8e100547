"""simulation.mockapi.dev/v1alpha1 NodePool: simulated machines of one make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import Schema, choice, mapping, number, several, struct, text
from mockapi.machinery import names
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, invalid, not_supported
from mockapi.machinery.meta import Object, name_of
from mockapi.machinery.quantity import QuantityError, parse_quantity
from mockapi.registry.kind import Column
from mockapi.registry.printing import joined, or_none
from mockapi.registry.request import Request

_MOST_NODES = 5000
_RESOURCES = ("cpu", "memory", "ephemeral-storage", "pods")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def _quantity(description: str) -> Schema:
    return {"description": description, "x-kubernetes-int-or-string": True}


class _Strategy(SimulationStrategy):
    """What nodes could not be made of is refused."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        return list(_errors(name_of(obj), obj["spec"]))


def _errors(name: str, spec: Object) -> Iterator[FieldError]:
    last = f"{name}-{spec.get('replicas', 1)}"
    yield from (invalid("metadata.name", name, f"makes nodes such as {last}: {message}") for message in names.label_value(last))
    for key, value in (spec.get("labels") or {}).items():
        yield from _label_errors(SPEC.child("labels"), key, value)
    for position, taint in enumerate(spec.get("taints") or ()):
        yield from _label_errors(SPEC.child("taints").item(position), taint["key"], taint.get("value", ""))
    for position, zone in enumerate(spec.get("zones") or ()):
        yield from (invalid(SPEC.child("zones").item(position), zone, message) for message in names.label_value(zone))
    for resource, amount in (spec.get("capacity") or {}).items():
        yield from _amount_errors(SPEC.child("capacity").key(resource), resource, amount)


def _label_errors(path: Path, key: str, value: str) -> Iterator[FieldError]:
    yield from (invalid(path, key, message) for message in names.qualified_name(key))
    yield from (invalid(path.key(key), value, message) for message in names.label_value(value))


def _amount_errors(path: Path, resource: str, amount: object) -> Iterator[FieldError]:
    if resource not in _RESOURCES:
        yield not_supported(path, resource, _RESOURCES)
        return
    try:
        parsed = parse_quantity(str(amount))
    except QuantityError as failure:
        yield invalid(path, amount, str(failure))
        return
    if parsed <= parse_quantity("0"):
        yield invalid(path, amount, "must be greater than zero")


def _wanted(obj: Object, _now: datetime) -> int:
    return int(obj["spec"]["replicas"])


def _present(obj: Object, _now: datetime) -> int:
    return int((obj.get("status") or {}).get("replicas", 0))


def _ready(obj: Object, _now: datetime) -> int:
    return int((obj.get("status") or {}).get("readyReplicas", 0))


def _zones(obj: Object, _now: datetime) -> str:
    return or_none(joined(obj["spec"].get("zones") or ()))


KIND = simulation_kind(
    "NodePool",
    "nodepools",
    short_names=("np",),
    description="Simulated machines. Those of pool a are the nodes a-1, a-2, and so on; the last goes first.",
    spec=struct(
        "What is wanted.",
        {
            "replicas": number("How many nodes there are.", 0, _MOST_NODES, default=1),
            "labels": mapping("Labels with which new nodes register.", text("A label's value.")),
            "taints": several(
                "Taints with which new nodes register.",
                struct(
                    "A taint.",
                    {
                        "key": text("The taint's key.", minLength=1),
                        "value": text("The taint's value."),
                        "effect": choice("What becomes of pods that do not tolerate it.", *_EFFECTS),
                    },
                    required=("key", "effect"),
                ),
            ),
            "zones": several(
                "Zones over which the nodes are spread in turn: the label topology.kubernetes.io/zone of new nodes.",
                text("A zone.", minLength=1),
            ),
            "capacity": mapping(
                "What each node has: cpu, memory, ephemeral-storage and pods. What is left out is as of the nodes of a new cluster.",
                _quantity("An amount."),
            ),
        },
    ),
    status=struct(
        "What there is.",
        {
            "replicas": number("How many nodes are there, or about to be.", 0, _MOST_NODES),
            "readyReplicas": number("How many of them are ready.", 0, _MOST_NODES),
        },
    ),
    columns=(
        Column("Desired", _wanted, type="integer", description="How many nodes are wanted."),
        Column("Current", _present, type="integer", description="How many nodes there are."),
        Column("Ready", _ready, type="integer", description="How many nodes are ready."),
        Column("Zones", _zones, priority=1, description="Where they are."),
    ),
    strategy=_Strategy,
    scaled=True,
)
