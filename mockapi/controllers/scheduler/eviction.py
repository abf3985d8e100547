"""Making room: the victims of preemption are told why, and deleted with their grace (KEP-3329)."""

from __future__ import annotations

from mockapi.controllers.scheduler.plugins.base import Incoming
from mockapi.controllers.scheduler.podstatus import with_condition
from mockapi.controllers.scheduler.preemption import BY_SCHEDULER, TARGET, Candidate
from mockapi.controllers.scheduler.snapshot import Snapshot
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, uid_of
from mockapi.reconcile.controller import Toolbox
from mockapi.reconcile.recorder import NORMAL, Recorder


class Eviction:
    """Carries out what preemption has chosen."""

    def __init__(self, toolbox: Toolbox, snapshot: Snapshot, recorder: Recorder) -> None:
        self._client = toolbox.client
        self._clock = toolbox.clock
        self._snapshot = snapshot
        self._recorder = recorder

    def make_room(self, incoming: Incoming, candidate: Candidate) -> None:
        """Deletes the victims. Pods of lower priority that room was kept for on the node have to look for another."""
        for victim in candidate.victims:
            self._evict(victim.key, victim.uid, incoming.pod, candidate.node)
        for _, nominee in self._snapshot.nominees(candidate.node):
            if nominee.priority < incoming.info.priority:
                self._disappoint(nominee.key)

    def _evict(self, key: Key, uid: str, preemptor: Object, node: str) -> None:
        victim = self._client.get("pods", *key)
        if victim is None or uid_of(victim) != uid or is_terminating(victim):
            return
        message = f"{preemptor['spec']['schedulerName']}: preempting to accommodate a higher priority pod"
        conditions = with_condition(victim, self._clock, TARGET, "True", BY_SCHEDULER, message)
        self._client.update_status("pods", {**victim, "status": {**victim["status"], "conditions": conditions}})
        self._client.delete("pods", *key, uid=uid)
        note = f"Preempted by pod {uid_of(preemptor)} on node {node}"
        self._recorder.new_event(victim, NORMAL, "Preempted", "Preempting", note, related=preemptor)

    def _disappoint(self, key: Key) -> None:
        try:
            self._client.patch("pods", *key, {"status": {"nominatedNodeName": None}}, "status")
        except StatusError as failure:
            if failure.code != 404:
                raise
