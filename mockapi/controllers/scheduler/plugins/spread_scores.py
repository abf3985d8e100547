"""PodTopologySpread's scores: the fewer pods of a kind a node's domains have, the better (whenUnsatisfiable: ScheduleAnyway)."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from mockapi.controllers.scheduler.plugins.base import HIGHEST_SCORE, Feasible, Incoming
from mockapi.controllers.scheduler.plugins.domains import by_domain
from mockapi.controllers.scheduler.plugins.topology_spread import SHOULD, Constraint, constraints_of
from mockapi.controllers.scheduler.snapshot import Snapshot
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import LabelSelector

_HOST, _ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"

# The selector of all pods that serve or belong with a pod; None when nothing tells of any.
DefaultSelector = Callable[[Object], LabelSelector | None]


class _Part(NamedTuple):
    """What a constraint makes of nodes: a value for each, and how much each value weighs. None, no label, weighs nothing."""

    values: Sequence[Hashable]
    weights: Mapping[Hashable, float]


def scores(snapshot: Snapshot, incoming: Incoming, feasible: Feasible, default: DefaultSelector) -> list[int] | None:
    """0..100 for each of the nodes, by the constraints that should hold; None when there are none.

    A pod without constraints is spread over nodes and zones together with those of its Services and its controller.
    """
    constraints = constraints_of(incoming.pod, SHOULD)
    everywhere = not incoming.pod["spec"].get("topologySpreadConstraints")
    if everywhere and (selector := default(incoming.pod)) is not None:
        constraints = [Constraint(_HOST, 3, 1, selector), Constraint(_ZONE, 5, 1, selector)]
    if not constraints:
        return None
    return _Scoring(snapshot, incoming, feasible, [] if everywhere else [constraint.key for constraint in constraints]).scores(constraints)


class _Scoring:
    """Scores nodes; one without one of the `required` labels neither counts nor gets any."""

    def __init__(self, snapshot: Snapshot, incoming: Incoming, feasible: Feasible, required: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._incoming = incoming
        self._feasible = feasible
        self._required = required

    def scores(self, constraints: Sequence[Constraint]) -> list[int]:
        """0..100 for each node. Many nodes are alike, so each kind of them is scored once."""
        parts = [self._of_hosts(each) if each.key == _HOST else self._of_domains(each) for each in constraints]
        kinds = list(zip(*(part.values for part in parts), strict=True))
        raw = {kind: _rounded(sum(part.weights[value] for part, value in zip(parts, kind, strict=True))) for kind in set(kinds)}
        if self._required:
            raw = {kind: score for kind, score in raw.items() if None not in kind}
        final = _normalized(raw)
        return [final.get(kind, 0) for kind in kinds]

    def _of_hosts(self, constraint: Constraint) -> _Part:
        counts = constraint.counts(self._snapshot, self._incoming)
        values: Sequence[int | None] = [counts.get(name, 0) for name in self._feasible.names]
        hosts = self._feasible.column(_HOST)
        if None in hosts:
            values = [None if host is None else value for value, host in zip(values, hosts, strict=True)]
        return _Part(values, _weights(constraint, self._counted(), {value: value for value in set(values) if value is not None}))

    def _of_domains(self, constraint: Constraint) -> _Part:
        values = self._feasible.column(constraint.key)
        pods = by_domain(self._snapshot, self._included(constraint), constraint.key)
        domains = set(values) - ({None} if self._required else set())
        return _Part(values, _weights(constraint, len(domains), {value: pods[value] for value in domains if value is not None}))

    def _included(self, constraint: Constraint) -> Mapping[str, int]:
        """The pods on nodes that count for the constraint."""
        counts = constraint.counts(self._snapshot, self._incoming)
        if not self._required and constraint.includes_all(self._incoming):
            return counts
        return {name: count for name, count in counts.items() if self._includes(constraint, name)}

    def _includes(self, constraint: Constraint, name: str) -> bool:
        info = self._snapshot.node(name)
        return info is not None and all(key in info.labels for key in self._required) and constraint.includes(self._incoming, info)

    def _counted(self) -> int:
        if not self._required:
            return len(self._feasible.nodes)
        return sum(None not in labels for labels in zip(*map(self._feasible.column, self._required), strict=True))


def _weights(constraint: Constraint, domains: int, pods: Mapping[Any, int]) -> dict[Hashable, float]:
    """The more pods, the more; and the more domains there are, the more a pod weighs."""
    weight = math.log(domains + 2)
    return {None: 0.0, **{value: count * weight + constraint.most - 1 for value, count in pods.items()}}


def _rounded(score: float) -> int:
    return math.floor(score + 0.5)


def _normalized(raw: Mapping[tuple[Hashable, ...], int]) -> dict[tuple[Hashable, ...], int]:
    """The lowest becomes the best, of 100."""
    highest, lowest = max(raw.values(), default=0), min(raw.values(), default=0)
    if not highest:
        return dict.fromkeys(raw, HIGHEST_SCORE)
    return {kind: HIGHEST_SCORE * (highest + lowest - score) // highest for kind, score in raw.items()}
