"""Whether a Job is to end now, and why (JobStatus.conditions; KEP-3998 successPolicy)."""

from __future__ import annotations

from datetime import datetime

from mockapi.controllers.job import facts, indexes
from mockapi.controllers.job.failure_policy import job_failure
from mockapi.controllers.job.look import Look
from mockapi.controllers.workload import conditions, podfacts
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Object

FAILURE_TARGET, SUCCESS_CRITERIA_MET = "FailureTarget", "SuccessCriteriaMet"
_FAILURES = {
    "BackoffLimitExceeded": "Job has reached the specified backoff limit",
    "DeadlineExceeded": "Job was active longer than specified deadline",
    "MaxFailedIndexesExceeded": "Job has exceeded the specified maximal number of failed indexes",
    "FailedIndexes": "Job has failed indexes",
}


def condition(type: str, reason: str, message: str, now: datetime, *, status: str = "True") -> Object:
    """A batch/v1 JobCondition."""
    moment = timestamp(now)
    times = {"lastProbeTime": moment, "lastTransitionTime": moment}
    return {"type": type, "status": status, **times, "reason": reason, "message": message}


def verdict(look: Look) -> Object | None:
    """The condition FailureTarget or SuccessCriteriaMet, old or new, because of which the Job's pods are to go. None: it goes on."""
    return _earlier(look) or _failed_by_policy(look) or _failed(look) or _failed_by_indexes(look) or _succeeded_by_policy(look)


def completion(look: Look) -> Object:
    """The condition of a Job that has all its completions."""
    return condition(SUCCESS_CRITERIA_MET, "CompletionsReached", "Reached expected number of succeeded pods", look.now)


def deadline(look: Look) -> float | None:
    """The seconds until the Job has been active for too long, none or less when it has; None without such a limit."""
    limit = look.spec.get("activeDeadlineSeconds")
    if limit is None or look.suspended or not look.started:
        return None
    return float(limit) - (look.now - parse_timestamp(look.started)).total_seconds()


def _earlier(look: Look) -> Object | None:
    for type in (SUCCESS_CRITERIA_MET, FAILURE_TARGET):
        present = conditions.find(look.status.get("conditions") or [], type)
        if present and present["status"] == "True":
            return present
    return None


def _failure(look: Look, reason: str) -> Object:
    return condition(FAILURE_TARGET, reason, _FAILURES[reason], look.now)


def _failed_by_policy(look: Look) -> Object | None:
    sentence = job_failure(look.job, (pod for pod in look.pods if facts.has_failed(pod, look.job)))
    return condition(FAILURE_TARGET, "PodFailurePolicy", sentence, look.now) if sentence else None


def _failed(look: Look) -> Object | None:
    if look.failed > look.spec["backoffLimit"] or _restarts_exceed(look):
        return _failure(look, "BackoffLimitExceeded")
    left = deadline(look)
    return _failure(look, "DeadlineExceeded") if left is not None and left <= 0 else None


def _restarts_exceed(look: Look) -> bool:
    """Where containers are restarted in their pods, restarts count as failures."""
    if look.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = 0
    for pod in look.pods:
        if podfacts.phase_of(pod) in ("Pending", "Running"):
            states = [state for field in ("initContainerStatuses", "containerStatuses") for state in pod["status"].get(field) or ()]
            restarts += sum(state.get("restartCount", 0) for state in states)
    return restarts >= max(int(look.spec["backoffLimit"]), 1)


def _failed_by_indexes(look: Look) -> Object | None:
    if look.per_index is None:
        return None
    failed, most = len(look.failed_indexes), look.spec.get("maxFailedIndexes")
    if most is not None and failed > most:
        return _failure(look, "MaxFailedIndexesExceeded")
    if failed and failed + len(look.completed) >= (look.completions or 0):
        return _failure(look, "FailedIndexes")
    return None


def _succeeded_by_policy(look: Look) -> Object | None:
    if not look.indexed or not len(look.completed):
        return None
    for position, rule in enumerate((look.spec.get("successPolicy") or {}).get("rules") or ()):
        if _is_met(rule, look):
            return condition(SUCCESS_CRITERIA_MET, "SuccessPolicy", f"Matched rules at index {position}", look.now)
    return None


def _is_met(rule: Object, look: Look) -> bool:
    count = rule.get("succeededCount")
    if rule.get("succeededIndexes") is None:
        return count is not None and len(look.completed) >= count
    wanted = indexes.parse(rule["succeededIndexes"], look.completions or 0)
    reached = len(wanted & look.completed)
    return len(wanted) > 0 and (reached == len(wanted) or (count is not None and reached >= count))
