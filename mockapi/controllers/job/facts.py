"""What Jobs and their pods say about themselves (batch/v1 JobSpec and JobStatus)."""

from __future__ import annotations

from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Object, annotations_of, is_terminating

JOBS = "jobs.batch"
TRACKING = "batch.kubernetes.io/job-tracking"
COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
COMPLETE, FAILED = "Complete", "Failed"

_CONTROLLER = "kubernetes.io/job-controller"


def finished_condition(job: Object) -> Object | None:
    """The condition Complete or Failed that is True, after which nothing more happens to the Job."""
    conditions = (job.get("status") or {}).get("conditions") or ()
    final = (condition for condition in conditions if condition["type"] in (COMPLETE, FAILED) and condition["status"] == "True")
    return next(final, None)


def is_managed_elsewhere(job: Object) -> bool:
    """Whether some other controller looks after the Job (KEP-4368 managedBy)."""
    return job["spec"].get("managedBy") not in (None, _CONTROLLER)


def is_indexed(job: Object) -> bool:
    """Whether completions are told apart by an index."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def replaces_only_failed(job: Object) -> bool:
    """Whether pods that are going count until they have failed (KEP-3939 podReplacementPolicy)."""
    return job["spec"].get("podReplacementPolicy") == "Failed" or job["spec"].get("podFailurePolicy") is not None


def is_tracked(pod: Object) -> bool:
    """Whether the pod is still to be counted (KEP-2307)."""
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def index_of(pod: Object) -> int | None:
    """The completion index of a pod; None when it has no proper one."""
    text = annotations_of(pod).get(COMPLETION_INDEX, "")
    return int(text) if text.isdecimal() else None


def has_succeeded(pod: Object) -> bool:
    """Whether all its containers ended well."""
    return podfacts.phase_of(pod) == "Succeeded"


def has_failed(pod: Object, job: Object) -> bool:
    """Whether it counts as failed: one that is deleted does as well, unless only failed pods are replaced."""
    if podfacts.phase_of(pod) == "Failed":
        return True
    return not replaces_only_failed(job) and is_terminating(pod) and not has_succeeded(pod)
