"""When a schedule is due, in its time zone (CronJob.spec.schedule and timeZone)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mockapi.machinery.cron import parse_schedule


class Timetable:
    """The moments of one schedule. ScheduleError when it cannot be read."""

    def __init__(self, schedule: str, zone: str | None) -> None:
        """A time zone that the schedule names itself (`TZ=…`) counts more than `zone`; without any it is UTC."""
        self._schedule = parse_schedule(schedule)
        prefix, _, rest = schedule.partition(" ")
        if prefix.startswith(("TZ=", "CRON_TZ=")):
            schedule, zone = rest.strip(), prefix.partition("=")[2] or None
        self._text = schedule
        self._zone: tzinfo = ZoneInfo(zone) if zone else UTC

    def next(self, after: datetime) -> datetime | None:
        """The first moment after another, in UTC; None when there is none."""
        if self._schedule.every:
            return after.replace(microsecond=0) + timedelta(seconds=self._schedule.every)
        return self._next_of_fields(after)

    def _next_of_fields(self, after: datetime) -> datetime | None:
        from croniter import CroniterBadDateError, croniter  # noqa: PLC0415 (a tenth of a second: loaded with the first CronJob)

        moments = croniter(self._text, after.astimezone(self._zone), ret_type=datetime)
        try:
            moment = moments.get_next()
            while not self._is_on_the_clock(moment):
                moment = moments.get_next()
        except CroniterBadDateError:
            return None
        return datetime.astimezone(moment, UTC)

    def _is_on_the_clock(self, moment: datetime) -> bool:
        """Whether it is a time of the schedule, and not the next best for one that a change to summer time leaves out."""
        minutes, hours = self._schedule.fields[:2]
        return moment.minute in minutes and moment.hour in hours
