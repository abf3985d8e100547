"""Gives each pod of the default scheduler a node, or says why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from mockapi.controllers.scheduler.filters import Candidate, why_not
from mockapi.controllers.scheduler.usage import Usage, request_of
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, controller_of, is_terminating, key_of, name_of, uid_of
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
        self._pods = toolbox.informers.of("pods")
        self._pods.add_index(_PENDING, lambda pod: [True] if _is_waiting(pod) else [])

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": self._of_pod, "nodes": lambda obj, previous: self._waiting() if _matters(obj, previous) else []}

    def reconcile(self, key: Key) -> float | None:
        pod = self.client.get("pods", *key)
        if pod is None or not _is_waiting(pod):
            return None
        if pod["spec"].get("schedulingGates"):
            self._refuse(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
            return None
        nodes = self.client.list("nodes")
        wanted = request_of(pod)
        fitting, reasons = [], Counter[str]()
        for node in nodes:
            reason = why_not(pod, wanted, Candidate(node, self._usage.of(name_of(node))))
            if reason is None:
                fitting.append(node)
            else:
                reasons[reason] += 1
        if fitting:
            self._bind(pod, self._best(pod, fitting))
        else:
            self._give_up(pod, len(nodes), reasons)
        return None

    def _of_pod(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        current = self._pods.get(key_of(obj))
        gone = current is None or uid_of(current) != uid_of(obj)
        self._usage.place(obj, "" if gone else obj["spec"].get("nodeName", ""))
        if gone:
            return self._waiting()
        return own_key(obj, previous) if _is_waiting(obj) and not _is_marked(obj) else []

    def _waiting(self) -> list[Key]:
        return [key_of(pod) for pod in self._pods.indexed(_PENDING, True)]

    def _best(self, pod: Object, nodes: list[Object]) -> Object:
        owner = controller_of(pod)
        kin = Counter(found["spec"].get("nodeName", "") for found in self._pods.owned_by(owner["uid"])) if owner else Counter[str]()
        return min(nodes, key=lambda node: (kin[name_of(node)], self._usage.of(name_of(node)).pods, name_of(node)))

    def _bind(self, pod: Object, node: Object) -> None:
        name = name_of(node)
        meta = {"name": name_of(pod), "namespace": key_of(pod).namespace, "uid": uid_of(pod)}
        target = {"apiVersion": "v1", "kind": "Node", "name": name}
        self.client.act("pods", key_of(pod), "binding", {"apiVersion": "v1", "kind": "Binding", "metadata": meta, "target": target})
        self._usage.place(pod, name)
        self._recorder.new_event(pod, NORMAL, "Scheduled", "Binding", f"Successfully assigned {key_of(pod)} to {name}")

    def _give_up(self, pod: Object, count: int, reasons: Counter[str]) -> None:
        if not count:
            sentence = "no nodes available to schedule pods"
        else:
            listed = ", ".join(sorted(f"{times} {reason}" for reason, times in reasons.items()))
            sentence = (
                f"0/{count} nodes are available: {listed}. no new claims to deallocate, "
                f"preemption: 0/{count} nodes are available: {_preemption(count, reasons)}"
            )
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


def _preemption(count: int, reasons: Counter[str]) -> str:
    """Only a lack of resources could be mended by evicting others, and there is nobody of lower priority."""
    short = sum(times for reason, times in reasons.items() if reason.startswith(("Insufficient", "Too many")))
    parts = [f"{short} No preemption victims found for incoming pod"] if short else []
    parts += [f"{count - short} Preemption is not helpful for scheduling"] if count > short else []
    return ", ".join(parts) + "."
