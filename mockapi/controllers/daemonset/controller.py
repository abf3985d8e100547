"""The DaemonSet controller: a pod on each node that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockapi.controllers.daemonset import rollout, status
from mockapi.controllers.daemonset.placement import Placement
from mockapi.controllers.daemonset.pods import new_pod
from mockapi.controllers.daemonset.survey import Survey, Work, min_ready_seconds, survey
from mockapi.controllers.daemonset.upkeep import Upkeep
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.history import REVISION_LABEL, History, Known
from mockapi.controllers.workload.pacing import Pace
from mockapi.controllers.workload.podcontrol import PodControl, namespace_goes
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, labels_of, name_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_RESOURCE = "daemonsets.apps"


class DaemonSetController(Controller):
    """Keeps the pods, and the status, of each DaemonSet."""

    name = "daemonset-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        recorder = toolbox.recorder(self.name)
        self._sets = toolbox.informers.of(_RESOURCE)
        self._nodes = toolbox.informers.of("nodes")
        self._claims = Claims(toolbox, _RESOURCE, "pods")
        self._history = History(toolbox, _RESOURCE, hash_label=REVISION_LABEL, limits_all=True)
        self._pods = PodControl(toolbox.client, recorder)
        self._upkeep = Upkeep(recorder, toolbox.clock)
        self._pace = Pace(toolbox.clock)

    def watches(self) -> Mapping[str, Watch]:
        watches: Mapping[str, Watch] = {_RESOURCE: own_key, "pods": self._claims.keys, "nodes": self._of_node}
        return {**watches, **self._history.watches()}

    def reconcile(self, key: Key) -> float | None:
        daemonset = self._sets.get(key)
        if daemonset is None or is_terminating(daemonset):
            return None
        if wait := self._pace.wait(key):
            return wait
        with unless_gone():
            return self._bring_further(daemonset)
        return None

    def _of_node(self, node: Object, previous: Object | None) -> Iterator[Key]:
        """The DaemonSets for which a node that comes, goes or changes makes a difference."""
        if previous is not None and _looks_like(node, previous):
            return
        for daemonset in self._sets.list():
            placement = Placement(daemonset)
            fit = placement.fit(node)
            if any(fit) if previous is None else fit != placement.fit(previous):
                yield key_of(daemonset)

    def _bring_further(self, daemonset: Object) -> float | None:
        known = self._history.look(daemonset)
        found = self._look(daemonset, known)
        work, failure = self._work(found), None
        try:
            self._carry_out(found, work)
            self._forget(found, known)
        except StatusError as caught:
            failure = caught
        if work.nodes or work.pods:
            found = self._look(daemonset, known)
        self._write_status(found, known.collisions)
        if failure:
            raise failure
        self._pace.looked(key_of(daemonset), len(found.claimed))
        return _soonest(work.wait, _next_availability(found))

    def _work(self, found: Survey) -> Work:
        """What is to be done now; an update goes on only where every node is as it should be."""
        work = self._upkeep.work(found)
        if not work.nodes and not work.pods:
            step = rollout.step(found)
            work.nodes, work.pods = step.nodes, step.pods
        return work

    def _look(self, daemonset: Object, known: Known) -> Survey:
        return survey(daemonset, _code(known.update), self._nodes.list(), self._claims.claim(daemonset), self.clock.now())

    def _carry_out(self, found: Survey, work: Work) -> None:
        """Makes pods until one is refused, and deletes pods nevertheless. StatusError."""
        failure = None
        try:
            for node in work.nodes:
                self._pods.create(new_pod(found.daemonset, found.code, node), found.daemonset)
        except StatusError as refused:
            failure = None if namespace_goes(refused) else refused
        for pod in work.pods:
            self._pods.delete(pod, found.daemonset)
        if failure:
            raise failure

    def _write_status(self, found: Survey, collisions: int) -> None:
        wanted = status.calculate(found, collisions)
        if wanted != found.daemonset["status"]:
            self.client.update_status(_RESOURCE, {**found.daemonset, "status": wanted})

    def _forget(self, found: Survey, known: Known) -> None:
        codes = {labels_of(pod).get(REVISION_LABEL) for pod in found.claimed}
        live = {name_of(revision) for revision in known.revisions if _code(revision) in codes}
        self._history.forget(found.daemonset, known, live | {name_of(known.update)})


def _code(revision: Object) -> str:
    """What the label of pods says that are of that revision."""
    return labels_of(revision).get(REVISION_LABEL, name_of(revision))


def _next_availability(found: Survey) -> float | None:
    seconds = min_ready_seconds(found.daemonset)
    return podfacts.next_availability(found.claimed, seconds, found.now) if seconds else None


def _looks_like(node: Object, previous: Object) -> bool:
    """Whether nothing has changed that pods are placed by."""
    return labels_of(node) == labels_of(previous) and node["spec"].get("taints") == previous["spec"].get("taints")


def _soonest(*waits: float | None) -> float | None:
    return min((wait for wait in waits if wait is not None), default=None)
