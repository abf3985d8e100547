"""The Jobs of a CronJob: what one looks like that is due at a moment, and which are kept after they are finished."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from zoneinfo import ZoneInfo

from mockapi.controllers.job import facts
from mockapi.machinery.meta import Object, Objects, name_of, namespace_of, owner_reference, uid_of

_SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_LIMITS = {facts.COMPLETE: "successfulJobsHistoryLimit", facts.FAILED: "failedJobsHistoryLimit"}


def job_name(cronjob: Object, moment: datetime) -> str:
    """The name of the Job for a moment: always the same one, so that there is never a second."""
    return f"{name_of(cronjob)}-{int(moment.timestamp()) // 60}"


def new_job(cronjob: Object, moment: datetime) -> Object:
    """The Job for a moment of the schedule, as the template describes it."""
    template: Object = deepcopy(cronjob["spec"]["jobTemplate"])
    given = template.get("metadata") or {}
    local = moment.astimezone(ZoneInfo(cronjob["spec"].get("timeZone") or "UTC"))
    meta = {
        "name": job_name(cronjob, moment),
        "namespace": namespace_of(cronjob),
        **({"labels": given["labels"]} if given.get("labels") else {}),
        "annotations": {**(given.get("annotations") or {}), _SCHEDULED: local.isoformat(timespec="seconds").replace("+00:00", "Z")},
        "ownerReferences": [owner_reference(cronjob)],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": template["spec"]}


def reference_to(job: Object) -> Object:
    """A core/v1 ObjectReference, as CronJobStatus.active has them."""
    meta = job["metadata"]
    return {
        "kind": "Job",
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": uid_of(job),
        "apiVersion": "batch/v1",
        "resourceVersion": meta["resourceVersion"],
    }


def outlived(cronjob: Object, jobs: Objects) -> Iterator[Object]:
    """The finished Jobs beyond the history limits, oldest first."""
    for type, field in _LIMITS.items():
        limit = cronjob["spec"].get(field)
        finished = [job for job in jobs if (facts.finished_condition(job) or {}).get("type") == type]
        if limit is not None and len(finished) > limit:
            yield from sorted(finished, key=_age)[: len(finished) - limit]


def _age(job: Object) -> tuple[bool, str, str]:
    started = job["status"].get("startTime") or ""
    return not started, started, name_of(job)
