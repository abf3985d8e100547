"""The pods of a Job: as many as should run are made, the others deleted (JobSpec.parallelism and completions)."""

from __future__ import annotations

from dataclasses import dataclass

from mockapi.controllers.job import facts, indexes
from mockapi.controllers.job.backoff import Failures, finish_time
from mockapi.controllers.job.finalizer import release
from mockapi.controllers.job.look import Look, failures_before
from mockapi.controllers.job.template import new_pod
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.deletion_order import first_to_go
from mockapi.controllers.workload.podcontrol import PodControl, namespace_goes
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, Objects, uid_of
from mockapi.reconcile.recorder import Recorder
from mockapi.registry.client import Client

# How many pods one look makes or deletes at most.
_BURST = 500


@dataclass
class Outcome:
    """How many pods there are after one look's work: what JobStatus tells. `wait` is in how many seconds there will be more to do,
    `failure` what kept some of the work from being done."""

    active: int
    ready: int
    terminating: int
    wait: float | None = None
    failure: StatusError | None = None

    def went(self, pod: Object) -> None:
        """Counts a pod that has been deleted."""
        self.active -= 1
        self.ready -= podfacts.is_ready(pod)
        self.terminating += 1


class JobPods:
    """Makes and deletes the pods of Jobs."""

    def __init__(self, client: Client, recorder: Recorder) -> None:
        self._client = client
        self._control = PodControl(client, recorder)

    def keep(self, look: Look) -> Outcome:
        """Leaves all pods as they are."""
        return Outcome(len(look.active), sum(map(podfacts.is_ready, look.active)), len(look.going))

    def end(self, look: Look) -> Outcome:
        """Deletes all pods of a Job that ends. They are counted before they are gone."""
        return self._delete(look, look.active, counted=True)

    def manage(self, look: Look, failures: Failures) -> Outcome:
        """Brings the number of pods nearer to what it should be: in one look pods are either deleted or made."""
        wanted = 0 if look.suspended else _wanted(look)
        excess = _excess(look, max(0, len(look.active) - wanted))
        if excess or look.suspended:
            return self._delete(look, excess if look.suspended else excess[:_BURST], counted=False)
        outcome = self.keep(look)
        missing = wanted - outcome.active - (outcome.terminating if facts.replaces_only_failed(look.job) else 0)
        if missing > 0:
            self._fill(look, failures, min(missing, _BURST), outcome)
        return outcome

    def _delete(self, look: Look, pods: Objects, *, counted: bool) -> Outcome:
        outcome = self.keep(look)
        for pod in pods:
            try:
                if not counted:
                    release(self._client, pod)
                self._control.delete(pod, look.job)
                outcome.went(pod)
            except StatusError as failure:
                outcome.failure = failure
        return outcome

    def _fill(self, look: Look, failures: Failures, count: int, outcome: Outcome) -> None:
        """Makes pods until one is refused, unless it is too early after a failure."""
        places: list[int] | list[None] = [None] * count
        wait = failures.wait(look.now) if look.per_index is None else 0.0
        if look.indexed:
            places, wait_of_index = _places(look, count)
            wait = wait or wait_of_index
        if wait:
            outcome.wait = wait
            return
        try:
            for index in places:
                self._control.create(new_pod(look, index), look.job)
                outcome.active += 1
        except StatusError as failure:
            outcome.failure = None if namespace_goes(failure) else failure


def _wanted(look: Look) -> int:
    """How many pods should run: those of a work queue until one of them has succeeded, others as long as completions are missing."""
    parallelism = int(look.spec["parallelism"])
    if look.completions is None:
        return len(look.active) if look.succeeded else parallelism
    return max(0, min(look.completions - look.succeeded, parallelism))


def _excess(look: Look, at_least: int) -> Objects:
    """The pods that should not run: those with an index that another has or that the Job has not, and so many in all."""
    misplaced = _misplaced(look) if look.indexed else []
    uids = {uid_of(pod) for pod in misplaced}
    rest = [pod for pod in look.active if uid_of(pod) not in uids]
    return misplaced + first_to_go(rest, (), max(0, at_least - len(misplaced)), look.now)


def _misplaced(look: Look) -> Objects:
    misplaced: Objects = []
    by_index: dict[int, Objects] = {}
    for pod in look.active:
        index = look.valid_index(pod)
        if index is None:
            misplaced.append(pod)
        else:
            by_index.setdefault(index, []).append(pod)
    for pods in by_index.values():
        misplaced += first_to_go(pods, (), len(pods) - 1, look.now)
    return misplaced


def _places(look: Look, count: int) -> tuple[list[int], float]:
    """The indexes that are to have pods now; or none, and the seconds until the first may have one again."""
    taken = look.completed | indexes.of(look.indexes_of(look.active))
    if facts.replaces_only_failed(look.job):
        taken |= indexes.of(look.indexes_of(look.going))
    if look.per_index is None:
        return taken.first_missing(count, look.completions or 0), 0.0
    waits = {index: _wait_of(look, index) for index in (taken | look.failed_indexes).first_missing(count, look.completions or 0)}
    due = [index for index, wait in waits.items() if not wait]
    return due, 0.0 if due else min(waits.values(), default=0.0)


def _wait_of(look: Look, index: int) -> float:
    held = look.held.get(index)
    return Failures("", failures_before(held) + 1, finish_time(held)).wait(look.now) if held else 0.0
