"""Why a pod cannot go to a node: each filter gives the words of its plugin in kube-scheduler, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockapi.controllers.scheduler.usage import ZERO, Load, Request
from mockapi.machinery.meta import Object
from mockapi.machinery.nodeselectors import pod_allows
from mockapi.machinery.quantity import parse_quantity
from mockapi.machinery.tolerations import UNSCHEDULABLE, tolerated, untolerated

_AFFINITY = "node(s) didn't match Pod's node affinity/selector"


class Candidate(NamedTuple):
    """A node with what its pods have taken of it."""

    node: Object
    used: Load


class Refusal(NamedTuple):
    """Why a pod cannot go to a node; `final` when it could not even if other pods left the node."""

    reasons: tuple[str, ...]
    final: bool


Filter = Callable[[Object, Request, Candidate], Refusal | None]


def why_not(pod: Object, wanted: Request, candidate: Candidate) -> Refusal | None:
    """What the first filter says that is against the node; None when the pod may go there."""
    return next((refusal for check in _FILTERS if (refusal := check(pod, wanted, candidate))), None)


def _unschedulable(pod: Object, _wanted: Request, candidate: Candidate) -> Refusal | None:
    if candidate.node["spec"].get("unschedulable") and not tolerated(pod["spec"].get("tolerations") or (), UNSCHEDULABLE):
        return Refusal(("node(s) were unschedulable",), final=True)
    return None


def _untolerated(pod: Object, _wanted: Request, candidate: Candidate) -> Refusal | None:
    return Refusal(("node(s) had untolerated taint(s)",), final=True) if untolerated(pod, candidate.node) else None


def _affinity(pod: Object, _wanted: Request, candidate: Candidate) -> Refusal | None:
    return None if pod_allows(pod, candidate.node) else Refusal((_AFFINITY,), final=True)


def _ports(_pod: Object, wanted: Request, candidate: Candidate) -> Refusal | None:
    if any(port.collides(taken) for port in wanted.ports for taken in tuple(candidate.used.ports)):
        return Refusal(("node(s) didn't have free ports for the requested pod ports",), final=False)
    return None


def _resources(_pod: Object, wanted: Request, candidate: Candidate) -> Refusal | None:
    """Tells all that is short, and whether some of it is more than the node has at all."""
    allocatable = (candidate.node.get("status") or {}).get("allocatable") or {}
    reasons, final = [], False
    if candidate.used.pods + 1 > parse_quantity(allocatable.get("pods", "0")).value:
        reasons.append("Too many pods")
    for name, amount in wanted.amounts.items():
        there = parse_quantity(allocatable.get(name, "0"))
        if candidate.used.amounts.get(name, ZERO) + amount > there:
            reasons.append(f"Insufficient {name}")
            final |= amount > there
    return Refusal(tuple(reasons), final) if reasons else None


# In the order in which kube-scheduler asks its plugins.
_FILTERS: tuple[Filter, ...] = (_unschedulable, _untolerated, _affinity, _ports, _resources)
