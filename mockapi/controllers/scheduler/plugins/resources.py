"""What a node has room for: NodePorts, NodeResourcesFit and NodeResourcesBalancedAllocation."""

from __future__ import annotations

from mockapi.controllers.scheduler.plugins.base import HIGHEST_SCORE, Incoming, Refusal
from mockapi.controllers.scheduler.podinfo import CPU, MEMORY
from mockapi.controllers.scheduler.snapshot import NodeInfo

PORTS, FIT = "NodePorts", "NodeResourcesFit"

_NO_PORTS = Refusal(PORTS, ("node(s) didn't have free ports for the requested pod ports",), final=False)


def ports_taken(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """Ports of the host are had once a node."""
    ports = incoming.info.request.ports
    return _NO_PORTS if ports and any(port.collides(taken) for port in ports for taken in info.ports) else None


def too_little(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """Tells all that is short, and whether some of it is more than the node has at all."""
    short = [] if info.crowd < info.most_pods else ["Too many pods"]
    final = False
    for name, amount in incoming.info.request.amounts:
        there = info.allocatable.get(name, 0)
        if info.taken.get(name, 0) + amount > there:
            short.append(f"Insufficient {name}")
            final |= amount > there
    return Refusal(FIT, tuple(short), final) if short else None


def room(incoming: Incoming, info: NodeInfo) -> int:
    """How much is left with the pod there (least allocated), and how evenly processors and memory are used (balanced allocation)."""
    request = incoming.info.request
    free = [
        (there - wanted) * HIGHEST_SCORE // there if wanted <= there else 0
        for there, wanted in (
            (info.allocatable.get(CPU, 0), info.usual_cpu + request.usual_cpu),
            (info.allocatable.get(MEMORY, 0), info.usual_memory + request.usual_memory),
        )
        if there
    ]
    least = sum(free) // len(free) if free else 0
    return least + (_balance(incoming, info) if request.amounts else 0)


def _balance(incoming: Incoming, info: NodeInfo) -> int:
    amounts = dict(incoming.info.request.amounts)
    used = [
        min(1.0, (info.taken.get(name, 0) + amounts.get(name, 0)) / info.allocatable[name])
        for name in (CPU, MEMORY)
        if info.allocatable.get(name)
    ]
    deviation = abs(used[0] - used[1]) / 2 if len(used) == 2 else 0.0
    return int((1 - deviation) * HIGHEST_SCORE)
