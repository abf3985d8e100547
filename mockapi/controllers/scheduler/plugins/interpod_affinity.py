"""InterPodAffinity: pods that want to be near other pods, or away from them (core/v1 PodAffinity, PodAntiAffinity)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from mockapi.controllers.scheduler.plugins.base import HIGHEST_SCORE, Check, Feasible, Incoming, Refusal
from mockapi.controllers.scheduler.plugins.domains import by_domain
from mockapi.controllers.scheduler.podinfo import PodInfo
from mockapi.controllers.scheduler.snapshot import NodeInfo, Snapshot
from mockapi.controllers.scheduler.tallies import Matcher, Scope
from mockapi.controllers.scheduler.terms import Term
from mockapi.machinery.meta import Key, labels_of, name_of
from mockapi.reconcile.informer import Informer

INTERPOD = "InterPodAffinity"

_NOT_NEAR = Refusal(INTERPOD, ("node(s) didn't match pod affinity rules",), final=True)
_TOO_NEAR = Refusal(INTERPOD, ("node(s) didn't match pod anti-affinity rules",), final=False)
_UNWELCOME = Refusal(INTERPOD, ("node(s) didn't satisfy existing pods anti-affinity rules",), final=False)


class InterPodAffinity:
    """Looks at the terms of pods; `namespaces` are for terms that select namespaces by their labels."""

    def __init__(self, snapshot: Snapshot, namespaces: Informer) -> None:
        self._snapshot = snapshot
        self._namespaces = namespaces

    def begin(self, incoming: Incoming) -> Check | None:
        """The check of the terms that must hold, the pod's and those of pods that are placed; None when there are none."""
        affinity = incoming.info.affinity
        if not (affinity.required or affinity.refused or self._snapshot.refused):
            return None
        near, far = _Near(self, self._snapshot, incoming), _Far(self, self._snapshot, incoming)
        kept_off = self._kept_off(incoming.info)

        def check(info: NodeInfo) -> Refusal | None:
            if not near.allows(info):
                return _NOT_NEAR
            if not far.allows(info):
                return _TOO_NEAR
            return _UNWELCOME if any(pair in kept_off for pair in info.labels.items()) else None

        return check

    def scores(self, incoming: Incoming, feasible: Feasible) -> list[int] | None:
        """0..100 for each of the nodes, by the terms that are preferred; None when no pod has any about the other."""
        sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for weight, key, domains in self._weighted(incoming.info):
            for value, count in domains.items():
                sums[key][value] += weight * count
        if not sums:
            return None
        raw = [0] * len(feasible.nodes)
        for key, domains in sums.items():
            raw = [score + domains[value] if value is not None else score for score, value in zip(raw, feasible.column(key), strict=True)]
        lowest, highest = min(raw, default=0), max(raw, default=0)
        spread = highest - lowest
        return [int(HIGHEST_SCORE * ((score - lowest) / spread)) if spread else 0 for score in raw]

    def matcher(self, *terms: Term) -> Matcher:
        """The placed pods that all the terms mean."""
        return Matcher(tuple(Scope(self._names(term), term.selector) for term in terms))

    def labels_of_namespace(self, name: str) -> dict[str, str]:
        """The labels of a namespace; none when it is gone."""
        return labels_of(self._namespaces.get(Key("", name)) or {"metadata": {}})

    def _names(self, term: Term) -> frozenset[str]:
        if term.namespace_selector is None:
            return term.namespaces
        selected = (name_of(each) for each in self._namespaces.list() if term.namespace_selector.matches(labels_of(each)))
        return term.namespaces.union(selected)

    def _kept_off(self, pod: PodInfo) -> set[tuple[str, str]]:
        """Labels of the domains that placed pods want the pod to stay out of."""
        return {
            (term.topology_key, value)
            for term, counts in self._snapshot.refused.items()
            if term.means(pod.key.namespace, pod.labels, self.labels_of_namespace)
            for value in by_domain(self._snapshot, counts, term.topology_key)
        }

    def _weighted(self, pod: PodInfo) -> Iterator[tuple[int, str, Counter[str]]]:
        """Weight, label and counts by domain, of what the pod prefers and of what placed pods say about such a pod."""
        for weight, term in pod.affinity.preferred:
            counts = self._snapshot.tally(self.matcher(term))
            yield weight, term.topology_key, by_domain(self._snapshot, counts, term.topology_key)
        for (weight, term), counts in self._snapshot.wanted.items():
            if term.means(pod.key.namespace, pod.labels, self.labels_of_namespace):
                yield weight, term.topology_key, by_domain(self._snapshot, counts, term.topology_key)


class _Near:
    """Required affinity: in the domain of each term is a pod that all the terms mean."""

    def __init__(self, plugin: InterPodAffinity, snapshot: Snapshot, incoming: Incoming) -> None:
        self._terms = incoming.info.affinity.required
        if self._terms:
            counts = snapshot.tally(plugin.matcher(*self._terms))
            self._domains = [by_domain(snapshot, counts, term.topology_key) for term in self._terms]
            pod = incoming.info
            itself = all(term.means(pod.key.namespace, pod.labels, plugin.labels_of_namespace) for term in self._terms)
            # The first of a group of pods that want to be together may go anywhere.
            self._first = itself and not any(+domains for domains in self._domains)

    def allows(self, info: NodeInfo) -> bool:
        if not all(term.topology_key in info.labels for term in self._terms):
            return False
        if not self._terms or self._first:
            return True
        return all(domains[info.labels[term.topology_key]] > 0 for term, domains in zip(self._terms, self._domains, strict=True))


class _Far:
    """Required anti-affinity: in the domain of each term is no pod that it means."""

    def __init__(self, plugin: InterPodAffinity, snapshot: Snapshot, incoming: Incoming) -> None:
        self._domains = [
            (term.topology_key, by_domain(snapshot, snapshot.tally(plugin.matcher(term)), term.topology_key))
            for term in incoming.info.affinity.refused
        ]

    def allows(self, info: NodeInfo) -> bool:
        return not any(key in info.labels and domains[info.labels[key]] > 0 for key, domains in self._domains)
