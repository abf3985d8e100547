"""The StatefulSet controller: numbered pods, made, updated and removed in order."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.statefulset import identity, status
from mockapi.controllers.statefulset.claims import CLAIMS, MemberClaims
from mockapi.controllers.statefulset.podcontrol import StatefulPodControl
from mockapi.controllers.statefulset.rounds import Round
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.history import History
from mockapi.controllers.workload.podcontrol import namespace_goes
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, name_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_RESOURCE = "statefulsets.apps"


class StatefulSetController(Controller):
    """Brings each StatefulSet a round further, and writes its status."""

    name = "statefulset-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._sets = toolbox.informers.of(_RESOURCE)
        self._claims = Claims(toolbox, _RESOURCE, "pods", identity.is_member)
        self._history = History(toolbox, _RESOURCE)
        recorder = toolbox.recorder(self.name)
        claims = MemberClaims(toolbox.client, toolbox.informers.of(CLAIMS), recorder)
        self._control = StatefulPodControl(toolbox.client, recorder, claims)

    def watches(self) -> Mapping[str, Watch]:
        return {_RESOURCE: own_key, "pods": self._claims.keys}

    def reconcile(self, key: Key) -> float | None:
        statefulset = self._sets.get(key)
        if statefulset is None:
            return None
        with unless_gone():
            return self._bring_further(statefulset)
        return None

    def _bring_further(self, statefulset: Object) -> float | None:
        pods = self._claims.claim(statefulset)
        known = self._history.look(statefulset)
        present = statefulset["status"].get("currentRevision")
        current = next((revision for revision in known.revisions if name_of(revision) == present), known.update)
        step = Round(self._control, statefulset, current, known.update, pods, self.clock.now())
        failure = self._run(step, statefulset)
        self._write_status(statefulset, step, current, known.update, known.collisions)
        live = {name_of(current), name_of(known.update), *map(identity.revision_name, pods)}
        self._history.forget(statefulset, known, live)
        if failure:
            raise failure
        return podfacts.next_availability(pods, status.min_ready_seconds(statefulset), self.clock.now())

    def _run(self, step: Round, statefulset: Object) -> StatusError | None:
        """Runs a round of a set that is to stay; returns what stopped it."""
        try:
            if not is_terminating(statefulset):
                step.run()
        except StatusError as failure:
            return None if namespace_goes(failure) else failure
        return None

    def _write_status(self, statefulset: Object, step: Round, current: Object, update: Object, collisions: int) -> None:
        pods = [*step.replicas, *step.condemned]
        wanted = status.calculate(statefulset, pods, current, update, collisions, self.clock.now())
        if step.deleted:
            wanted["currentReplicas"] -= step.deleted
        wanted = status.completed(statefulset, {name: value for name, value in wanted.items() if name != "currentReplicas" or value})
        if wanted != statefulset["status"]:
            self.client.update_status(_RESOURCE, {**statefulset, "status": wanted})
