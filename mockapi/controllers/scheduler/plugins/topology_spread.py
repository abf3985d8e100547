"""PodTopologySpread: pods that are alike are spread over the domains of a topology (PodSpec.topologySpreadConstraints)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mockapi.controllers.scheduler.plugins.base import HIGHEST_SCORE, Check, Incoming, Refusal
from mockapi.controllers.scheduler.plugins.domains import by_domain
from mockapi.controllers.scheduler.snapshot import NodeInfo, Snapshot
from mockapi.controllers.scheduler.tallies import Matcher, Scope
from mockapi.machinery.meta import Object
from mockapi.machinery.nodeselectors import pod_allows
from mockapi.machinery.selectors import LabelSelector, selector_from_object
from mockapi.machinery.tolerations import untolerated

SPREAD = "PodTopologySpread"
_MUST, _SHOULD = "DoNotSchedule", "ScheduleAnyway"
_HOST, _ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
_HONOR, _IGNORE = "Honor", "Ignore"

_WORDS = "node(s) didn't match pod topology spread constraints"
_UNEVEN = Refusal(SPREAD, (_WORDS,), final=False)
_NOWHERE = Refusal(SPREAD, (f"{_WORDS} (missing required label)",), final=True)

# The selector of all pods that serve or belong with a pod; None when nothing tells of any.
DefaultSelector = Callable[[Object], LabelSelector | None]


@dataclass(frozen=True, slots=True)
class _Constraint:
    key: str
    most: int  # maxSkew
    fewest: int  # minDomains
    selector: LabelSelector
    affinity_policy: str = _HONOR
    taints_policy: str = _IGNORE

    def includes(self, incoming: Incoming, info: NodeInfo) -> bool:
        """Whether the node counts for the constraint (nodeAffinityPolicy, nodeTaintsPolicy)."""
        if self.affinity_policy == _HONOR and not pod_allows(incoming.pod, info.node):
            return False
        return self.taints_policy != _HONOR or untolerated(incoming.pod, info.node) is None

    def counts(self, snapshot: Snapshot, incoming: Incoming) -> Mapping[str, int]:
        """How many pods that the constraint is about each node has; an empty selector is about none."""
        if self.selector.empty:
            return {}
        scope = Scope(frozenset({incoming.info.key.namespace}), self.selector)
        return snapshot.tally(Matcher((scope,), living=True))


def begin(snapshot: Snapshot, incoming: Incoming) -> Check | None:
    """The check of the constraints that must hold; None when there are none."""
    constraints = _constraints(incoming.pod, _MUST)
    if not constraints:
        return None
    eligible = [info for info in snapshot.nodes if all(each.key in info.labels for each in constraints)]
    spreads = [_Spread(snapshot, incoming, constraint, eligible) for constraint in constraints]
    return lambda info: next((refusal for spread in spreads if (refusal := spread.check(info))), None)


class _Spread:
    """How pods are spread now with regard to one constraint."""

    def __init__(self, snapshot: Snapshot, incoming: Incoming, constraint: _Constraint, eligible: Iterable[NodeInfo]) -> None:
        counts = constraint.counts(snapshot, incoming)
        self._constraint = constraint
        self._domains: Counter[str] = Counter()
        for info in eligible:
            if constraint.includes(incoming, info):
                self._domains[info.labels[constraint.key]] += counts.get(info.name, 0)
        self._itself = int(constraint.selector.matches(incoming.info.labels))

    def check(self, info: NodeInfo) -> Refusal | None:
        """Whether the skew with the pod on the node is within maxSkew."""
        value = info.labels.get(self._constraint.key)
        if value is None:
            return _NOWHERE
        skew = self._domains.get(value, 0) + self._itself - self._least()
        return _UNEVEN if skew > self._constraint.most else None

    def _least(self) -> float:
        """The global minimum: 0 while there are fewer domains than there should be."""
        if len(self._domains) < self._constraint.fewest:
            return 0
        return min(self._domains.values(), default=math.inf)


def _constraints(pod: Object, answer: str) -> list[_Constraint]:
    found = pod["spec"].get("topologySpreadConstraints") or ()
    return [_constraint(each) for each in found if each["whenUnsatisfiable"] == answer]


def _constraint(constraint: Object) -> _Constraint:
    return _Constraint(
        key=constraint["topologyKey"],
        most=int(constraint["maxSkew"]),
        fewest=int(constraint.get("minDomains") or 1),
        selector=selector_from_object(constraint.get("labelSelector")),
        affinity_policy=constraint.get("nodeAffinityPolicy") or _HONOR,
        taints_policy=constraint.get("nodeTaintsPolicy") or _IGNORE,
    )


def scores(snapshot: Snapshot, incoming: Incoming, nodes: Sequence[NodeInfo], default: DefaultSelector) -> list[int] | None:
    """0..100 for each of the nodes that may have the pod, by the constraints that should hold; None when there are none.

    A pod without constraints is spread over nodes and zones together with those of its Services and its controller.
    """
    constraints = _constraints(incoming.pod, _SHOULD)
    everywhere = not incoming.pod["spec"].get("topologySpreadConstraints")
    if everywhere and (selector := default(incoming.pod)) is not None:
        constraints = [_Constraint(_HOST, 3, 1, selector), _Constraint(_ZONE, 5, 1, selector)]
    return _Scoring(snapshot, incoming, constraints, nodes, everywhere).scores() if constraints else None


class _Scoring:
    """Scores nodes by constraints. Unless `everywhere`, a node without one of their labels neither counts nor gets any."""

    def __init__(
        self, snapshot: Snapshot, incoming: Incoming, constraints: Sequence[_Constraint], nodes: Sequence[NodeInfo], everywhere: bool
    ) -> None:
        self._snapshot = snapshot
        self._incoming = incoming
        self._constraints = constraints
        self._required = () if everywhere else [constraint.key for constraint in constraints]
        self._nodes = nodes
        self._counted = [self._has_labels(info) for info in nodes]

    def scores(self) -> list[int]:
        """0..100 for each node."""
        parts = [self._of_hosts(each) if each.key == _HOST else self._of_domains(each) for each in self._constraints]
        return _normalized(list(zip(*parts, strict=True)), self._counted)

    def _of_hosts(self, constraint: _Constraint) -> list[float]:
        counts = constraint.counts(self._snapshot, self._incoming)
        own = [counts.get(info.name, 0) if _HOST in info.labels else None for info in self._nodes]
        return _weighted(own, math.log(sum(self._counted) + 2), constraint.most)

    def _of_domains(self, constraint: _Constraint) -> list[float]:
        key = constraint.key
        values = [info.labels.get(key) for info in self._nodes]
        domains = {value or "" for value, counts_too in zip(values, self._counted, strict=True) if counts_too}
        counts = constraint.counts(self._snapshot, self._incoming)
        pods = by_domain(self._snapshot, {name: count for name, count in counts.items() if self._includes(constraint, name)}, key)
        return _weighted([None if value is None else pods[value] for value in values], math.log(len(domains) + 2), constraint.most)

    def _includes(self, constraint: _Constraint, name: str) -> bool:
        info = self._snapshot.node(name)
        return info is not None and self._has_labels(info) and constraint.includes(self._incoming, info)

    def _has_labels(self, info: NodeInfo) -> bool:
        return all(key in info.labels for key in self._required)


def _weighted(counts: Sequence[int | None], weight: float, most: int) -> list[float]:
    known: dict[int | None, float] = {count: 0.0 if count is None else count * weight + (most - 1) for count in set(counts)}
    return [known[count] for count in counts]


def _normalized(parts: Sequence[tuple[float, ...]], counted: Sequence[bool]) -> list[int]:
    """The fewer pods the better; nodes that do not count get nothing."""
    raw = {part: math.floor(sum(part) + 0.5) for part in set(parts)}
    valid = [raw[part] for part, counts_too in zip(parts, counted, strict=True) if counts_too]
    highest, lowest = max(valid, default=0), min(valid, default=0)
    final = {part: HIGHEST_SCORE * (highest + lowest - score) // highest if highest else HIGHEST_SCORE for part, score in raw.items()}
    return [final[part] if counts_too else 0 for part, counts_too in zip(parts, counted, strict=True)]
