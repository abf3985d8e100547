"""batch/v1 CronJob."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.apps import workload
from mockapi.kinds.batch.job_spec import default_failure_policy, job_spec_errors, job_spec_warnings
from mockapi.kinds.podspec.checks import non_negative, one_of, part, under
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.warnings import dotted_name, pod_spec_warnings
from mockapi.machinery import fielderrors
from mockapi.machinery.cron import ScheduleError, is_time_zone, parse_schedule
from mockapi.machinery.fielderrors import SPEC, FieldError, Path
from mockapi.machinery.meta import Object, Objects, annotations_of, name_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE, UNSET, joined, selector, since
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_POLICIES = ("Allow", "Forbid", "Replace")
# The names of its jobs are longer by a hyphen and ten digits.
_LONGEST_NAME = 52
_SUCCEEDED, _FAILED = 3, 1
_JOB = Path("spec.jobTemplate.spec")
_POD = _JOB.child("template", "spec")
# A name's parts; the database of time zones would also find files by other names.
_ZONE_PART = re.compile(r"(?!-|\.{1,2}\Z)[A-Za-z.\-_0-9+]{1,14}")


def _spec_errors(spec: Object, old: Object | None) -> Iterator[FieldError]:
    yield from under("schedule", _schedule(spec, old))
    yield from part(spec, "startingDeadlineSeconds", non_negative)
    if old is None or old.get("timeZone") != spec.get("timeZone"):
        yield from part(spec, "timeZone", _time_zone)
    yield from under("concurrencyPolicy", one_of(*_POLICIES)(spec["concurrencyPolicy"]))
    yield from under("jobTemplate.spec", _job_errors((spec.get("jobTemplate") or {}).get("spec") or {}))
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from part(spec, field, non_negative)


def _schedule(spec: Object, old: Object | None) -> Iterator[FieldError]:
    schedule = spec.get("schedule")
    if not schedule:
        yield fielderrors.required("")
        return
    try:
        parse_schedule(schedule)
    except ScheduleError as failure:
        yield fielderrors.invalid("", schedule, str(failure))
    if "TZ" not in schedule:
        return
    if old is None or "TZ" not in old.get("schedule", ""):
        yield fielderrors.invalid("", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    elif spec.get("timeZone") is not None:
        yield fielderrors.invalid("", schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")


def _time_zone(zone: str) -> Iterator[FieldError]:
    if not zone:
        yield fielderrors.invalid("", zone, "timeZone must be nil or non-empty string")
    elif not all(map(_ZONE_PART.fullmatch, zone.split("/"))):
        yield fielderrors.invalid("", zone, f"unknown time zone {zone}")
    elif zone.lower() == "local":
        sentence = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield fielderrors.invalid("", zone, sentence)
    elif not is_time_zone(zone):
        yield fielderrors.invalid("", zone, f"unknown time zone {zone}")


def _job_errors(job: Object) -> Iterator[FieldError]:
    yield from job_spec_errors(job)
    if job.get("selector") is not None:
        yield fielderrors.invalid("selector", workload.selector_form(job["selector"]), "`selector` will be auto-generated")
    if job.get("manualSelector"):
        yield fielderrors.not_supported("manualSelector", True, ("nil", "false"))


class CronJobStrategy(Strategy):
    """Makes Jobs by a schedule."""

    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        job = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
        default_template(job.setdefault("template", {}))
        default_failure_policy(job)
        workload.fill_empty(spec, concurrencyPolicy=_POLICIES[0])
        workload.default_missing(spec, suspend=False, successfulJobsHistoryLimit=_SUCCEEDED, failedJobsHistoryLimit=_FAILED)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        found = list(under(SPEC, _spec_errors(obj["spec"], None)))
        if len(name_of(obj)) > _LONGEST_NAME:
            found.append(fielderrors.invalid("metadata.name", name_of(obj), f"must be no more than {_LONGEST_NAME} characters"))
        return found

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"], old["spec"])))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and obj["metadata"].get("generation") == old["metadata"].get("generation"):
            return []
        job = obj["spec"]["jobTemplate"]["spec"]
        template = job["template"]
        of_the_job = job_spec_warnings(obj, old, job, _JOB)
        return [*dotted_name(obj, old), *of_the_job, *pod_spec_warnings(template["spec"], _POD, annotations_of(template))]


def _schedule_cell(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["schedule"])


def _zone_cell(obj: Object, _now: datetime) -> str:
    zone = obj["spec"].get("timeZone")
    return NONE if zone is None else str(zone)


def _suspended(obj: Object, _now: datetime) -> str:
    suspend = obj["spec"].get("suspend")
    return UNSET if suspend is None else str(bool(suspend))


def _active(obj: Object, _now: datetime) -> int:
    return len((obj.get("status") or {}).get("active") or ())


def _last(obj: Object, now: datetime) -> str:
    moment = (obj.get("status") or {}).get("lastScheduleTime")
    return since(moment, now) if moment else NONE


def _containers(obj: Object) -> Objects:
    return obj["spec"]["jobTemplate"]["spec"]["template"]["spec"].get("containers") or []


def _names(obj: Object, _now: datetime) -> str:
    return joined(container["name"] for container in _containers(obj))


def _images(obj: Object, _now: datetime) -> str:
    return joined(container.get("image", "") for container in _containers(obj))


def _selector(obj: Object, _now: datetime) -> str:
    return selector(obj["spec"]["jobTemplate"]["spec"].get("selector"))


KIND = Kind(
    group="batch",
    version="v1",
    kind="CronJob",
    plural="cronjobs",
    short_names=("cj",),
    categories=("all",),
    strategy=CronJobStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Schedule", _schedule_cell, documented_by="spec.schedule"),
        Column("Timezone", _zone_cell, documented_by="spec.timeZone"),
        Column("Suspend", _suspended, type="boolean", documented_by="spec.suspend"),
        Column("Active", _active, type="integer", documented_by="status.active"),
        Column("Last Schedule", _last, documented_by="status.lastScheduleTime"),
        AGE,
        Column("Containers", _names, priority=1, description="Names of the template's containers."),
        Column("Images", _images, priority=1, description="Images of the template's containers."),
        Column("Selector", _selector, priority=1, documented_by="spec.jobTemplate.spec.selector"),
    ),
)
