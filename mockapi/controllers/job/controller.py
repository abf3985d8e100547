"""The Job controller: pods run until enough of them have succeeded, or too many failed."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.job import facts
from mockapi.controllers.job.backoff import Failures
from mockapi.controllers.job.look import Look
from mockapi.controllers.job.pods import JobPods, Outcome
from mockapi.controllers.job.status import StatusWriter
from mockapi.controllers.job.verdict import completion, deadline, verdict
from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.pacing import Pace
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key


class JobController(Controller):
    """Keeps the pods, and the status, of each Job that is not finished."""

    name = "job-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(self.name)
        self._jobs = toolbox.informers.of(facts.JOBS)
        self._claims = Claims(toolbox, facts.JOBS, "pods", finalizer=facts.TRACKING)
        self._pods = JobPods(toolbox.client, self._recorder)
        self._failures: dict[Key, Failures] = {}
        self._pace = Pace(toolbox.clock)

    def watches(self) -> Mapping[str, Watch]:
        return {facts.JOBS: own_key, "pods": self._claims.keys}

    def reconcile(self, key: Key) -> float | None:
        job = self._jobs.get(key)
        if job is None or facts.finished_condition(job):
            self._failures.pop(key, None)
            return None
        if facts.is_managed_elsewhere(job):
            return None
        if wait := self._pace.wait(key):
            return wait
        with unless_gone():
            return self._bring_further(job)
        return None

    def _bring_further(self, job: Object) -> float | None:
        look = Look(job, self._claims.claim(job), self.clock.now())
        failures = self._count_failures(look)
        ending = verdict(look)
        outcome = self._act(look, failures, ending)
        writer = StatusWriter(self.client, self._recorder, look, outcome)
        if ending is None and not outcome.active and _is_complete(look):
            ending = completion(look)
        elif ending is None and not is_terminating(job):
            writer.set_suspended()
        # As long as a pod could not be deleted it may not lose its finalizer, and the Job does not end.
        writer.write(ending if outcome.failure is None else None)
        self._failures[key_of(job)] = failures
        self._pace.looked(key_of(job), len(look.pods))
        if outcome.failure:
            raise outcome.failure
        return _soonest(outcome.wait, None if ending else deadline(look))

    def _act(self, look: Look, failures: Failures, ending: Object | None) -> Outcome:
        if ending:
            return self._pods.end(look)
        return self._pods.keep(look) if is_terminating(look.job) else self._pods.manage(look, failures)

    def _count_failures(self, look: Look) -> Failures:
        """The failures in a row. After a restart, or a look that was not finished, they are those of the pods that are still there."""
        known = self._failures.pop(key_of(look.job), None)
        if known is None or known.uid != uid_of(look.job):
            succeeded = [pod for pod in look.in_the_books if facts.has_succeeded(pod)]
            failed = [pod for pod in look.in_the_books if facts.has_failed(pod, look.job)]
            known = Failures(uid_of(look.job)).after(succeeded, failed)
        return known.after(look.new_succeeded, look.new_failed)


def _is_complete(look: Look) -> bool:
    """A work queue is empty as soon as one pod has succeeded; other Jobs have a number of completions to reach."""
    return look.succeeded > 0 if look.completions is None else look.succeeded >= look.completions


def _soonest(*waits: float | None) -> float | None:
    return min((wait for wait in waits if wait is not None), default=None)
