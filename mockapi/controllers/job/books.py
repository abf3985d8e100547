"""A Job's books: each pod is counted exactly once, whenever the controller may stop (KEP-2307).

A pod that has ended is written down by its uid, then loses its finalizer, and only then is counted and struck off the list. The uid
of a succeeded pod with an index is not needed: the index tells that it is in the books.
"""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.controllers.job import facts
from mockapi.controllers.job.failure_policy import judge
from mockapi.controllers.job.look import Look
from mockapi.controllers.job.verdict import FAILURE_TARGET
from mockapi.machinery.meta import Object, Objects, uid_of

# So many pods are written down at a time: they make a status of less than 20 KB.
_MOST_UNCOUNTED = 500


class Books:
    """The counts of a Job, and the pods that are being counted. `complete` is whether no pod was left for the next look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._succeeded = int(look.status.get("succeeded", 0))
        self._failed = int(look.status.get("failed", 0))
        self._uncounted = {"succeeded": list(look.uncounted_succeeded), "failed": list(look.uncounted_failed)}
        self.tracked = {uid_of(pod) for pod in look.pods if facts.is_tracked(pod)}
        self.complete = True

    @property
    def settled(self) -> bool:
        """Whether all that was written down has been counted."""
        return not any(self._uncounted.values())

    def settle(self) -> None:
        """Counts the pods that have lost their finalizers."""
        kept = {kind: [uid for uid in uids if uid in self.tracked] for kind, uids in self._uncounted.items()}
        self._succeeded += len(self._uncounted["succeeded"]) - len(kept["succeeded"])
        self._failed += len(self._uncounted["failed"]) - len(kept["failed"])
        self._uncounted = kept

    def enter(self, ending: Object | None) -> Objects:
        """Writes down the pods that are through, all there are when the Job is `ending`. Returns those that may lose the finalizer."""
        entered, new_indexes = [], 0
        for pod in self._through(ending):
            entered.append(pod)
            if facts.has_succeeded(pod) and uid_of(pod) not in self._look.uncounted_failed:
                new_indexes += self._enter_success(pod)
            elif facts.has_failed(pod, self._look.job) or (ending and ending["type"] in (FAILURE_TARGET, facts.FAILED)):
                self._enter_failure(pod)
            if new_indexes + sum(map(len, self._uncounted.values())) >= _MOST_UNCOUNTED:
                self.complete = False
                break
        return entered

    def counts(self) -> Object:
        """What JobStatus says of it; what is empty is left out, but for uncountedTerminatedPods and failedIndexes."""
        look = self._look
        completed = str(look.completed) if look.indexed else ""
        counts = {
            "succeeded": len(look.completed) if look.indexed else self._succeeded,
            "failed": self._failed,
            "completedIndexes": completed,
        }
        return {
            **{field: value for field, value in counts.items() if value},
            **({} if look.per_index is None else {"failedIndexes": str(look.failed_indexes)}),
            "uncountedTerminatedPods": {kind: list(uids) for kind, uids in self._uncounted.items() if uids},
        }

    def _through(self, ending: Object | None) -> Iterable[Object]:
        look = self._look
        held = {uid_of(pod) for pod in look.held.values()}
        everything = ending is not None or look.job["metadata"].get("deletionTimestamp")
        for pod in look.pods:
            failed = facts.has_failed(pod, look.job) and uid_of(pod) not in held
            if facts.is_tracked(pod) and (everything or facts.has_succeeded(pod) or failed):
                yield pod

    def _enter_success(self, pod: Object) -> int:
        """Returns how many indexes are new in the books by it."""
        if self._look.indexed:
            index = self._look.valid_index(pod)
            return int(index is not None and index not in self._look.completed_before)
        if uid_of(pod) not in self._uncounted["succeeded"]:
            self._uncounted["succeeded"].append(uid_of(pod))
        return 0

    def _enter_failure(self, pod: Object) -> None:
        known = uid_of(pod) in self._uncounted["failed"]
        if not known and self._look.belongs(pod) and judge(self._look.job, pod).counts:
            self._uncounted["failed"].append(uid_of(pod))
