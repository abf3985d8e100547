"""Which pods of lower priority are to go so that a pod finds room (PodSpec.priority, PodSpec.preemptionPolicy)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mockapi.controllers.scheduler.fitting import Findings, Fitting
from mockapi.controllers.scheduler.plugins.base import Incoming, Refusal
from mockapi.controllers.scheduler.plugins.volumes import PodVolumes
from mockapi.controllers.scheduler.podinfo import PodInfo
from mockapi.controllers.scheduler.sentences import NEVER, NO_VICTIMS, NOT_HELPFUL, WAITING_FOR_VICTIMS, unavailable
from mockapi.controllers.scheduler.snapshot import NodeInfo, Snapshot, Trial
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object, is_terminating
from mockapi.machinery.selectors import selector_from_object
from mockapi.reconcile.informer import Informers

BY_SCHEDULER = "PreemptionByScheduler"
_PLUGIN = "DefaultPreemption"
TARGET = "DisruptionTarget"
# How many nodes are weighed against each other: a tenth of all, but so many at least.
_SHARE, _FEWEST = 10, 100
_HOPELESS = Refusal(_PLUGIN, (NOT_HELPFUL,), final=True)
_NOBODY = Refusal(_PLUGIN, (NO_VICTIMS,), final=True)
_LOWEST_PRIORITY = -(1 << 31)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node on which a pod finds room once the victims, most important first, are gone; `violations` is how many budgets forbid."""

    node: str
    victims: list[PodInfo]
    violations: int


@dataclass(frozen=True, slots=True)
class Unhelped:
    """Why no pods are evicted; `weighed` when nodes were looked at."""

    why: str
    weighed: bool = False


class Preemption:
    """Weighs evictions; carries out none. Whoever calls holds the snapshot's lock."""

    def __init__(self, snapshot: Snapshot, fitting: Fitting, informers: Informers) -> None:
        self._snapshot = snapshot
        self._fitting = fitting
        self._pods = informers.of("pods")
        self._budgets = informers.of("poddisruptionbudgets.policy")

    def consider(self, incoming: Incoming, findings: Findings, volumes: PodVolumes) -> Candidate | Unhelped:
        """The node where evictions do least harm, if they help on any."""
        if incoming.pod["spec"].get("preemptionPolicy") == "Never":
            return Unhelped(NEVER)
        if self._waits_for_victims(incoming, findings):
            return Unhelped(WAITING_FOR_VICTIMS)
        return self._choose(incoming, findings, volumes)

    def _choose(self, incoming: Incoming, findings: Findings, volumes: PodVolumes) -> Candidate | Unhelped:
        candidates: list[Candidate] = []
        reasons = [NOT_HELPFUL] * (findings.count - len(findings.nodes))
        enough = max(findings.count // _SHARE, _FEWEST)
        for info, refusal in zip(findings.nodes, findings.refusals, strict=True):
            found = _HOPELESS if refusal and refusal.final else self._weigh(incoming, volumes, info)
            if isinstance(found, Refusal):
                reasons += found.reasons
                continue
            candidates.append(found)
            if len(candidates) >= enough and any(not candidate.violations for candidate in candidates):
                break
        if candidates:
            return min(candidates, key=self._harm)
        return Unhelped(unavailable(findings.count, reasons), weighed=True)

    def _waits_for_victims(self, incoming: Incoming, findings: Findings) -> bool:
        """Whether pods are on their way out of the node where room is being made, and that node will do."""
        nominated = (incoming.pod.get("status") or {}).get("nominatedNodeName")
        found = zip(findings.nodes, findings.refusals, strict=True)
        hopeful = (info for info, refusal in found if info.name == nominated and not (refusal and refusal.final))
        return any(self._is_making_room(info, incoming.info.priority) for info in hopeful)

    def _is_making_room(self, info: NodeInfo, priority: int) -> bool:
        return any(_is_going(self._object(pod)) for pod in info.pods.values() if pod.priority < priority)

    def _weigh(self, incoming: Incoming, volumes: PodVolumes, info: NodeInfo) -> Candidate | Refusal:
        """What would have to go from a node; or why it would not help."""
        lower = [pod for pod in info.pods.values() if pod.priority < incoming.info.priority]
        if not lower:
            return _NOBODY
        with self._snapshot.trial() as trial:
            self._fitting.add_nominees(trial, incoming)
            for pod in lower:
                trial.remove(info.name, pod)
            refusal = self._fitting.why_not(incoming, volumes, info)
            return refusal or self._reprieved(incoming, volumes, info, trial, lower)

    def _reprieved(self, incoming: Incoming, volumes: PodVolumes, info: NodeInfo, trial: Trial, lower: list[PodInfo]) -> Candidate:
        """Lets as many as possible stay: first those that a budget protects, and of them the most important ones."""
        victims, violations = [], 0
        protected, others = self._by_protection(sorted(lower, key=self._importance))
        for pod in (*protected, *others):
            trial.add(info.name, pod)
            if self._fitting.why_not(incoming, volumes, info):
                trial.remove(info.name, pod)
                victims.append(pod)
                violations += pod in protected
        return Candidate(info.name, sorted(victims, key=self._importance), violations)

    def _by_protection(self, pods: list[PodInfo]) -> tuple[list[PodInfo], list[PodInfo]]:
        """Those whose eviction a PodDisruptionBudget would not allow, after those before them are gone; and the rest."""
        budgets = [_Budget(budget) for budget in self._budgets.list()] if pods else []
        protected: list[PodInfo] = []
        others: list[PodInfo] = []
        for pod in pods:
            spent = [budget.spend(pod) for budget in budgets if budget.covers(pod)]
            (others if all(spent) else protected).append(pod)
        return protected, others

    def _harm(self, candidate: Candidate) -> tuple[float, ...]:
        """Less is better: budgets, the highest priority, all priorities, the number, and the later the most important one began."""
        priorities = [pod.priority for pod in candidate.victims]
        highest = max(priorities, default=_LOWEST_PRIORITY)
        began = min((self._began(pod) for pod in candidate.victims if pod.priority == highest), default=math.inf)
        total = sum(priority - _LOWEST_PRIORITY for priority in priorities)
        return candidate.violations, highest, total, len(priorities), -began

    def _importance(self, pod: PodInfo) -> tuple[int, float, str]:
        return -pod.priority, self._began(pod), pod.uid

    def _began(self, pod: PodInfo) -> float:
        """When the pod was started, in seconds; one that was not yet, after all others."""
        started = (self._object(pod).get("status") or {}).get("startTime")
        return parse_timestamp(started).timestamp() if started else math.inf

    def _object(self, pod: PodInfo) -> Object:
        return self._pods.get(pod.key) or {"metadata": {}}


class _Budget:
    """How many more pods may go by one PodDisruptionBudget."""

    def __init__(self, budget: Object) -> None:
        status = budget.get("status") or {}
        self._namespace = budget["metadata"]["namespace"]
        self._selector = selector_from_object(budget["spec"].get("selector"))
        self._gone = status.get("disruptedPods") or {}
        self._left = status.get("disruptionsAllowed") or 0

    def covers(self, pod: PodInfo) -> bool:
        """Whether the budget is about the pod, and does not count it as gone already; an empty selector is about none."""
        if pod.key.namespace != self._namespace or pod.key.name in self._gone or self._selector.empty:
            return False
        return self._selector.matches(pod.labels)

    def spend(self, pod: PodInfo) -> bool:
        """Counts the pod as gone; False when that is one too many."""
        self._left -= 1
        return self._left >= 0


def _is_going(pod: Object) -> bool:
    """Whether the pod is on its way out because the scheduler evicted it."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return is_terminating(pod) and any(each["type"] == TARGET and each.get("reason") == BY_SCHEDULER for each in conditions)
