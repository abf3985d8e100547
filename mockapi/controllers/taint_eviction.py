"""Pods leave nodes that have a NoExecute taint, at once or when the time is over that they tolerate it (Toleration.tolerationSeconds)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.disruption import disrupted
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, uid_of
from mockapi.machinery.tolerations import tolerates
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key


class _Leave(NamedTuple):
    """Of which pod, and since when its time runs."""

    uid: str
    since: datetime


class TaintEviction(Controller):
    """Deletes the pods that may not stay."""

    name = "taint-eviction-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(self.name)
        self._leaving: dict[Key, _Leave] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {"nodes": self._pods_of, "pods": self._pod}

    def reconcile(self, key: Key) -> float | None:
        pod = self.informers.of("pods").get(key)
        if pod is None or is_terminating(pod):
            self._leaving.pop(key, None)
            return None
        taints, now = self._taints(pod), self.clock.now()
        leave = self._leave(key, pod, taints, now)
        seconds = _tolerated_for(pod, taints)
        if seconds is None:
            self._let_stay(key, pod)
            return None
        self._leaving[key] = leave
        wait = (leave.since - now) / timedelta(seconds=1) + seconds
        if wait > 0:
            return wait
        self._evict(key, pod)
        return None

    def _pod(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """Pods that come to a tainted node, and those that wait for their end."""
        return own_key(obj, previous) if key_of(obj) in self._leaving or self._taints(obj) else ()

    def _pods_of(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        if not _evicting(obj) and not (previous and _evicting(previous)):
            return []
        pods = self.informers.of("pods").outlines(podfacts.outline)
        return [key_of(pod) for pod in pods if pod["spec"].get("nodeName") == name_of(obj)]

    def _leave(self, key: Key, pod: Object, taints: Objects, now: datetime) -> _Leave:
        """What is known of the pod's leave; its time began with the first taint, even if another has taken its place."""
        known = self._leaving.get(key)
        if known and known.uid == uid_of(pod):
            return known
        return _Leave(uid_of(pod), min((parse_timestamp(taint["timeAdded"]) for taint in taints if taint.get("timeAdded")), default=now))

    def _taints(self, pod: Object) -> Objects:
        node = self.informers.of("nodes").get(Key("", pod["spec"].get("nodeName") or ""))
        return _evicting(node) if node else []

    def _let_stay(self, key: Key, pod: Object) -> None:
        if self._leaving.pop(key, None):
            self._recorder.event(pod, "Normal", "TaintManagerEviction", f"Cancelling deletion of Pod {key.namespace}/{key.name}")

    def _evict(self, key: Key, pod: Object) -> None:
        self._recorder.event(pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key.namespace}/{key.name}")
        with unless_gone():
            why = "Taint manager: deleting due to NoExecute taint"
            self.client.update_status("pods", disrupted(pod, "DeletionByTaintManager", why, self.clock.now()))
            self.client.delete("pods", *key, uid=uid_of(pod))


def _evicting(node: Object) -> Objects:
    return [taint for taint in node["spec"].get("taints") or () if taint.get("effect") == "NoExecute"]


def _tolerated_for(pod: Object, taints: Objects) -> float | None:
    """How many seconds the pod tolerates all the taints; None when for ever."""
    limits: list[int] = []
    for taint in taints:
        covering = [toleration for toleration in pod["spec"].get("tolerations") or () if tolerates(toleration, taint)]
        if not covering:
            return 0
        limits += [max(each["tolerationSeconds"], 0) for each in covering if each.get("tolerationSeconds") is not None]
    return min(limits, default=None)
