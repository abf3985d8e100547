"""One look at a CronJob: what has become of its Jobs, whether one more is due, and which have been kept for long enough."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockapi.controllers.cronjob.due import due, seconds_to_next
from mockapi.controllers.cronjob.jobs import job_name, new_job, outlived, reference_to
from mockapi.controllers.cronjob.timetable import Timetable
from mockapi.controllers.job import facts
from mockapi.controllers.workload.podcontrol import namespace_goes
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.cron import ScheduleError, is_time_zone
from mockapi.machinery.errors import StatusError
from mockapi.machinery.gotext import quoted
from mockapi.machinery.meta import Object, Objects, controller_of, is_terminating, name_of, namespace_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

_UNSUPPORTED = (
    "CRON_TZ or TZ used in schedule {} is not officially supported, see "
    "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
)


class Round:
    """Works on a copy of the CronJob, whose status the caller writes afterwards."""

    def __init__(self, client: Client, recorder: Recorder, cronjob: Object, jobs: Objects, now: datetime) -> None:
        self._client = client
        self._recorder = recorder
        self._about = cronjob
        self._spec: Object = cronjob["spec"]
        self._jobs = jobs
        self._now = now
        self.status: dict[str, Any] = {**(cronjob.get("status") or {})}
        self.status["active"] = list(self.status.get("active") or ())

    def follow_jobs(self) -> None:
        """Brings the list of active Jobs, and the time of the last success, up to date."""
        for job in self._jobs:
            end = facts.finished_condition(job)
            if end is None and not self._is_active(job):
                self._warn("UnexpectedJob", f"Saw a job that the controller did not create or forgot: {name_of(job)}")
            if end is not None and self._is_active(job):
                self._strike(uid_of(job))
                self._tell("SawCompletedJob", f"Saw completed job: {name_of(job)}, condition: {end['type']}")
            if end is not None and end["type"] == facts.COMPLETE:
                self._note_success(job)
        children = {uid_of(job) for job in self._jobs}
        for reference in [each for each in self.status["active"] if each["uid"] not in children]:
            if self._client.get(facts.JOBS, reference["namespace"], reference["name"]) is None:
                self._tell("MissingJob", f"Active job went missing: {reference['name']}")
                self._strike(reference["uid"])

    def act(self) -> float | None:
        """Makes the Job that is due. Returns the seconds until the next is. StatusError when the Job is refused."""
        timetable = None if is_terminating(self._about) else self._timetable()
        if timetable is None:
            return None
        try:
            found = due(self._about, timetable, self._now)
            if found.latest is not None:
                if found.too_many:
                    sentence = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
                    self._warn("TooManyMissedTimes", sentence)
                self._start(found.latest)
            return seconds_to_next({**self._about, "status": self.status}, timetable, self._now)
        except ScheduleError as failure:
            self._warn("InvalidSchedule", f"invalid schedule: {self._spec['schedule']} : {failure}")
            return None

    def clean_up(self) -> None:
        """Deletes the finished Jobs that are more than the history should have."""
        for job in outlived(self._about, self._jobs):
            if not is_terminating(job):
                self._delete(job)

    def _timetable(self) -> Timetable | None:
        """The schedule, if the CronJob is to follow it."""
        zone, schedule = self._spec.get("timeZone"), self._spec["schedule"]
        if zone is not None and not is_time_zone(zone):
            self._warn("UnknownTimeZone", f"invalid timeZone: {quoted(zone)}: unknown time zone {zone}")
            return None
        if self._spec.get("suspend"):
            return None
        if "TZ" in schedule:
            self._warn("UnsupportedSchedule", _UNSUPPORTED.format(quoted(schedule)))
        try:
            return Timetable(schedule, zone)
        except ScheduleError as failure:
            self._warn("UnparseableSchedule", f"unparseable schedule: {quoted(schedule)} : {failure}")
            return None

    def _start(self, moment: datetime) -> None:
        """Makes the Job of a moment, unless it is too late for it, it is there already, or it must not run beside another."""
        deadline = self._spec.get("startingDeadlineSeconds")
        if deadline is not None and (self._now - moment).total_seconds() > deadline:
            self._warn("MissSchedule", f"Missed scheduled time to start a job: {moment.strftime('%a, %d %b %Y %H:%M:%S +0000')}")
        elif self._has_started(moment):
            return
        elif self._spec["concurrencyPolicy"] == "Forbid" and self.status["active"]:
            sentence = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._tell("JobAlreadyActive", sentence)
        else:
            if self._spec["concurrencyPolicy"] == "Replace":
                self._replace()
            self._create(moment)

    def _has_started(self, moment: datetime) -> bool:
        name = job_name(self._about, moment)
        return self.status.get("lastScheduleTime") == timestamp(moment) or any(each["name"] == name for each in self.status["active"])

    def _replace(self) -> None:
        for reference in list(self.status["active"]):
            job = self._client.get(facts.JOBS, reference["namespace"], reference["name"])
            if job is not None:
                self._delete(job)

    def _create(self, moment: datetime) -> None:
        wanted = new_job(self._about, moment)
        try:
            job = self._client.create(facts.JOBS, wanted)
            self._tell("SuccessfulCreate", f"Created job {name_of(job)}")
        except StatusError as failure:
            if failure.reason != "AlreadyExists":
                if not namespace_goes(failure):
                    self._warn("FailedCreate", f"Error creating job: {failure.message}")
                raise
            present = self._client.get(facts.JOBS, namespace_of(wanted), name_of(wanted))
            # It was made just before a restart, unless it is somebody else's.
            if present is None or (controller_of(present) or {}).get("uid") != uid_of(self._about):
                return
            job = present
        self.status["active"].append(reference_to(job))
        self.status["lastScheduleTime"] = timestamp(moment)

    def _delete(self, job: Object) -> None:
        try:
            self._client.delete(facts.JOBS, namespace_of(job), name_of(job), uid=uid_of(job), propagation="Background")
        except StatusError as failure:
            self._warn("FailedDelete", f"Deleted job: {failure.message}")
            raise
        self._strike(uid_of(job))
        self._tell("SuccessfulDelete", f"Deleted job {name_of(job)}")

    def _note_success(self, job: Object) -> None:
        end, last = job["status"].get("completionTime"), self.status.get("lastSuccessfulTime")
        if end and (not last or parse_timestamp(end) > parse_timestamp(last)):
            self.status["lastSuccessfulTime"] = end

    def _is_active(self, job: Object) -> bool:
        return any(reference["uid"] == uid_of(job) for reference in self.status["active"])

    def _strike(self, uid: str) -> None:
        self.status["active"] = [reference for reference in self.status["active"] if reference["uid"] != uid]

    def _tell(self, reason: str, sentence: str) -> None:
        self._recorder.event(self._about, NORMAL, reason, sentence)

    def _warn(self, reason: str, sentence: str) -> None:
        self._recorder.event(self._about, WARNING, reason, sentence)
