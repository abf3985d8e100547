"""Gives each pod of the default scheduler a node, or says why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from mockapi.controllers.scheduler.filters import Candidate, Refusal, why_not
from mockapi.controllers.scheduler.usage import Request, Usage, request_of
from mockapi.controllers.scheduler.volumes import Volumes
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import NORMAL, WARNING

_SCHEDULER = "default-scheduler"
_PENDING = "unscheduled"
_SCHEDULED = "PodScheduled"


class Scheduler(Controller):
    """Places one pod at a time, on the node that has fewest of its kin, then fewest pods."""

    name = "scheduler"
    component = "kube-scheduler"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(_SCHEDULER)
        self._usage = Usage()
        self._volumes = Volumes(toolbox)
        self._pods = toolbox.informers.of("pods")
        self._pods.add_index(_PENDING, lambda pod: [True] if _is_waiting(pod) else [])
        for pod in self._pods.list():
            self._usage.place(pod)  # before the first pod is placed

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": self._of_pod, "nodes": self._of_node, **self._volumes.watches()}

    def reconcile(self, key: Key) -> float | None:
        pod = self.client.get("pods", *key)
        if pod is None or not _is_waiting(pod):
            return None
        if pod["spec"].get("schedulingGates"):
            self._refuse(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
            return None
        try:
            self._schedule(pod)
        except StatusError as failure:
            if failure.code != 404:  # the pod is gone
                raise
        return None

    def _schedule(self, pod: Object) -> None:
        self._usage.remove(pod)  # one whose volumes were being bound is counted where it was to go
        nodes = self.client.list("nodes")
        volumes = self._volumes.of(pod)
        if nodes and volumes.obstacle:
            self._give_up(pod, _failure_at_once(len(nodes), volumes.obstacle))
            return
        wanted = request_of(pod)
        fitting, refusals = [], []
        for node in nodes:
            refusal = why_not(pod, wanted, Candidate(node, self._usage.of(name_of(node)))) or volumes.why_not(node)
            if refusal is None:
                fitting.append(node)
            else:
                refusals.append(refusal)
        if not fitting:
            self._give_up(pod, _failure(refusals))
            return
        node = self._best(wanted, fitting)
        if volumes.bind(node):
            self._bind(pod, node)
        else:
            self._usage.place(pod, name_of(node))

    def _of_pod(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        current = self._pods.get(key_of(obj))
        if current is None or uid_of(current) != uid_of(obj):
            return self._waiting() if self._usage.remove(obj) else []
        freed = self._usage.place(current)
        if freed:
            return self._waiting()
        return own_key(obj, previous) if _is_waiting(current) and not _is_marked(current) else []

    def _of_node(self, node: Object, previous: Object | None) -> Iterable[Key]:
        return self._waiting() if _matters(node, previous) else []

    def _waiting(self) -> list[Key]:
        return [key_of(pod) for pod in self._pods.indexed(_PENDING, True)]

    def _best(self, wanted: Request, nodes: list[Object]) -> Object:
        def crowd(node: Object) -> tuple[int, int, str]:
            load = self._usage.of(name_of(node))
            return load.owners[wanted.owner] if wanted.owner else 0, load.pods, name_of(node)

        return min(nodes, key=crowd)

    def _bind(self, pod: Object, node: Object) -> None:
        key, name = key_of(pod), name_of(node)
        meta = {"name": key.name, "namespace": key.namespace, "uid": uid_of(pod)}
        target = {"apiVersion": "v1", "kind": "Node", "name": name}
        self._usage.place(pod, name)  # beforehand: whoever removes the pod once it is bound finds it counted
        try:
            self.client.act("pods", key, "binding", {"apiVersion": "v1", "kind": "Binding", "metadata": meta, "target": target})
        except Exception:
            self._usage.remove(pod)
            current = self._pods.get(key)
            if current is not None:
                self._usage.place(current)
            raise
        self._recorder.new_event(pod, NORMAL, "Scheduled", "Binding", f"Successfully assigned {key} to {name}")

    def _give_up(self, pod: Object, sentence: str) -> None:
        if self._refuse(pod, "Unschedulable", sentence):
            self._recorder.new_event(pod, WARNING, "FailedScheduling", "Scheduling", sentence)

    def _refuse(self, pod: Object, reason: str, message: str) -> bool:
        """Writes the PodScheduled condition; False when it said so already."""
        conditions = pod["status"].get("conditions") or []
        present: Object = next((condition for condition in conditions if condition["type"] == _SCHEDULED), {})
        if (present.get("status"), present.get("reason"), present.get("message")) == ("False", reason, message):
            return False
        changed = present["lastTransitionTime"] if present.get("status") == "False" else timestamp(self.clock.now())
        condition = {
            "type": _SCHEDULED,
            "observedGeneration": pod["metadata"].get("generation", 0),
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": changed,
            "reason": reason,
            "message": message,
        }
        others = [found for found in conditions if found["type"] != _SCHEDULED]
        status = {**pod["status"], "phase": "Pending", "conditions": [*others, condition]}
        self.client.update_status("pods", {**pod, "status": status})
        return True


def _is_waiting(pod: Object) -> bool:
    spec = pod["spec"]
    return not spec.get("nodeName") and spec.get("schedulerName") == _SCHEDULER and not is_terminating(pod)


def _is_marked(pod: Object) -> bool:
    """Whether the pod was refused for what it still asks for; nodes and other pods wake it then."""
    generation = pod["metadata"].get("generation")
    conditions = pod["status"].get("conditions") or ()
    return any(condition["type"] == _SCHEDULED and condition.get("observedGeneration") == generation for condition in conditions)


def _matters(node: Object, previous: Object | None) -> bool:
    """Heartbeats change nothing that decides where pods may go."""
    if previous is None:
        return True
    before, after = previous.get("status") or {}, node.get("status") or {}
    return bool(
        previous["spec"] != node["spec"]
        or previous["metadata"].get("labels") != node["metadata"].get("labels")
        or before.get("allocatable") != after.get("allocatable")
    )


def _failure_at_once(count: int, reason: str) -> str:
    """The sentence about a pod that fits nowhere whatever the node; the last words are of a plugin that did not get its turn."""
    return f"0/{count} nodes are available: {reason}. not found"


def _failure(refusals: list[Refusal]) -> str:
    """The sentence about a pod that fits nowhere; none of the others has a lower priority, so none is evicted."""
    count = len(refusals)
    if not count:
        return "no nodes available to schedule pods"
    reasons = Counter(reason for refusal in refusals for reason in refusal.reasons)
    listed = ", ".join(sorted(f"{times} {reason}" for reason, times in reasons.items()))
    final = sum(refusal.final for refusal in refusals)
    parts = [f"{count - final} No preemption victims found for incoming pod"] if count > final else []
    parts += [f"{final} Preemption is not helpful for scheduling"] if final else []
    return (
        f"0/{count} nodes are available: {listed}. no new claims to deallocate, "
        f"preemption: 0/{count} nodes are available: {', '.join(sorted(parts))}."
    )
