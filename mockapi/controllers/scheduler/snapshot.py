"""The nodes and what is on them, as the scheduler sees them: kept up to date change by change."""

from __future__ import annotations

import threading
from bisect import insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from mockapi.controllers.scheduler.podinfo import HostPort, PodInfo, counted, info_of
from mockapi.controllers.scheduler.tallies import Matcher, Tallies
from mockapi.controllers.scheduler.terms import Term
from mockapi.machinery.meta import Object, labels_of, name_of, uid_of
from mockapi.machinery.quantity import parse_quantity

_PODS = "pods"
_ENDED = ("Succeeded", "Failed")


class Effect(Enum):
    """What being told of a pod has changed."""

    NONE = "none"
    TAKEN = "taken"  # a pod has come, or is now another neighbour than before
    FREED = "freed"


class NodeInfo:
    """A node and what its pods have taken. `version` is another one whenever any of this is, `described` when the node itself is.

    `described` is 0 for a name that only pods tell of: there is no such node.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.pods: dict[str, PodInfo] = {}
        self.taken: dict[str, int] = {}
        self.crowd = self.usual_cpu = self.usual_memory = 0
        self.ports: Counter[HostPort] = Counter()
        self.version = self.described = 0
        self.node: Object = {}
        self.labels: dict[str, str] = {}
        self.allocatable: dict[str, int] = {}
        self.most_pods = 0
        self._amounts: Object = {}

    def describe(self, node: Object) -> bool:
        """Takes over what decides about pods: the rest of a node is large and of no use here. False when that is as before."""
        amounts = (node.get("status") or {}).get("allocatable") or {}
        described: Object = {"metadata": {"name": self.name, "labels": labels_of(node)}, "spec": node["spec"]}
        if (described, amounts) == (self.node, self._amounts):
            return False
        self.node, self.labels, self._amounts = described, described["metadata"]["labels"], amounts
        self.allocatable = {name: counted(name, parse_quantity(text)) for name, text in amounts.items()}
        self.most_pods = self.allocatable.get(_PODS, 0)
        return True

    def count(self, pod: PodInfo, change: int) -> None:
        """Adds what the pod takes (1), or subtracts it (-1)."""
        if change > 0:
            self.pods[pod.uid] = pod
        else:
            del self.pods[pod.uid]
        request = pod.request
        self.crowd += change
        self.usual_cpu += change * request.usual_cpu
        self.usual_memory += change * request.usual_memory
        for name, amount in request.amounts:
            self.taken[name] = self.taken.get(name, 0) + change * amount
        for port in request.ports:
            self.ports[port] += change
            if not self.ports[port]:
                del self.ports[port]


class Snapshot:
    """Which pod is where. Being told the same twice changes nothing. Whoever reads more than once holds `lock` meanwhile."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.layout = 0  # another one whenever a node has come or gone
        self.nodes: list[NodeInfo] = []  # by name
        self.refused: dict[Term, Counter[str]] = {}  # required anti-affinity of pods that are placed, by term: how many on which node
        self.wanted: dict[tuple[int, Term], Counter[str]] = {}  # the same of their other terms, with weight; 1 for what is required
        self.priorities: Counter[int] = Counter()
        self._known: dict[str, NodeInfo] = {}  # also of names that only pods tell of
        self._placed: dict[str, tuple[NodeInfo, PodInfo]] = {}
        self._nominated: dict[str, tuple[str, PodInfo]] = {}
        self._tallies = Tallies()
        self._versions = 0

    def describe_all(self, nodes: Iterable[Object]) -> None:
        """Takes over all nodes there are."""
        with self.lock:
            current = {name_of(node): node for node in nodes}
            for name in [info.name for info in self.nodes if info.name not in current]:
                self.drop(name)
            for node in current.values():
                self.describe(node)

    def describe(self, node: Object) -> bool:
        """Takes over a node that is new or has changed. False when nothing that matters has; heartbeats do not."""
        with self.lock:
            info = self._info(name_of(node))
            known = bool(info.described)
            if not info.describe(node) and known:
                return False
            info.version = info.described = self._new_version()
            if not known:
                insort(self.nodes, info, key=lambda info: info.name)
                self.layout += 1
            return True

    def drop(self, name: str) -> None:
        """The node is gone; pods that are said to be on it may still be there."""
        with self.lock:
            info = self._known.get(name)
            if info is None or not info.described:
                return
            info.described = 0
            self.nodes.remove(info)
            self.layout += 1
            if not info.pods:
                del self._known[name]

    def node(self, name: str) -> NodeInfo | None:
        """The node of that name, if there is one."""
        info = self._known.get(name)
        return info if info is not None and info.described else None

    def place(self, pod: Object, node: str = "") -> Effect:
        """Counts the pod on the node, or on its own; one that has ended, nowhere.

        A pod without a node is left where it is: it never loses the node that it was given, so it is an older state.
        """
        if (pod.get("status") or {}).get("phase") in _ENDED:
            return self.remove(uid_of(pod))
        where = node or pod["spec"].get("nodeName")
        return self._place(info_of(pod), where) if where else Effect.NONE

    def remove(self, uid: str) -> Effect:
        """Counts the pod nowhere."""
        with self.lock:
            if uid not in self._placed:
                return Effect.NONE
            self._count(*self._placed.pop(uid), -1)
            return Effect.FREED

    def is_placed(self, uid: str) -> bool:
        """Whether the pod is counted on some node."""
        return uid in self._placed

    def nominate(self, pod: Object) -> Effect:
        """Notes where room is being made for a pod that waits (PodStatus.nominatedNodeName), or that there is none for it."""
        node, uid = (pod.get("status") or {}).get("nominatedNodeName"), uid_of(pod)
        with self.lock:
            if node and not pod["spec"].get("nodeName"):
                self._nominated[uid] = (node, info_of(pod))
                return Effect.NONE
            return self.dismiss(uid)

    def dismiss(self, uid: str) -> Effect:
        """No room is kept for that pod any more."""
        with self.lock:
            return Effect.FREED if self._nominated.pop(uid, None) else Effect.NONE

    def nominees(self, node: str = "") -> list[tuple[str, PodInfo]]:
        """The pods for which room is kept, with their nodes; of one node or of all."""
        with self.lock:
            return [found for found in self._nominated.values() if node in {"", found[0]}]

    def tally(self, matcher: Matcher) -> Counter[str]:
        """How many pods that match each node has."""
        return self._tallies.of(matcher, ((node.name, pod) for node, pod in self._placed.values()))

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """Lets pods come and go for the time of a `with`; afterwards all is as it was. The lock is held meanwhile."""
        with self.lock:
            trial = Trial(self._try)
            try:
                yield trial
            finally:
                trial.undo()

    def _place(self, pod: PodInfo, where: str) -> Effect:
        with self.lock:
            node, (before, known) = self._info(where), self._placed.get(pod.uid, (None, None))
            if before is node and known == pod:
                return Effect.NONE
            effect = Effect.TAKEN if known is None or known.request == pod.request else Effect.FREED
            self.remove(pod.uid)
            self._placed[pod.uid] = (node, pod)
            self._count(node, pod, 1)
            return effect

    def _try(self, node: str, pod: PodInfo, change: int, version: int = 0) -> int:
        """Counts for a trial; returns the version of the node before, which may be given back to it once all is undone."""
        info = self._info(node)
        before = info.version
        if change > 0:
            self._placed[pod.uid] = (info, pod)
        else:
            del self._placed[pod.uid]
        self._count(info, pod, change)
        info.version = version or info.version
        return before

    def _count(self, node: NodeInfo, pod: PodInfo, change: int) -> None:
        node.count(pod, change)
        node.version = self._new_version()
        self._tallies.count(node.name, pod, change)
        _add(self.priorities, pod.priority, change)
        affinity = pod.affinity
        for term in affinity.refused:
            _add_term(self.refused, term, node.name, change)
        for weighted in (*((1, term) for term in affinity.required), *affinity.preferred):
            _add_term(self.wanted, weighted, node.name, change)

    def _info(self, name: str) -> NodeInfo:
        if name not in self._known:
            self._known[name] = NodeInfo(name)
        return self._known[name]

    def _new_version(self) -> int:
        self._versions += 1
        return self._versions


class Trial:
    """Pods that come and go as long as a trial lasts."""

    def __init__(self, count: Callable[..., int]) -> None:
        self._count = count
        self._done: list[tuple[str, PodInfo, int, int]] = []

    def add(self, node: str, pod: PodInfo) -> None:
        """As if the pod were on the node."""
        self._done.append((node, pod, 1, self._count(node, pod, 1)))

    def remove(self, node: str, pod: PodInfo) -> None:
        """As if the pod were gone from the node."""
        self._done.append((node, pod, -1, self._count(node, pod, -1)))

    def undo(self) -> None:
        """Everything is as it was before the trial."""
        while self._done:
            node, pod, change, version = self._done.pop()
            self._count(node, pod, -change, version)


def _add(counter: Counter[Any], value: Hashable, change: int) -> None:
    counter[value] += change
    if not counter[value]:
        del counter[value]


def _add_term(terms: dict[Any, Counter[str]], term: Hashable, node: str, change: int) -> None:
    """Counts a pod that has the term; one that no pod has any more is forgotten."""
    counts = terms.setdefault(term, Counter())
    _add(counts, node, change)
    if not counts:
        del terms[term]
