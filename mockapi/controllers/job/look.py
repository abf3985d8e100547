"""What one look at a Job finds: its pods, sorted by what has become of them, and what they come to with all that was counted before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from mockapi.controllers.job import facts, indexes
from mockapi.controllers.job.backoff import finish_time
from mockapi.controllers.job.failure_policy import judge
from mockapi.controllers.job.indexes import Indexes
from mockapi.controllers.workload import podfacts
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object, Objects, annotations_of, is_terminating, uid_of

FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count"
IGNORED_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count"


class Look:
    """A Job and its pods at one moment."""

    def __init__(self, job: Object, pods: Objects, now: datetime) -> None:
        self.job = job
        self.spec: Object = job["spec"]
        self.status: Object = job.get("status") or {}
        self.now = now
        self.indexed = facts.is_indexed(job)
        self.completions: int | None = self.spec.get("completions")
        self.per_index: int | None = self.spec.get("backoffLimitPerIndex")
        # Completed indexes are told of in order.
        self.pods = sorted(pods, key=_position) if self.indexed else pods
        self.active = [pod for pod in self.pods if podfacts.is_active(pod)]
        self.going = [pod for pod in self.pods if is_terminating(pod) and not podfacts.is_finished(pod)]
        uncounted = self.status.get("uncountedTerminatedPods") or {}
        self.uncounted_succeeded: list[str] = uncounted.get("succeeded") or []
        self.uncounted_failed: list[str] = uncounted.get("failed") or []

    @property
    def suspended(self) -> bool:
        """Whether the Job should have no pods for now."""
        return bool(self.spec.get("suspend"))

    @property
    def started(self) -> str | None:
        """When the Job began to have pods: now, for one that is seen for the first time. None while it is suspended from the start."""
        return self.status.get("startTime") or (None if self.suspended else timestamp(self.now))

    @cached_property
    def new_succeeded(self) -> Objects:
        """The pods that succeeded and are not yet in the books."""
        return [pod for pod in self._valid(self.uncounted_succeeded) if facts.has_succeeded(pod)]

    @cached_property
    def new_failed(self) -> Objects:
        """The pods that failed and are not yet in the books."""
        return [pod for pod in self._valid(self.uncounted_failed) if facts.has_failed(pod, self.job)]

    @cached_property
    def in_the_books(self) -> Objects:
        """The pods that have been counted, or written down to be."""
        written = {*self.uncounted_succeeded, *self.uncounted_failed}
        return [pod for pod in self.pods if not facts.is_tracked(pod) or uid_of(pod) in written]

    @cached_property
    def succeeded(self) -> int:
        """How many completions there are."""
        if self.indexed:
            return len(self.completed)
        return int(self.status.get("succeeded", 0)) + len(self.new_succeeded) + len(self.uncounted_succeeded)

    @cached_property
    def failed(self) -> int:
        """How many failures count."""
        counting = sum(judge(self.job, pod).counts for pod in self.new_failed)
        return int(self.status.get("failed", 0)) + counting + len(self.uncounted_failed)

    @cached_property
    def completed_before(self) -> Indexes:
        """The indexes that are in the books as completed."""
        return indexes.parse(self.status.get("completedIndexes", ""), self.completions or 0)

    @cached_property
    def completed(self) -> Indexes:
        """The indexes that are completed."""
        return self.completed_before | indexes.of(self.valid_index(pod) or 0 for pod in self._valid() if facts.has_succeeded(pod))

    @cached_property
    def failed_indexes(self) -> Indexes:
        """The indexes that have failed for good (KEP-3850 backoffLimitPerIndex)."""
        before = indexes.parse(self.status.get("failedIndexes") or "", self.completions or 0)
        return before | indexes.of(self.valid_index(pod) or 0 for pod in self._valid() if self._fails_index(pod))

    @cached_property
    def held(self) -> dict[int, Object]:
        """The last failed pod of each index that is to be tried again: it is kept until its successor has taken over its counts."""
        if self.per_index is None:
            return {}
        settled = self.completed | self.failed_indexes | indexes.of(self.indexes_of(self.active))
        held: dict[int, Object] = {}
        for pod in self._valid():
            index = self.valid_index(pod)
            if index is None or index in settled or not facts.has_failed(pod, self.job):
                continue
            if index not in held or _follows(pod, held[index]):
                held[index] = pod
        return held

    def valid_index(self, pod: Object) -> int | None:
        """The completion index of a pod, if it is one that the Job has."""
        index = facts.index_of(pod)
        return index if index is not None and index < (self.completions or 0) else None

    def belongs(self, pod: Object) -> bool:
        """Whether what becomes of the pod matters: not when it has no index though it should."""
        return not self.indexed or self.valid_index(pod) is not None

    def indexes_of(self, pods: Iterable[Object]) -> list[int]:
        """The completion indexes of the pods that have one."""
        return [index for pod in pods if (index := self.valid_index(pod)) is not None]

    def _valid(self, counted: Iterable[str] = ()) -> Objects:
        """The pods that are still to be counted, but for those whose uids are given."""
        return [pod for pod in self.pods if facts.is_tracked(pod) and uid_of(pod) not in counted and self.belongs(pod)]

    def _fails_index(self, pod: Object) -> bool:
        if not facts.has_failed(pod, self.job):
            return False
        judgement = judge(self.job, pod)
        if judgement.action == "FailIndex":
            return True
        return judgement.counts and count_of(pod, FAILURE_COUNT) >= (self.per_index or 0)


def count_of(pod: Object, annotation: str) -> int:
    """A number of failures of its index that a pod carries on."""
    text = annotations_of(pod).get(annotation, "")
    return int(text) if text.isdecimal() else 0


def failures_before(pod: Object) -> int:
    """All failures of its index before a pod."""
    return count_of(pod, FAILURE_COUNT) + count_of(pod, IGNORED_COUNT)


def _follows(pod: Object, other: Object) -> bool:
    return failures_before(pod) >= failures_before(other) and finish_time(pod) >= finish_time(other)


def _position(pod: Object) -> int:
    index = facts.index_of(pod)
    return -1 if index is None else index
