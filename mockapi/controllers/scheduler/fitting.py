"""Which nodes a pod fits, by all plugins in the order in which kube-scheduler asks them, and which of those nodes is best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from mockapi.controllers.scheduler.plugins import spread_scores, topology_spread
from mockapi.controllers.scheduler.plugins.base import Check, Feasible, Incoming, Obstacle, Refusal, normalized
from mockapi.controllers.scheduler.plugins.companions import Companions
from mockapi.controllers.scheduler.plugins.interpod_affinity import InterPodAffinity
from mockapi.controllers.scheduler.plugins.nodes import NODE_AFFINITY, named_nodes
from mockapi.controllers.scheduler.plugins.volumes import BINDING, PodVolumes
from mockapi.controllers.scheduler.profile import Profile, Profiles, why_not
from mockapi.controllers.scheduler.snapshot import NodeInfo, Snapshot, Trial
from mockapi.reconcile.informer import Informers

# How much the plugins' scores count in the default profile; what is left of a node counts once.
_TAINTS, _AFFINITY, _SPREAD, _INTERPOD = 3, 2, 2, 2
_CROWD = attrgetter("crowd")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the plugins say of each node. Lists are by position of the node in `nodes`; `fitting` has the positions without
    refusal, `feasible` the nodes there.

    `count` is how many nodes there are; those that are not among `nodes` are not named by the pod's affinity.
    """

    nodes: Sequence[NodeInfo]
    count: int
    profile: Profile
    feasible: Feasible
    refusals: list[Refusal | None]
    fitting: list[int]

    @property
    def plugins(self) -> set[str]:
        """The plugins that are against some node."""
        return {refusal.plugin for refusal in self.refusals if refusal} | ({NODE_AFFINITY} if self._unnamed else set())

    @property
    def reasons(self) -> list[str]:
        """All that is said against nodes."""
        said = [reason for refusal in self.refusals if refusal for reason in refusal.reasons]
        return said + [f"node(s) didn't satisfy plugin(s) [{NODE_AFFINITY}]"] * self._unnamed

    @property
    def _unnamed(self) -> int:
        return self.count - len(self.nodes)


class Fitting:
    """Asks the plugins. Whoever calls holds the snapshot's lock, as long as the answer is to be true."""

    def __init__(self, snapshot: Snapshot, informers: Informers) -> None:
        self._snapshot = snapshot
        self._interpod = InterPodAffinity(snapshot, informers.of("namespaces"))
        self._companions = Companions(informers)
        self._profiles = Profiles()

    def labels_of_namespace(self, name: str) -> Mapping[str, str]:
        """The labels of a namespace; none when it is gone."""
        return self._interpod.labels_of_namespace(name)

    def obstacle(self, incoming: Incoming, volumes: PodVolumes) -> Obstacle | None:
        """Why the pod can go nowhere yet; None when it is for the nodes to say."""
        if named_nodes(incoming.pod) == frozenset():
            return Obstacle(NODE_AFFINITY, "pod affinity terms conflict")
        return Obstacle(BINDING, volumes.obstacle) if volumes.obstacle else None

    def find(self, incoming: Incoming, volumes: PodVolumes) -> Findings:
        """Asks all nodes, as if pods of no less priority were already where room is being made for them."""
        with self._snapshot.trial() as trial:
            nominated = self.add_nominees(trial, incoming)
            findings = self._find(incoming, volumes)
        if nominated and (incoming.info.affinity.required or incoming.pod["spec"].get("topologySpreadConstraints")):
            return self._again(incoming, volumes, findings)
        return findings

    def add_nominees(self, trial: Trial, incoming: Incoming) -> set[str]:
        """Puts the pods that room is kept for on their nodes, unless the incoming one goes before them. Returns the nodes."""
        pod, nodes = incoming.info, set()
        for node, nominee in self._snapshot.nominees():
            if nominee.priority >= pod.priority and nominee.uid != pod.uid and not self._snapshot.is_placed(nominee.uid):
                trial.add(node, nominee)
                nodes.add(node)
        return nodes

    def why_not(self, incoming: Incoming, volumes: PodVolumes, info: NodeInfo) -> Refusal | None:
        """What is against one node; None when the pod fits there."""
        return why_not(incoming, info) or _first(self._checks(incoming, volumes), info)

    def best(self, incoming: Incoming, findings: Findings) -> NodeInfo:
        """The best of the nodes that the pod fits: where room was made for it, else by score; of equals the one with the fewest pods."""
        nodes, positions = findings.feasible.nodes, findings.fitting
        nominated = (incoming.pod.get("status") or {}).get("nominatedNodeName")
        chosen = next((info for info in nodes if info.name == nominated), None) if nominated else None
        if chosen is not None or len(nodes) == 1:
            return chosen or nodes[0]
        room = findings.profile.room
        totals = [room[position] for position in positions] if len(positions) < len(room) else room
        for weight, scores in self._scores(incoming, findings):
            totals = [total + weight * score for total, score in zip(totals, scores, strict=True)]
        highest = max(totals)
        return min((info for info, total in zip(nodes, totals, strict=True) if total == highest), key=_CROWD)

    def _find(self, incoming: Incoming, volumes: PodVolumes) -> Findings:
        nodes, named = self._snapshot.nodes, named_nodes(incoming.pod)
        if named is None:
            profile = self._profiles.of(incoming)
        else:
            nodes, profile = [info for info in nodes if info.name in named], Profile()
        profile.look(incoming, nodes, self._snapshot.layout)
        checks = self._checks(incoming, volumes)
        if not checks:
            return Findings(nodes, len(self._snapshot.nodes), profile, profile.feasible(nodes), profile.refusals, profile.fitting)
        refusals = [refusal or _first(checks, info) for refusal, info in zip(profile.refusals, nodes, strict=True)]
        return self._found(nodes, profile, refusals)

    def _found(self, nodes: Sequence[NodeInfo], profile: Profile, refusals: list[Refusal | None]) -> Findings:
        fitting = [position for position, refusal in enumerate(refusals) if refusal is None]
        feasible = Feasible([nodes[position] for position in fitting])
        return Findings(nodes, len(self._snapshot.nodes), profile, feasible, refusals, fitting)

    def _again(self, incoming: Incoming, volumes: PodVolumes, findings: Findings) -> Findings:
        """A pod must not rely on pods that may yet go elsewhere."""
        refusals, checks = list(findings.refusals), self._checks(incoming, volumes)
        for position in findings.fitting:
            refusals[position] = _first(checks, findings.nodes[position])
        return self._found(findings.nodes, findings.profile, refusals)

    def _checks(self, incoming: Incoming, volumes: PodVolumes) -> list[Check]:
        """The filters that look beyond the node itself, in order; those that have nothing to say of the pod are left out."""
        checks = (volumes.check, topology_spread.begin(self._snapshot, incoming), self._interpod.begin(incoming))
        return [check for check in checks if check is not None]

    def _scores(self, incoming: Incoming, findings: Findings) -> Iterator[tuple[int, list[int]]]:
        profile, fitting = findings.profile, findings.fitting
        if any(profile.soft):
            yield _TAINTS, normalized([profile.soft[position] for position in fitting], reverse=True)
        if any(profile.preferred):
            yield _AFFINITY, normalized([profile.preferred[position] for position in fitting])
        if spread := spread_scores.scores(self._snapshot, incoming, findings.feasible, self._companions.selector_of):
            yield _SPREAD, spread
        if interpod := self._interpod.scores(incoming, findings.feasible):
            yield _INTERPOD, interpod


def _first(checks: Sequence[Check], info: NodeInfo) -> Refusal | None:
    return next((refusal for check in checks if (refusal := check(info))), None)
