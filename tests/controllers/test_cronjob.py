"""CronJobs: when they make a Job, which Jobs they know of and which they keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.controllers.cronjob.controller import CronJobController
from mockapi.controllers.cronjob.timetable import Timetable
from mockapi.machinery.clock import timestamp
from mockapi.machinery.cron import parse_schedule
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, annotations_of, key_of, name_of, owner_reference, uid_of
from tests.world import World

CRONJOBS, JOBS = "cronjobs.batch", "jobs.batch"
# The fake clock begins at midnight of a Thursday, 1 January 2026.
START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = int(START.timestamp()) // 60


def cronjob(world: World, schedule: str = "* * * * *", **spec: Any) -> Object:
    """Creates the CronJob `tick`."""
    pods = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}}
    template = {"metadata": {"labels": {"app": "tick"}, "annotations": {"a": "b"}}, "spec": {"template": pods}}
    return world.create(CRONJOBS, {"metadata": {"name": "tick"}, "spec": {"schedule": schedule, "jobTemplate": template, **spec}})


def status(world: World) -> Object:
    """The status of `tick`."""
    return (world.get(CRONJOBS, "tick") or {})["status"]


def jobs(world: World) -> list[str]:
    """The names of the Jobs."""
    return [name_of(job) for job in world.list(JOBS)]


def finish(world: World, name: str, type: str = "Complete") -> None:
    """Has a Job end."""
    moment = timestamp(world.clock.now())
    interim = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[type]
    conditions = [{"type": each, "status": "True", "lastTransitionTime": moment} for each in (interim, type)]
    end = {"completionTime": moment} if type == "Complete" else {}
    started = {"startTime": moment}
    world.patch(JOBS, name, {"status": {"conditions": conditions, **started, **end}}, "status")
    world.settle()


def test_a_job_is_made_when_the_schedule_says_so(world: World) -> None:
    world.run(CronJobController)
    made = cronjob(world)
    world.settle()
    assert jobs(world) == []
    world.advance(61)
    assert jobs(world) == [f"tick-{MINUTE + 1}"]
    job = world.list(JOBS)[0]
    assert job["metadata"]["labels"]["app"] == "tick"
    scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp"
    assert annotations_of(job) == {"a": "b", scheduled: "2026-01-01T00:01:00Z"}
    assert job["metadata"]["ownerReferences"] == [owner_reference(made)]
    assert status(world)["lastScheduleTime"] == "2026-01-01T00:01:00Z"
    assert [(each["name"], each["uid"]) for each in status(world)["active"]] == [(name_of(job), uid_of(job))]
    assert ("SuccessfulCreate", f"Created job tick-{MINUTE + 1}") in world.events()


def test_a_finished_job_is_active_no_longer(world: World) -> None:
    world.run(CronJobController)
    cronjob(world)
    world.advance(61)
    finish(world, f"tick-{MINUTE + 1}")
    assert "active" not in status(world)
    assert status(world)["lastSuccessfulTime"] == "2026-01-01T00:01:01Z"
    assert ("SawCompletedJob", f"Saw completed job: tick-{MINUTE + 1}, condition: Complete") in world.events()


def test_a_failed_job_is_no_success(world: World) -> None:
    world.run(CronJobController)
    cronjob(world)
    world.advance(61)
    finish(world, f"tick-{MINUTE + 1}", "Failed")
    assert "lastSuccessfulTime" not in status(world)
    assert ("SawCompletedJob", f"Saw completed job: tick-{MINUTE + 1}, condition: Failed") in world.events()


@pytest.mark.parametrize(("policy", "there"), [("Allow", [1, 2, 3]), ("Forbid", [1]), ("Replace", [3])])
def test_what_happens_to_a_job_that_still_runs(world: World, policy: str, there: list[int]) -> None:
    world.run(CronJobController)
    cronjob(world, concurrencyPolicy=policy)
    for _ in range(3):
        world.advance(61)
    assert jobs(world) == [f"tick-{MINUTE + number}" for number in there]
    reasons = {reason for reason, _ in world.events()}
    assert ("JobAlreadyActive" in reasons, "SuccessfulDelete" in reasons) == (policy == "Forbid", policy == "Replace")


def test_a_suspended_one_waits(world: World) -> None:
    world.run(CronJobController)
    cronjob(world, suspend=True)
    world.advance(300)
    assert jobs(world) == []
    world.patch(CRONJOBS, "tick", {"spec": {"suspend": False}})
    world.settle()
    assert jobs(world) == [f"tick-{MINUTE + 5}"]


def test_a_moment_that_was_missed_by_too_much_is_left_out(world: World) -> None:
    cronjob(world, "0 * * * *", startingDeadlineSeconds=100)
    world.clock.advance(3650)
    world.run(CronJobController)
    assert jobs(world) == [f"tick-{MINUTE + 60}"]
    world.clock.advance(3700)
    world.run(CronJobController)
    assert jobs(world) == [f"tick-{MINUTE + 60}"]


def test_many_missed_moments_are_told_of_and_the_last_is_used(world: World) -> None:
    cronjob(world)
    world.clock.advance(60 * 150 + 1)
    world.run(CronJobController)
    assert jobs(world) == [f"tick-{MINUTE + 150}"]
    sentence = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
    assert ("TooManyMissedTimes", sentence) in world.events()


def test_a_job_that_was_made_before_a_crash_is_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cronjob(world)
    world.clock.advance(61)

    def crash(*_: object) -> Object:
        raise StatusError(500, "InternalError", "crash")

    with monkeypatch.context() as patched:
        patched.setattr("mockapi.registry.client.Client.update_status", crash)
        with pytest.raises(StatusError):
            CronJobController(world.toolbox()).reconcile(key_of(made))
    assert jobs(world) == [f"tick-{MINUTE + 1}"]
    assert "active" not in status(world)
    world.run(CronJobController)
    assert jobs(world) == [f"tick-{MINUTE + 1}"]
    assert [each["name"] for each in status(world)["active"]] == jobs(world)


def test_a_job_that_somebody_made_from_it_is_followed(world: World) -> None:
    world.run(CronJobController)
    made = cronjob(world, "0 0 1 1 *")
    template = made["spec"]["jobTemplate"]["spec"]
    world.create(JOBS, {"metadata": {"name": "by-hand", "ownerReferences": [owner_reference(made)]}, "spec": template})
    world.settle()
    assert ("UnexpectedJob", "Saw a job that the controller did not create or forgot: by-hand") in world.events()
    finish(world, "by-hand")
    assert status(world)["lastSuccessfulTime"] == "2026-01-01T00:00:00Z"


def test_an_active_job_that_is_gone_is_forgotten(world: World) -> None:
    world.run(CronJobController)
    cronjob(world)
    world.advance(61)
    world.client.delete(JOBS, "ns", f"tick-{MINUTE + 1}", propagation="Background")
    world.settle()
    assert "active" not in status(world)
    assert ("MissingJob", f"Active job went missing: tick-{MINUTE + 1}") in world.events()
    assert jobs(world) == []


def test_the_history_is_limited(world: World) -> None:
    world.run(CronJobController)
    cronjob(world, successfulJobsHistoryLimit=2, failedJobsHistoryLimit=0)
    for number in range(1, 5):
        world.advance(60.2)
        finish(world, f"tick-{MINUTE + number}", "Failed" if number == 4 else "Complete")
    assert jobs(world) == [f"tick-{MINUTE + 2}", f"tick-{MINUTE + 3}"]


def test_a_schedule_that_never_comes_is_told_of(world: World) -> None:
    world.run(CronJobController)
    cronjob(world, "0 0 31 2 *")
    world.settle()
    sentence = "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second"
    assert world.events() == [("InvalidSchedule", sentence)]


def test_the_time_zone_counts(world: World) -> None:
    world.run(CronJobController)
    cronjob(world, "30 9 * * *", timeZone="Asia/Tokyo")
    world.advance(1801)
    job = world.list(JOBS)[0]
    assert annotations_of(job)["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-01-01T09:30:00+09:00"


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "moments"),
    [
        ("@daily", None, "2026-01-01T00:00:00", ["2026-01-02T00:00:00", "2026-01-03T00:00:00"]),
        ("@every 1h30m", None, "2026-01-01T00:00:00", ["2026-01-01T01:30:00", "2026-01-01T03:00:00"]),
        ("@every 10ms", None, "2026-01-01T00:00:00", ["2026-01-01T00:00:01"]),
        (
            "5/20 * * * ?",
            None,
            "2026-01-01T00:00:00",
            ["2026-01-01T00:05:00", "2026-01-01T00:25:00", "2026-01-01T00:45:00"],
        ),
        # Either of the days is enough when both are named.
        ("0 0 13 * FRI", None, "2026-02-10T00:00:00", ["2026-02-13T00:00:00", "2026-02-20T00:00:00"]),
        # A time that a change to summer time leaves out does not come; one that comes twice is used twice.
        ("30 2 * * *", "America/New_York", "2026-03-07T12:00:00", ["2026-03-09T06:30:00"]),
        ("30 1 * * *", "America/New_York", "2026-11-01T00:00:00", ["2026-11-01T05:30:00", "2026-11-01T06:30:00", "2026-11-02T06:30:00"]),
        ("TZ=Asia/Tokyo 0 9 * * *", None, "2026-01-01T00:00:00", ["2026-01-02T00:00:00"]),
        ("0 0 30 2 *", None, "2026-01-01T00:00:00", []),
    ],
)
def test_moments(schedule: str, zone: str | None, after: str, moments: list[str]) -> None:
    timetable, moment = Timetable(schedule, zone), datetime.fromisoformat(after).replace(tzinfo=UTC)
    for wanted in moments:
        found = timetable.next(moment)
        assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)
        moment = found
    if not moments:
        assert timetable.next(moment) is None


FIELDS = st.tuples(
    st.sampled_from(["*", "*/7", "0", "5-20/5", "1,59"]),
    st.sampled_from(["*", "*/5", "0-3", "23"]),
    st.sampled_from(["*", "1", "*/10", "28-31"]),
    st.sampled_from(["*", "2", "JAN-MAR"]),
    st.sampled_from(["*", "0", "MON-FRI"]),
)


@given(FIELDS, st.integers(0, 60 * 24 * 90))
def test_no_minute_is_left_out(fields: tuple[str, ...], minutes: int) -> None:
    """Against every minute of a day, looked at one by one."""
    start = START + timedelta(minutes=minutes)
    found = Timetable(" ".join(fields), None).next(start)
    day = (start + timedelta(minutes=number) for number in range(1, 60 * 24))
    first = next((moment for moment in day if _fits(fields, moment)), None)
    assert found == first if first else found is None or found >= start + timedelta(days=1)


def _fits(fields: tuple[str, ...], moment: datetime) -> bool:
    minutes, hours, days, months, weekdays = parse_schedule(" ".join(fields)).fields
    in_month, in_week = moment.day in days, moment.isoweekday() % 7 in weekdays
    either = in_month and in_week if "*" in (fields[2], fields[4]) else in_month or in_week
    return moment.minute in minutes and moment.hour in hours and moment.month in months and either
