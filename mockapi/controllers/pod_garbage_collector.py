"""Pods that nobody would delete otherwise go: of nodes that are gone or out of service, never placed, or finished and too many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.disruption import disrupted
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch

# kube-controller-manager: how often pods are looked through, how long a node must be gone, and terminatedPodGCThreshold.
_PERIOD = 20.0
_QUARANTINE = 40.0
_FINISHED_AT_MOST = 12500
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_ALL = Key("", "pods")


class PodGarbageCollector(Controller):
    """Looks through all pods every 20 seconds."""

    name = "pod-garbage-collector"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._missing_since: dict[str, float] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {}

    def seeds(self) -> Iterable[Key]:
        return [_ALL]

    def reconcile(self, key: Key) -> float | None:
        pods = self.informers.of("pods").outlines(podfacts.outline)
        nodes = {name_of(node): node for node in self.informers.of("nodes").list()}
        self._delete(_beyond_the_limit(pods))
        self._delete(pod for pod in pods if is_terminating(pod) and _out_of_service(nodes.get(_node_of(pod))))
        self._delete_orphans(pods, nodes.keys())
        self._delete(pod for pod in pods if is_terminating(pod) and not _node_of(pod))
        return _PERIOD

    def _delete_orphans(self, pods: Objects, nodes: Iterable[str]) -> None:
        """Deletes pods of nodes that have been gone for a while: a node that comes back finds its pods."""
        orphans = [pod for pod in pods if _node_of(pod) and _node_of(pod) not in nodes]
        now = self.clock.monotonic()
        self._missing_since = {name: self._missing_since.get(name, now) for name in map(_node_of, orphans)}
        lost = [pod for pod in orphans if now - self._missing_since[_node_of(pod)] >= _QUARANTINE]
        self._delete(lost, "PodGC: node no longer exists")

    def _delete(self, outlines: Iterable[Object], why: str = "") -> None:
        """Deletes the pods at once, after it has said that they failed and, if there is something to say, why."""
        for outline in outlines:
            pod = self.client.get("pods", *key_of(outline))
            if pod is None or uid_of(pod) != uid_of(outline):
                continue
            with unless_gone():
                if not podfacts.is_finished(pod):
                    told = disrupted(pod, "DeletionByPodGC", why, self.clock.now()) if why else pod
                    self.client.update_status("pods", {**told, "status": {**told["status"], "phase": "Failed"}})
                self.client.delete("pods", *key_of(pod), uid=uid_of(pod), grace=0)


def _beyond_the_limit(pods: Objects) -> Objects:
    """The finished pods that are too many: those that ended badly by a node's doing first, then the oldest."""
    finished = [pod for pod in pods if podfacts.is_finished(pod)]
    finished.sort(key=lambda pod: (pod["status"].get("reason") != "Evicted", pod["metadata"]["creationTimestamp"], name_of(pod)))
    return finished[: max(len(finished) - _FINISHED_AT_MOST, 0)]


def _out_of_service(node: Object | None) -> bool:
    """Whether somebody has vouched for it that the node, which is not ready, is off."""
    if node is None or not any(taint["key"] == _OUT_OF_SERVICE for taint in node["spec"].get("taints") or ()):
        return False
    conditions = (node.get("status") or {}).get("conditions") or ()
    return not any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def _node_of(pod: Object) -> str:
    return str(pod["spec"].get("nodeName") or "")
