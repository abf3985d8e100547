"""PodTopologySpread: pods that are alike are spread over the domains of a topology (PodSpec.topologySpreadConstraints).

Here are the constraints, and those that must hold; `spread_scores` has those that should.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mockapi.controllers.scheduler.plugins.base import Check, Incoming, Refusal
from mockapi.controllers.scheduler.snapshot import NodeInfo, Snapshot
from mockapi.controllers.scheduler.tallies import Matcher, Scope
from mockapi.machinery.meta import Object
from mockapi.machinery.nodeselectors import pod_allows
from mockapi.machinery.selectors import LabelSelector, selector_from_object
from mockapi.machinery.tolerations import untolerated

SPREAD = "PodTopologySpread"
MUST, SHOULD = "DoNotSchedule", "ScheduleAnyway"
_HONOR, _IGNORE = "Honor", "Ignore"

_WORDS = "node(s) didn't match pod topology spread constraints"
_UNEVEN = Refusal(SPREAD, (_WORDS,), final=False)
_NOWHERE = Refusal(SPREAD, (f"{_WORDS} (missing required label)",), final=True)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One of topologySpreadConstraints."""

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

    def includes_all(self, incoming: Incoming) -> bool:
        """Whether every node counts, as the pod would go anywhere."""
        spec = incoming.pod["spec"]
        anywhere = not spec.get("nodeSelector") and not (spec.get("affinity") or {}).get("nodeAffinity")
        return self.taints_policy == _IGNORE and (self.affinity_policy == _IGNORE or anywhere)

    def counts(self, snapshot: Snapshot, incoming: Incoming) -> Mapping[str, int]:
        """How many pods that the constraint is about each node has; an empty selector is about none."""
        if self.selector.empty:
            return {}
        scope = Scope(frozenset({incoming.info.key.namespace}), self.selector)
        return snapshot.tally(Matcher((scope,), living=True))


def begin(snapshot: Snapshot, incoming: Incoming) -> Check | None:
    """The check of the constraints that must hold; None when there are none."""
    constraints = constraints_of(incoming.pod, MUST)
    if not constraints:
        return None
    eligible = [info for info in snapshot.nodes if all(each.key in info.labels for each in constraints)]
    spreads = [_Spread(snapshot, incoming, constraint, eligible) for constraint in constraints]
    return lambda info: next((refusal for spread in spreads if (refusal := spread.check(info))), None)


class _Spread:
    """How pods are spread now with regard to one constraint."""

    def __init__(self, snapshot: Snapshot, incoming: Incoming, constraint: Constraint, eligible: Iterable[NodeInfo]) -> None:
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


def constraints_of(pod: Object, answer: str) -> list[Constraint]:
    """The pod's constraints for which whenUnsatisfiable is that."""
    found = pod["spec"].get("topologySpreadConstraints") or ()
    return [_constraint(each) for each in found if each["whenUnsatisfiable"] == answer]


def _constraint(constraint: Object) -> Constraint:
    return Constraint(
        key=constraint["topologyKey"],
        most=int(constraint["maxSkew"]),
        fewest=int(constraint.get("minDomains") or 1),
        selector=selector_from_object(constraint.get("labelSelector")),
        affinity_policy=constraint.get("nodeAffinityPolicy") or _HONOR,
        taints_policy=constraint.get("nodeTaintsPolicy") or _IGNORE,
    )
