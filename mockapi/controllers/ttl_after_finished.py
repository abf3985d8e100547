"""A finished Job goes, and its pods before it, when it has been kept for as long as it says (KEP-592 ttlSecondsAfterFinished)."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.job import facts
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Key, Object, is_terminating, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key


class TTLAfterFinished(Controller):
    """Deletes finished Jobs whose time is up."""

    name = "ttl-after-finished-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._jobs = toolbox.informers.of(facts.JOBS)

    def watches(self) -> Mapping[str, Watch]:
        return {facts.JOBS: own_key}

    def reconcile(self, key: Key) -> float | None:
        job = self._jobs.get(key)
        left = self._left(job) if job else None
        if job is None or left is None:
            return None
        if left > 0:
            return left
        self.client.delete(facts.JOBS, *key, uid=uid_of(job), propagation="Foreground")
        return None

    def _left(self, job: Object) -> float | None:
        """The seconds that the Job is still to be kept; None when it is not to be deleted."""
        keep, end = job["spec"].get("ttlSecondsAfterFinished"), facts.finished_condition(job)
        if keep is None or end is None or is_terminating(job):
            return None
        return float(keep) - (self.clock.now() - parse_timestamp(end["lastTransitionTime"])).total_seconds()
