"""simulation.mockapi.dev/v1alpha1 LoadBalancerPool: where the addresses of load balancers come from."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import number, several, struct, text
from mockapi.machinery.addressranges import AddressRange, parse_range
from mockapi.machinery.fielderrors import SPEC, FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column
from mockapi.registry.printing import joined
from mockapi.registry.request import Request

_MOST_RANGES = 64
_MOST_ADDRESSES = 2**32
_COUNTS = {"capacity": "How many addresses the pool has.", "used": "How many of them Services have.", "free": "How many are left."}


class _Strategy(SimulationStrategy):
    """Ranges must make sense, and no address may be in two of them."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        found: list[FieldError] = []
        known: list[AddressRange] = []
        for position, written in enumerate(obj["spec"]["ranges"]):
            path = SPEC.child("ranges").item(position)
            try:
                parsed = parse_range(written)
            except ValueError as failure:
                found.append(invalid(path, written, str(failure)))
                continue
            if any(map(parsed.overlaps, known)):
                found.append(invalid(path, written, "must not overlap with another range of the pool"))
            known.append(parsed)
        return found


def _ranges(obj: Object, _now: datetime) -> str:
    return joined(obj["spec"]["ranges"])


def _count(name: str) -> Column:
    def cell(obj: Object, _now: datetime) -> int | None:
        count: int | None = (obj.get("status") or {}).get(name)
        return count

    return Column(name.capitalize(), cell, type="integer", description=_COUNTS[name])


KIND = simulation_kind(
    "LoadBalancerPool",
    "loadbalancerpools",
    short_names=("lbpool",),
    description="Addresses for Services of type LoadBalancer. The lowest free address is taken of the first pool, by name, that has one.",
    spec=struct(
        "What is wanted.",
        {
            "ranges": several(
                "CIDR blocks, of which all but the first and last address are used, or first and last address joined by a hyphen.",
                text("A range of IPv4 addresses."),
                minItems=1,
                maxItems=_MOST_RANGES,
            )
        },
        required=("ranges",),
    ),
    status=struct("What holds.", {name: number(text, 0, _MOST_ADDRESSES) for name, text in _COUNTS.items()}),
    columns=(
        Column("Ranges", _ranges, description="Where the addresses are."),
        *map(_count, _COUNTS),
    ),
    strategy=_Strategy,
)
