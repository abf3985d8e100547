"""Which moment of its schedule a CronJob has to act on, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.controllers.cronjob.timetable import Timetable
from mockapi.controllers.workload import podfacts
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.cron import ScheduleError
from mockapi.machinery.meta import Object

# More than so many missed moments are told of.
_MANY = 100
# A look is that much later than the moment that it is for, so that clocks that differ a little do not miss it.
_DELAY = timedelta(milliseconds=100)


class Due(NamedTuple):
    """The last moment that has passed unused since the `earliest`, if any, and about how many there were."""

    earliest: datetime
    latest: datetime | None
    missed: int

    @property
    def too_many(self) -> bool:
        """Whether so many have been missed that something seems to be wrong."""
        return self.missed > _MANY


def due(cronjob: Object, timetable: Timetable, now: datetime, *, within_deadline: bool = True) -> Due:
    """What has passed since the CronJob last acted, or as long ago as startingDeadlineSeconds allows.

    ScheduleError for a schedule that can be read but never comes.
    """
    earliest = _last_use(cronjob)
    deadline = cronjob["spec"].get("startingDeadlineSeconds")
    if within_deadline and deadline is not None:
        earliest = max(earliest, now - timedelta(seconds=deadline))
    first = timetable.next(earliest)
    second = timetable.next(first) if first else None
    if first is None or second is None:
        raise ScheduleError("time difference between two schedules is less than 1 second")
    if now < first:
        return Due(earliest, None, 0)
    if now < second:
        return Due(earliest, first, 0)
    between = second - first
    missed = (now - first) // between + 1
    # Only the last moments are looked at one by one: there may be decades of them.
    return Due(earliest, _last_before(timetable, first + (missed - 2) * between, now), missed)


def seconds_to_next(cronjob: Object, timetable: Timetable, now: datetime) -> float | None:
    """In how many seconds the schedule comes next after what was due; None for never."""
    found = due(cronjob, timetable, now, within_deadline=False)
    coming = timetable.next(found.latest or (now if found.missed else found.earliest))
    return (coming + _DELAY - now).total_seconds() if coming else None


def _last_use(cronjob: Object) -> datetime:
    last = (cronjob.get("status") or {}).get("lastScheduleTime")
    return parse_timestamp(last) if last else podfacts.created(cronjob)


def _last_before(timetable: Timetable, start: datetime, now: datetime) -> datetime | None:
    latest, moment = None, timetable.next(start)
    while moment and moment <= now:
        latest, moment = moment, timetable.next(moment)
    return latest
