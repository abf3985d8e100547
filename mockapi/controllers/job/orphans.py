"""Pods that no Job will count any more lose the finalizer that holds them for it, so that they can go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.job import facts
from mockapi.controllers.job.finalizer import release
from mockapi.machinery.meta import Key, Object, controller_of, key_of, namespace_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch


class JobOrphans(Controller):
    """Looks after tracked pods without a Job, or whose Job is finished. Its keys are those of pods."""

    name = "job-orphans"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._jobs = toolbox.informers.of(facts.JOBS)
        self._pods = toolbox.informers.of("pods")

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": self._orphaned, facts.JOBS: self._left_behind}

    def reconcile(self, key: Key) -> float | None:
        pod = self._pods.get(key)
        if pod is not None and self._is_orphan(pod):
            release(self.client, pod)
        return None

    def _orphaned(self, pod: Object, previous: Object | None) -> Iterable[Key]:
        return [key_of(pod)] if self._is_orphan(pod) else []

    def _left_behind(self, job: Object, previous: Object | None) -> Iterable[Key]:
        """The tracked pods of a Job that has gone or is finished."""
        if previous is not None and not facts.finished_condition(job):
            return []
        return [key_of(pod) for pod in self._pods.owned_by(uid_of(job)) if facts.is_tracked(pod)]

    def _is_orphan(self, pod: Object) -> bool:
        if not facts.is_tracked(pod):
            return False
        reference = controller_of(pod)
        if reference is None:
            return True
        if reference["kind"] != "Job" or reference["apiVersion"] != "batch/v1":
            return False
        job = self._jobs.get(Key(namespace_of(pod), reference["name"]))
        if job is None or uid_of(job) != reference["uid"]:
            return True
        return not facts.is_managed_elsewhere(job) and facts.finished_condition(job) is not None
