"""Writing the status of a Job: first what is to be remembered, then the finalizers of its pods go, then what they come to."""

from __future__ import annotations

from mockapi.controllers.job import facts
from mockapi.controllers.job.books import Books
from mockapi.controllers.job.finalizer import release
from mockapi.controllers.job.look import Look
from mockapi.controllers.job.pods import Outcome
from mockapi.controllers.job.verdict import FAILURE_TARGET, condition
from mockapi.controllers.workload import conditions
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, Objects
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

_COUNTED = ("active", "succeeded", "failed", "completedIndexes", "failedIndexes")
_SUSPENDED = "Suspended"


class StatusWriter:
    """Writes the status after one look at a Job, in as many steps as it takes. Raises StatusError; the next look then goes on."""

    def __init__(self, client: Client, recorder: Recorder, look: Look, outcome: Outcome) -> None:
        self._client = client
        self._recorder = recorder
        self._look = look
        self._job = look.job
        self._outcome = outcome
        self._books = Books(look)
        self._conditions: Objects = list(look.status.get("conditions") or ())
        self._times = {"startTime": look.started}

    def set_suspended(self) -> None:
        """Has the condition Suspended say whether the Job is: only Jobs that ever were have it. A resumed Job starts anew."""
        suspended, present = self._look.suspended, conditions.find(self._conditions, _SUSPENDED)
        if suspended == (present is not None and present["status"] == "True"):
            return
        reason, message = ("JobSuspended", "Job suspended") if suspended else ("JobResumed", "Job resumed")
        new = condition(_SUSPENDED, reason, message, self._look.now, status=str(suspended))
        self._conditions = [new if each is present else each for each in self._conditions] if present else [*self._conditions, new]
        self._times["startTime"] = None if suspended else timestamp(self._look.now)
        self._recorder.event(self._job, NORMAL, "Suspended" if suspended else "Resumed", message)

    def write(self, ending: Object | None) -> None:
        """Counts the pods that are through; `ending` is the condition for which the Job ends, if it does."""
        self._books.settle()
        pods = self._books.enter(ending)
        if ending and conditions.find(self._conditions, ending["type"]) is None:
            self._conditions.append(ending)
        self._flush()
        self._release(pods)
        if ending and self._books.complete and self._books.settled and not self._outcome.terminating:
            self._finish(ending)
        else:
            self._flush()

    def _release(self, pods: Objects) -> None:
        failure = None
        for pod in pods:
            try:
                release(self._client, pod)
                self._books.tracked.discard(pod["metadata"]["uid"])
            except StatusError as refused:
                failure = refused
        self._books.settle()
        if failure:
            self._flush()
            raise failure

    def _finish(self, ending: Object) -> None:
        failed = ending["type"] == FAILURE_TARGET
        now = self._look.now
        self._conditions.append(condition(facts.FAILED if failed else facts.COMPLETE, ending["reason"], ending["message"], now))
        if not failed:
            self._times["completionTime"] = timestamp(now)
        if self._look.completions != 0:
            # A suspended Job may end as well, when its limits or its completions are changed.
            self._times["startTime"] = self._times["startTime"] or timestamp(now)
        self._flush()
        self._tell(ending, failed)

    def _tell(self, ending: Object, failed: bool) -> None:
        if failed:
            self._recorder.event(self._job, WARNING, ending["reason"], ending["message"])
            return
        completions = self._look.completions
        if completions is not None and self._job["status"].get("succeeded", 0) > completions:
            sentence = "Too many succeeded pods running after completion count reached"
            self._recorder.event(self._job, WARNING, "TooManySucceededPods", sentence)
        self._recorder.event(self._job, NORMAL, "Completed", "Job completed")

    def _flush(self) -> None:
        """Writes the status if it is another than before."""
        before = self._job.get("status") or {}
        kept = {field: value for field, value in before.items() if field not in (*_COUNTED, *self._times, "conditions")}
        outcome = self._outcome
        status = {
            **kept,
            **({"conditions": list(self._conditions)} if self._conditions else {}),
            **{field: moment for field, moment in self._times.items() if moment},
            **({"active": outcome.active} if outcome.active else {}),
            **self._books.counts(),
            "terminating": outcome.terminating,
            "ready": outcome.ready,
        }
        if status != before:
            self._job = self._client.update_status(facts.JOBS, {**self._job, "status": status})
