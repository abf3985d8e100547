"""What pods ask of their neighbours, parsed: terms of affinity (core/v1 PodAffinityTerm) and constraints of spread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import LabelSelector, selector_from_object

_REQUIRED, _PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
_AFFINITY, _ANTI_AFFINITY = "podAffinity", "podAntiAffinity"
_DISTINCT = 1024

# The labels of a namespace, by its name.
NamespaceLabels = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Term:
    """Which pods a term means, and in which kind of domain; the namespaces are those named and those that the selector selects."""

    namespaces: frozenset[str]
    namespace_selector: LabelSelector | None
    selector: LabelSelector
    topology_key: str

    def means(self, namespace: str, labels: Mapping[str, str], namespace_labels: NamespaceLabels) -> bool:
        """Whether a pod of that namespace, with those labels, is one of them."""
        return self.selector.matches(labels) and self.reaches(namespace, namespace_labels)

    def reaches(self, namespace: str, namespace_labels: NamespaceLabels) -> bool:
        """Whether the term means pods of that namespace at all."""
        if namespace in self.namespaces:
            return True
        return self.namespace_selector is not None and self.namespace_selector.matches(namespace_labels(namespace))


@dataclass(frozen=True, slots=True)
class Affinity:
    """The terms of one pod; a preferred term comes with its weight, which is negative for anti-affinity."""

    required: tuple[Term, ...] = ()
    refused: tuple[Term, ...] = ()
    preferred: tuple[tuple[int, Term], ...] = ()


NO_AFFINITY = Affinity()


def affinity_of(affinity: Object, namespace: str) -> Affinity:
    """The terms towards other pods of a pod in that namespace (PodSpec.affinity); pods of one template share the answer."""
    if not affinity.get(_AFFINITY) and not affinity.get(_ANTI_AFFINITY):
        return NO_AFFINITY
    return _known_affinity(orjson.dumps(affinity), namespace)


@lru_cache(_DISTINCT)
def _known_affinity(text: bytes, namespace: str) -> Affinity:
    affinity = orjson.loads(text)
    near, far = affinity.get(_AFFINITY) or {}, affinity.get(_ANTI_AFFINITY) or {}
    preferred = [*_weighted(near, 1, namespace), *_weighted(far, -1, namespace)]
    return Affinity(_terms(near.get(_REQUIRED), namespace), _terms(far.get(_REQUIRED), namespace), tuple(preferred))


def _terms(terms: Iterable[Object] | None, namespace: str) -> tuple[Term, ...]:
    return tuple(_term(term, namespace) for term in terms or ())


def _weighted(terms: Object, sign: int, namespace: str) -> Iterable[tuple[int, Term]]:
    for weighted in terms.get(_PREFERRED) or ():
        yield sign * int(weighted["weight"]), _term(weighted["podAffinityTerm"], namespace)


def _term(term: Object, namespace: str) -> Term:
    names, selected = frozenset(term.get("namespaces") or ()), term.get("namespaceSelector")
    if not names and selected is None:
        names = frozenset({namespace})
    namespace_selector = None if selected is None else selector_from_object(selected)
    return Term(names, namespace_selector, selector_from_object(term.get("labelSelector")), term["topologyKey"])
