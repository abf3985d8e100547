"""Counts of pods by node, for the rules that look at neighbours: begun when first asked for, and kept up to date from then on."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from mockapi.controllers.scheduler.podinfo import PodInfo
from mockapi.machinery.selectors import LabelSelector, Operator

_KEPT = 512
_EQUALITIES = frozenset({Operator.IN, Operator.EQUALS, Operator.DOUBLE_EQUALS})
# What finds the tallies that a pod may count for: its namespace with one of its labels, or with none.
_Pair = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The pods of some namespaces that a selector selects."""

    namespaces: frozenset[str]
    selector: LabelSelector

    def includes(self, pod: PodInfo) -> bool:
        """Whether the pod is one of them."""
        return pod.key.namespace in self.namespaces and self.selector.matches(pod.labels)

    def pairs(self) -> Iterator[_Pair]:
        """One of these is found for each pod of the scope; the longest value is likely to be the rarest."""
        equalities = [each for each in self.selector.requirements if each.operator in _EQUALITIES]
        chosen = max(equalities, key=lambda each: min(map(len, each.values)), default=None)
        for namespace in self.namespaces:
            if chosen is None:
                yield namespace, "", ""
            else:
                yield from ((namespace, chosen.key, value) for value in chosen.values)


@dataclass(frozen=True, slots=True)
class Matcher:
    """The pods that are in every one of some scopes; with `living`, only those that are not being deleted."""

    scopes: tuple[Scope, ...]
    living: bool = False

    def matches(self, pod: PodInfo) -> bool:
        """Whether the pod counts."""
        return not (self.living and pod.terminating) and all(scope.includes(pod) for scope in self.scopes)


class Tallies:
    """The counts that are kept; those least recently asked for are forgotten."""

    def __init__(self) -> None:
        self._counts: OrderedDict[Matcher, Counter[str]] = OrderedDict()
        self._found: dict[Hashable, dict[Matcher, None]] = {}

    def of(self, matcher: Matcher, placed: Iterable[tuple[str, PodInfo]]) -> Counter[str]:
        """How many pods that match each node has; `placed` are all pods with their nodes. Not to be changed."""
        counts = self._counts.get(matcher)
        if counts is None:
            counts = Counter(node for node, pod in placed if matcher.matches(pod))
            self._keep(matcher, counts)
        self._counts.move_to_end(matcher)
        return counts

    def count(self, node: str, pod: PodInfo, change: int) -> None:
        """The pod is on the node from now on (1), or no longer (-1)."""
        if not self._counts:
            return
        namespace = pod.key.namespace
        for pair in ((namespace, "", ""), *((namespace, *label) for label in pod.labels.items())):
            for matcher in self._found.get(pair, ()):
                if matcher.matches(pod):
                    self._change(self._counts[matcher], node, change)

    def _change(self, counts: Counter[str], node: str, change: int) -> None:
        counts[node] += change
        if not counts[node]:
            del counts[node]

    def _keep(self, matcher: Matcher, counts: Counter[str]) -> None:
        self._counts[matcher] = counts
        for pair in matcher.scopes[0].pairs():
            self._found.setdefault(pair, {})[matcher] = None
        if len(self._counts) > _KEPT:
            self._forget(self._counts.popitem(last=False)[0])

    def _forget(self, matcher: Matcher) -> None:
        for pair in matcher.scopes[0].pairs():
            self._found[pair].pop(matcher, None)
            if not self._found[pair]:
                del self._found[pair]
