"""Gives each pod of the default scheduler a node, or says why it has none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from mockapi.controllers.scheduler.eviction import Eviction
from mockapi.controllers.scheduler.fitting import Findings, Fitting
from mockapi.controllers.scheduler.hints import PodChange, node_may_help
from mockapi.controllers.scheduler.plugins.base import Incoming
from mockapi.controllers.scheduler.plugins.interpod_affinity import INTERPOD
from mockapi.controllers.scheduler.plugins.resources import FIT, PORTS
from mockapi.controllers.scheduler.plugins.topology_spread import SPREAD
from mockapi.controllers.scheduler.plugins.volumes import BINDING, RESTRICTIONS, PodVolumes, Volumes
from mockapi.controllers.scheduler.podinfo import info_of, priority_of
from mockapi.controllers.scheduler.podqueue import EVERYTHING, PodQueue
from mockapi.controllers.scheduler.podstatus import SCHEDULED, with_condition
from mockapi.controllers.scheduler.preemption import Candidate, Preemption, Unhelped
from mockapi.controllers.scheduler.sentences import NO_NODES, blocked, note, unavailable, unhelped
from mockapi.controllers.scheduler.snapshot import Effect, NodeInfo, Snapshot
from mockapi.controllers.workload.podfacts import is_finished
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, labels_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.recorder import NORMAL, WARNING

_SCHEDULER = "default-scheduler"
# After so many seconds a pod is tried again even if nothing seems to have changed.
_LONGEST_STAY = 300.0
# Which plugins may think otherwise after a change.
_CONCERNED = {
    Effect.NONE: frozenset[str](),
    Effect.TAKEN: frozenset({SPREAD, INTERPOD}),
    Effect.FREED: frozenset({FIT, PORTS, RESTRICTIONS, SPREAD, INTERPOD}),
}


class Scheduler(Controller):
    """Places one pod at a time, the most urgent one first."""

    name = "scheduler"
    component = "kube-scheduler"
    row = 50

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(_SCHEDULER)
        self._queue = PodQueue(self.clock)
        self._snapshot = Snapshot()
        self._volumes = Volumes(toolbox)
        self._fitting = Fitting(self._snapshot, toolbox.informers)
        self._preemption = Preemption(self._snapshot, self._fitting, toolbox.informers)
        self._eviction = Eviction(toolbox, self._snapshot, self._recorder)
        self._pods = toolbox.informers.of("pods")
        self._nodes = toolbox.informers.of("nodes")
        self._nodes_known = -1
        for pod in self._pods.list():
            self._snapshot.place(pod)  # before the first pod is placed
            self._snapshot.nominate(pod)

    def watches(self) -> Mapping[str, Watch]:
        def of_storage(watch: Watch) -> Watch:
            return lambda obj, previous: self._queue.wake_these(watch(obj, previous))

        storage = {resource: of_storage(watch) for resource, watch in self._volumes.watches().items()}
        return {"pods": self._of_pod, "nodes": self._of_node, "namespaces": self._of_namespace, **storage}

    def reconcile(self, key: Key) -> float | None:
        """Gives all pods their turn that are more urgent than that of the key, and then that one."""
        if (self._queue.parked_for(key) or 0) >= _LONGEST_STAY:
            self._queue.wake_these([key])
        failed = []
        try:
            while key in self._queue and (urgent := self._queue.pop()) is not None:
                try:
                    self._attempt(urgent)
                except Exception:
                    failed.append(urgent)
                    if urgent == key:
                        raise  # each of the others is a key of its own, which is still to come
        finally:
            self._queue.wake_these(failed)
        parked = self._queue.parked_for(key)
        return None if parked is None else _LONGEST_STAY - parked

    def _attempt(self, key: Key) -> None:
        pod = self.client.get("pods", *key)
        if pod is None or not _is_waiting(pod):
            self._queue.forget(key)
            return
        try:
            self._schedule(pod)
        except StatusError as failure:
            if failure.code != 404:  # the pod is gone
                raise

    def _schedule(self, pod: Object) -> None:
        self._snapshot.remove(uid_of(pod))  # one whose volumes were being bound is counted where it was to go
        self._see_nodes()
        if not self._snapshot.nodes:
            self._refuse(pod, NO_NODES, None, {EVERYTHING})
            return
        incoming, volumes = Incoming(pod, info_of(pod)), self._volumes.of(pod)
        obstacle = self._fitting.obstacle(incoming, volumes)
        if obstacle:
            self._refuse(pod, blocked(len(self._snapshot.nodes), obstacle.reason), None, {obstacle.plugin})
            return
        with self._snapshot.lock:
            findings = self._fitting.find(incoming, volumes)
            if not findings.fitting:
                verdict = self._preemption.consider(incoming, findings, volumes)
            else:
                chosen = self._fitting.best(incoming, findings)
                self._snapshot.place(pod, chosen.name)
        if findings.fitting:
            self._take(pod, chosen, volumes)
        else:
            self._give_up(incoming, findings, verdict)

    def _take(self, pod: Object, node: NodeInfo, volumes: PodVolumes) -> None:
        """Binds the pod to the node, on which it is counted already; it waits there for volumes that are yet to be bound."""
        try:
            if volumes.bind(node.node):
                self._bind(pod, node.name)
            else:
                self._queue.park(key_of(pod), {BINDING})
        except Exception:
            self._snapshot.remove(uid_of(pod))
            current = self._pods.get(key_of(pod))
            if current is not None:
                self._snapshot.place(current)
            raise

    def _bind(self, pod: Object, node: str) -> None:
        key = key_of(pod)
        meta = {"name": key.name, "namespace": key.namespace, "uid": uid_of(pod)}
        target = {"apiVersion": "v1", "kind": "Node", "name": node}
        self.client.act("pods", key, "binding", {"apiVersion": "v1", "kind": "Binding", "metadata": meta, "target": target})
        self._queue.forget(key)
        self._recorder.new_event(pod, NORMAL, "Scheduled", "Binding", f"Successfully assigned {key} to {node}")

    def _give_up(self, incoming: Incoming, findings: Findings, verdict: Candidate | Unhelped) -> None:
        """Has other pods make room, if that helps; the pod waits in any case."""
        plugins, sentence = findings.plugins, unavailable(findings.count, findings.reasons)
        if isinstance(verdict, Candidate):
            self._refuse(incoming.pod, sentence, verdict.node, plugins)
            self._eviction.make_room(incoming, verdict)
        else:
            self._refuse(incoming.pod, unhelped(sentence, verdict.why), "" if verdict.weighed else None, plugins)

    def _refuse(self, pod: Object, sentence: str, nominated: str | None, plugins: Collection[str]) -> None:
        """Says why the pod has no node; `nominated` is where room is being made for it, None leaves that as it is."""
        self._queue.park(key_of(pod), plugins)
        status = {**pod["status"], "conditions": with_condition(pod, self.clock, SCHEDULED, "False", "Unschedulable", sentence)}
        if nominated:
            status["nominatedNodeName"] = nominated
        elif nominated is not None:
            status.pop("nominatedNodeName", None)
        if status != pod["status"]:
            updated = self.client.update_status("pods", {**pod, "status": status})
            if nominated:  # before the victims go; that room is kept no longer, others are told with the change
                self._snapshot.nominate(updated)
        self._recorder.new_event(pod, WARNING, "FailedScheduling", "Scheduling", note(sentence))

    def _see_nodes(self) -> None:
        """Takes over changes of nodes that the manager has not told of yet: the pod may have been made with them in mind."""
        revision = self._nodes.revision
        if revision > self._nodes_known:
            self._snapshot.describe_all(self._nodes.list())
            self._nodes_known = revision

    def _of_pod(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        key = key_of(obj)
        current = self._pods.get(key)
        if current is None or uid_of(current) != uid_of(obj):
            return self._of_gone(obj, current)
        if not _is_waiting(current):
            self._queue.forget(key)
            effects = {self._snapshot.place(current), self._snapshot.dismiss(uid_of(obj))}
            if previous is not None and not previous["spec"].get("nodeName"):
                effects.add(Effect.TAKEN)  # it was counted already when it was bound, but nobody was told
            return self._of_change(effects, obj, previous)
        woken = self._of_change({self._snapshot.nominate(current)}, obj, obj)
        if previous is None or not self._queue.is_parked(key) or _asks_otherwise(obj, previous):
            self._queue.add(key, priority_of(current))
            return [*woken, key]
        return woken

    def _of_gone(self, obj: Object, current: Object | None) -> Iterable[Key]:
        if current is None:
            self._queue.forget(key_of(obj))
        return self._of_change({self._snapshot.remove(uid_of(obj)), self._snapshot.dismiss(uid_of(obj))}, None, obj)

    def _of_change(self, effects: set[Effect], now: Object | None, before: Object | None) -> list[Key]:
        """Wakes the pods for which it may matter that a pod has come, has changed or is gone."""
        plugins = frozenset[str]().union(*(_CONCERNED[effect] for effect in effects))
        if not plugins or not self._queue.plugins & {*plugins, EVERYTHING}:
            return []
        gone = info_of(before) if before and (Effect.FREED in effects or before["spec"].get("nodeName")) else None
        change = PodChange(gone, info_of(now) if now else None, self._fitting.labels_of_namespace)
        return self._queue.wake(plugins, lambda key, refusing: self._may_help(key, lambda pod: change.may_help(pod, refusing & plugins)))

    def _of_node(self, node: Object, previous: Object | None) -> Iterable[Key]:
        current = self._nodes.get(key_of(node))
        if current is None:
            self._snapshot.drop(name_of(node))
            return self._queue.wake({SPREAD})
        self._nodes_known = max(self._nodes_known, int(current["metadata"]["resourceVersion"]))
        changed, info = self._snapshot.describe(current), self._snapshot.node(name_of(node))
        if not changed or info is None:
            return []
        return self._queue.wake(
            self._queue.plugins, lambda key, refusing: self._may_help(key, lambda pod: node_may_help(pod, refusing, info))
        )

    def _of_namespace(self, namespace: Object, previous: Object | None) -> Iterable[Key]:
        changed = previous is not None and labels_of(previous) != labels_of(namespace)
        return self._queue.wake({INTERPOD}) if changed else []

    def _may_help(self, key: Key, helps: Callable[[Incoming], bool]) -> bool:
        pod = self._pods.get(key)
        return pod is not None and helps(Incoming(pod, info_of(pod)))


def _is_waiting(pod: Object) -> bool:
    spec = pod["spec"]
    return (
        not spec.get("nodeName")
        and spec.get("schedulerName") == _SCHEDULER
        and not spec.get("schedulingGates")
        and not is_terminating(pod)
        and not is_finished(pod)
    )


def _asks_otherwise(pod: Object, previous: Object) -> bool:
    """What the scheduler writes itself changes nothing that decides where the pod may go."""
    before, after = previous["metadata"], pod["metadata"]
    return bool(before.get("generation") != after.get("generation") or before.get("labels") != after.get("labels"))
