"""Pods of Jobs that fail: back-off, limits, policies, deadlines."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import name_of
from tests.controllers.job.workers import CONTROLLERS, SLOW, conditions, counts, end, end_first, job, running, status, types
from tests.world import World

LIMIT = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
LATE = ("DeadlineExceeded", "Job was active longer than specified deadline")


def both(reason: str, message: str) -> list[tuple[str, str, str, str]]:
    """The conditions of a Job that failed."""
    return [("FailureTarget", "True", reason, message), ("Failed", "True", reason, message)]


def test_pauses_double_after_each_failure_up_to_ten_minutes(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, backoffLimit=10)
    for pause in (10, 20, 40, 80, 160, 320, 600, 600):
        end_first(world, 1)
        world.advance(pause - 1)
        assert running(world) == []
        world.advance(1.5)
        assert len(running(world)) == 1


def test_a_success_ends_the_row_of_failures(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=3)
    end_first(world, 1)
    world.advance(10.5)
    end_first(world)
    assert len(running(world)) == 1
    end_first(world, 1)
    world.advance(10.5)
    assert (len(running(world)), counts(world)) == (1, (1, 1, 2))


def test_other_pods_are_active_during_a_pause(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=3, parallelism=3)
    end_first(world, 1)
    assert (counts(world), status(world)["ready"]) == ((2, 0, 1), 2)


def test_the_pause_outlives_a_restart(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world)
    for pause in (10.5, 20.5):
        end_first(world, 1)
        world.advance(pause)
    end_first(world, 1)
    world.run(*CONTROLLERS)
    world.advance(39)
    assert running(world) == []
    world.advance(1.5)
    assert len(running(world)) == 1


def test_the_pause_outlives_a_look_that_was_not_finished(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(*CONTROLLERS)
    job(world)

    def refused(*_: object) -> None:
        monkeypatch.undo()
        raise StatusError(409, "Conflict", "too late")

    monkeypatch.setattr("mockapi.controllers.job.status.release", refused)
    end(world, running(world)[0], 1)
    world.advance(5)
    assert (running(world), counts(world)) == ([], (0, 0, 1))
    world.advance(6)
    assert len(running(world)) == 1


def test_too_many_failures_fail_the_job_and_its_other_pods(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=4, parallelism=3, backoffLimit=0)
    end_first(world, 1)
    assert conditions(world) == both(*LIMIT)
    assert counts(world) == (0, 0, 3)
    assert (len(world.list("pods")), "completionTime" in status(world)) == (1, False)
    assert LIMIT in world.events()


def test_restarts_count_where_pods_restart_their_containers(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, backoffLimit=2, pods={"restartPolicy": "OnFailure"})
    pod = running(world)[0]
    for restarts in (1, 2):
        assert types(world) == []
        container = {"name": "main", "image": "busybox", "imageID": "", "ready": True, "restartCount": restarts}
        world.patch("pods", name_of(pod), {"status": {"containerStatuses": [container]}}, "status")
        world.settle()
    assert conditions(world) == both(*LIMIT)


def test_a_job_ends_when_it_was_active_for_too_long(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, activeDeadlineSeconds=30)
    world.advance(29)
    assert types(world) == []
    world.advance(1.5)
    assert conditions(world) == both(*LATE)
    assert (counts(world), world.list("pods")) == ((0, 0, 1), [])


def test_it_has_failed_only_when_its_pods_are_gone(world: World) -> None:
    world.run(*SLOW)
    job(world, activeDeadlineSeconds=30, podReplacementPolicy="Failed")
    pod = running(world)[0]
    world.patch("pods", name_of(pod), {"metadata": {"finalizers": ["example.com/mine", "batch.kubernetes.io/job-tracking"]}})
    world.advance(31)
    assert types(world) == ["FailureTarget"]
    assert status(world)["terminating"] == 1
    world.patch("pods", name_of(pod), {"metadata": {"finalizers": None}})
    world.advance(30)
    assert types(world) == ["FailureTarget", "Failed"]


RULES = [
    {"action": "FailJob", "onExitCodes": {"containerName": "main", "operator": "In", "values": [42]}},
    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3, 4]}},
    {"action": "Count", "onExitCodes": {"operator": "NotIn", "values": [5]}},
    {"action": "FailJob", "onPodConditions": [{"type": "Bad", "status": "True"}]},
]


@pytest.mark.parametrize(
    ("exit_code", "held", "failed", "sentence"),
    [
        (42, [], 1, "Container main for pod ns/{} failed with exit code 42 matching FailJob rule at index 0"),
        (1, ["DisruptionTarget"], 0, ""),
        (3, [], 0, ""),
        (1, ["Bad"], 1, ""),
        (5, [], 1, ""),
        (5, ["Bad"], 1, "Pod ns/{} has condition Bad matching FailJob rule at index 4"),
    ],
)
def test_the_first_rule_that_matches_decides(world: World, exit_code: int, held: list[str], failed: int, sentence: str) -> None:
    world.run(*CONTROLLERS)
    job(world, podFailurePolicy={"rules": RULES})
    pod = running(world)[0]
    end(world, pod, exit_code, *held)
    wanted = both("PodFailurePolicy", sentence.format(name_of(pod))) if sentence else []
    assert (counts(world)[2], conditions(world)) == (failed, wanted)
    world.advance(11)
    assert len(running(world)) == (0 if sentence else 1)


def test_ignored_failures_do_not_reach_the_limit(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, backoffLimit=0, podFailurePolicy={"rules": RULES})
    for pause in (10.5, 20.5, 40.5):
        end_first(world, 3)
        world.advance(pause)
    assert (counts(world), types(world)) == ((1, 0, 0), [])


@pytest.mark.parametrize("spec", [{"suspend": True}, {"parallelism": 0}])
def test_a_job_without_pods_tells_so(world: World, spec: dict[str, Any]) -> None:
    world.run(*CONTROLLERS)
    job(world, **spec)
    world.advance(60)
    found = status(world)
    assert (found["ready"], found["terminating"], found["uncountedTerminatedPods"]) == (0, 0, {})
    assert ("startTime" in found, types(world)) == ("suspend" not in spec, ["Suspended"] if "suspend" in spec else [])


def test_suspending_takes_the_pods_away_and_resuming_starts_anew(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=4, parallelism=2, activeDeadlineSeconds=50)
    world.advance(40)
    world.patch("jobs.batch", "work", {"spec": {"suspend": True}})
    world.settle()
    assert (world.list("pods"), counts(world)) == ([], (0, 0, 0))
    assert conditions(world) == [("Suspended", "True", "JobSuspended", "Job suspended")]
    assert "startTime" not in status(world)
    world.advance(40)
    world.patch("jobs.batch", "work", {"spec": {"suspend": False}})
    world.settle()
    assert (len(running(world)), counts(world)) == (2, (2, 0, 0))
    assert conditions(world) == [("Suspended", "False", "JobResumed", "Job resumed")]
    assert status(world)["startTime"] == "2026-01-01T00:01:20Z"
    told = [reason for reason, _ in world.events()]
    assert (told.count("Suspended"), told.count("Resumed"), told.count("SuccessfulDelete")) == (1, 1, 2)
    world.advance(51)
    assert types(world) == ["FailureTarget", "Failed"]


def test_a_suspended_job_fails_when_its_limit_is_lowered(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world)
    end(world, running(world)[0], 1)
    world.patch("jobs.batch", "work", {"spec": {"suspend": True}})
    world.settle()
    assert "startTime" not in status(world)
    world.patch("jobs.batch", "work", {"spec": {"backoffLimit": 0}})
    world.settle()
    assert types(world) == ["Suspended", "FailureTarget", "Failed"]
    assert "startTime" in status(world)
