"""A Deployment's status: its counts, and the conditions that tell how the rollout goes (apps/v1 DeploymentStatus)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mockapi.controllers.deployment import replicasets
from mockapi.controllers.deployment.rollout import limits_of
from mockapi.controllers.workload import conditions
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Object, Objects, name_of

PROGRESSING = "Progressing"
AVAILABLE = "Available"
REPLICA_FAILURE = "ReplicaFailure"

NEW_SET_AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"

_NO_DEADLINE = 2**31 - 1


def condition(type: str, status: str, reason: str, message: str, now: datetime) -> Object:
    """A DeploymentCondition that has just come about."""
    moment = timestamp(now)
    return {
        "type": type,
        "status": status,
        "lastUpdateTime": moment,
        "lastTransitionTime": moment,
        "reason": reason,
        "message": message,
    }


def with_condition(status: Object, new: Object) -> Object:
    """The status with a condition brought up to date."""
    return _with_conditions(status, conditions.updated(_conditions(status), new))


def progress(status: Object) -> Object | None:
    """The condition that tells of the rollout's progress."""
    return conditions.find(_conditions(status), PROGRESSING)


def deadline_of(deployment: Object) -> int | None:
    """Seconds within which a rollout must make progress, or None."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    return None if seconds in {None, _NO_DEADLINE} else int(seconds)


def calculate(deployment: Object, new: Object | None, everything: Sequence[Object], now: datetime) -> Object:
    """The counts, and whether enough pods are available. Counts of zero are left out, but that of terminating pods."""
    available = replicasets.total_available(everything)
    counts = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": replicasets.total(everything, "replicas"),
        "updatedReplicas": replicasets.total([new] if new else [], "replicas"),
        "readyReplicas": replicasets.total(everything, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, replicasets.total_size(everything) - available),
    }
    status: Object = {name: count for name, count in counts.items() if count}
    if all("terminatingReplicas" in one["status"] for one in everything):
        status["terminatingReplicas"] = replicasets.total(everything, "terminatingReplicas")
    kept = {name: deployment["status"][name] for name in ("collisionCount", "conditions") if name in deployment["status"]}
    return with_condition({**status, **kept}, _availability(available >= limits_of(deployment).least_available, now))


def is_complete(deployment: Object, status: Object) -> bool:
    """Whether all pods are of the new ReplicaSet, as many as are wanted, and available."""
    counted = [status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas")]
    observed = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    return observed and counted == [deployment["spec"]["replicas"]] * 3


def with_progress(deployment: Object, status: Object, new: Object | None, now: datetime) -> Object:
    """The status with the condition that tells whether the rollout is done, goes on, or takes too long."""
    if deadline_of(deployment) is None:
        return _with_conditions(status, conditions.without(_conditions(status), PROGRESSING))
    present = progress(deployment["status"])
    done = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if done and present is not None and present["reason"] == NEW_SET_AVAILABLE:
        return status
    subject = f'ReplicaSet "{name_of(new)}"' if new else f'Deployment "{name_of(deployment)}"'
    if is_complete(deployment, status):
        return with_condition(status, condition(PROGRESSING, "True", NEW_SET_AVAILABLE, f"{subject} has successfully progressed.", now))
    if _has_progressed(deployment["status"], status):
        return _restarted(status, present, condition(PROGRESSING, "True", "ReplicaSetUpdated", f"{subject} is progressing.", now))
    if _is_overdue(deployment, status, now):
        return with_condition(status, condition(PROGRESSING, "False", TIMED_OUT, f"{subject} has timed out progressing.", now))
    return status


def with_failure(status: Object, new: Object | None, everything: Sequence[Object]) -> Object:
    """The status with the failure of a ReplicaSet, the new one's before the others', or without any."""
    for one in [*([new] if new else []), *everything]:
        failure = conditions.find(_conditions(one["status"]), REPLICA_FAILURE)
        if failure:
            return with_condition(status, {**failure, "lastUpdateTime": failure["lastTransitionTime"]})
    return _with_conditions(status, conditions.without(_conditions(status), REPLICA_FAILURE))


def time_left(deployment: Object, status: Object, now: datetime) -> float | None:
    """Seconds until a rollout that stands still is overdue; None when that is not to be watched."""
    present, deadline = progress(status), deadline_of(deployment)
    if deadline is None or present is None or present["reason"] in {TIMED_OUT, NEW_SET_AVAILABLE}:
        return None
    due = parse_timestamp(present["lastUpdateTime"]) + timedelta(seconds=deadline + 1)
    return max(0.0, (due - now).total_seconds())


def _conditions(status: Object) -> Objects:
    return status.get("conditions") or []


def _with_conditions(status: Object, present: Objects) -> Object:
    rest = {name: value for name, value in status.items() if name != "conditions"}
    return {**rest, "conditions": present} if present else rest


def _availability(enough: bool, now: datetime) -> Object:
    if enough:
        return condition(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
    return condition(AVAILABLE, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now)


def _has_progressed(before: Object, after: Object) -> bool:
    """Whether there are more updated, ready or available pods than before, or fewer old ones."""

    def grown(name: str) -> bool:
        return bool(after.get(name, 0) > before.get(name, 0))

    def old(status: Object) -> int:
        return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))

    return grown("updatedReplicas") or old(after) < old(before) or grown("readyReplicas") or grown("availableReplicas")


def _restarted(status: Object, present: Object | None, new: Object) -> Object:
    """Any progress counts anew, even where the reason stays: lastUpdateTime is what the deadline is measured from."""
    if present and present["status"] == "True":
        new = {**new, "lastTransitionTime": present["lastTransitionTime"]}
    return _with_conditions(status, [*conditions.without(_conditions(status), PROGRESSING), new])


def _is_overdue(deployment: Object, status: Object, now: datetime) -> bool:
    present, deadline = progress(status), deadline_of(deployment)
    if present is None or deadline is None or present["reason"] == NEW_SET_AVAILABLE:
        return False
    return present["reason"] == TIMED_OUT or parse_timestamp(present["lastUpdateTime"]) + timedelta(seconds=deadline) < now
