"""Jobs whose completions have indexes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.controllers.job import indexes as sets
from mockapi.machinery.meta import annotations_of, labels_of, name_of
from tests.controllers.job.workers import CONTROLLERS, JOBS, at, conditions, counts, end, indexes, job, running, status, types
from tests.world import World

INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES, IGNORED = "batch.kubernetes.io/job-index-failure-count", "batch.kubernetes.io/job-index-ignored-failure-count"


def indexed(world: World, completions: int, **spec: Any) -> None:
    """Creates a Job of that many indexes, all of which may run at once."""
    job(world, completionMode="Indexed", completions=completions, **{"parallelism": completions, **spec})


def test_a_pod_knows_its_index(world: World) -> None:
    world.run(*CONTROLLERS)
    containers = [{"name": "main", "image": "busybox", "env": [{"name": "A", "value": "b"}]}]
    own = [{"name": "own", "image": "busybox", "env": [{"name": "JOB_COMPLETION_INDEX", "value": "mine"}]}]
    indexed(world, 2, pods={"containers": containers, "initContainers": own})
    pod = at(world, 1)
    assert name_of(pod).startswith("work-1-")
    assert (annotations_of(pod)[INDEX], labels_of(pod)[INDEX], pod["spec"]["hostname"]) == ("1", "1", "work-1")
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    assert pod["spec"]["containers"][0]["env"] == [{"name": "A", "value": "b"}, {"name": "JOB_COMPLETION_INDEX", "valueFrom": source}]
    assert pod["spec"]["initContainers"][0]["env"] == own[0]["env"]


def test_long_names_leave_room_for_the_index(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, "w" * 60, completionMode="Indexed", completions=1)
    name = name_of(running(world)[0])
    assert (len(name), name[:58]) == (63, "w" * 55 + "-0-")


def test_completed_indexes_are_told_of_as_ranges(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 6)
    for index, told in ((4, "4"), (0, "0,4"), (2, "0,2,4"), (3, "0,2-4"), (5, "0,2-5"), (1, "0-5")):
        end(world, at(world, index))
        assert status(world)["completedIndexes"] == told
    assert (counts(world), types(world)) == ((0, 6, 0), ["SuccessCriteriaMet", "Complete"])


def test_the_lowest_indexes_come_first_and_failed_ones_again(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 4, parallelism=2)
    assert indexes(world) == [0, 1]
    end(world, at(world, 1))
    assert indexes(world) == [0, 2]
    end(world, at(world, 0), 1)
    assert indexes(world) == [2]
    world.advance(10.5)
    assert indexes(world) == [0, 2]


def test_it_grows_and_shrinks(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 2)
    for size in (4, 1):
        world.patch(JOBS, "work", {"spec": {"completions": size, "parallelism": size}})
        world.settle()
        assert indexes(world) == list(range(size))


def test_a_second_pod_of_an_index_is_deleted(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 2)
    twin = at(world, 0)
    kept = {field: twin["metadata"][field] for field in ("generateName", "labels", "annotations", "finalizers", "ownerReferences")}
    world.create("pods", {"metadata": kept, "spec": twin["spec"]})
    world.settle()
    assert indexes(world) == [0, 1]
    assert counts(world) == (2, 0, 0)


def test_failures_are_limited_by_index(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 2, backoffLimitPerIndex=1)
    first = at(world, 0)
    assert annotations_of(first)[FAILURES] == "0"
    end(world, first, 1)
    held = world.get("pods", name_of(first)) or {}
    assert held["metadata"]["finalizers"] == ["batch.kubernetes.io/job-tracking"]
    world.advance(10.5)
    second = at(world, 0)
    assert annotations_of(second)[FAILURES] == "1"
    assert "finalizers" not in (world.get("pods", name_of(first)) or {})["metadata"]
    end(world, second, 1)
    assert (status(world)["failedIndexes"], counts(world)) == ("0", (1, 0, 2))
    end(world, at(world, 1))
    failed = ("True", "FailedIndexes", "Job has failed indexes")
    assert conditions(world) == [("FailureTarget", *failed), ("Failed", *failed)]
    assert (status(world)["completedIndexes"], status(world)["failedIndexes"]) == ("1", "0")


def test_too_many_failed_indexes_fail_the_job_at_once(world: World) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 4, backoffLimitPerIndex=0, maxFailedIndexes=1)
    end(world, at(world, 0), 1)
    assert types(world) == []
    end(world, at(world, 3), 1)
    failed = ("True", "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
    assert conditions(world) == [("FailureTarget", *failed), ("Failed", *failed)]
    assert (status(world)["failedIndexes"], running(world)) == ("0,3", [])


def test_a_policy_may_give_an_index_up_or_ignore_its_failure(world: World) -> None:
    world.run(*CONTROLLERS)
    rules = [
        {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [42]}},
        {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3]}},
    ]
    indexed(world, 2, backoffLimitPerIndex=5, podFailurePolicy={"rules": rules})
    end(world, at(world, 0), 42)
    assert (status(world)["failedIndexes"], counts(world)) == ("0", (1, 0, 1))
    end(world, at(world, 1), 3)
    world.advance(10.5)
    counted = annotations_of(at(world, 1))
    assert (counted[FAILURES], counted[IGNORED], counts(world)) == ("0", "1", (1, 0, 1))


@pytest.mark.parametrize(
    ("rule", "after"),
    [
        ({"succeededIndexes": "0,2-3"}, [0, 2, 3]),
        ({"succeededCount": 2}, [3, 1]),
        ({"succeededIndexes": "1-3", "succeededCount": 2}, [0, 1, 3]),
    ],
)
def test_a_success_policy_says_when_it_is_enough(world: World, rule: dict[str, Any], after: list[int]) -> None:
    world.run(*CONTROLLERS)
    indexed(world, 4, successPolicy={"rules": [{"succeededCount": 4}, rule]})
    for index in after:
        assert types(world) == []
        end(world, at(world, index))
    met = ("True", "SuccessPolicy", "Matched rules at index 1")
    assert conditions(world) == [("SuccessCriteriaMet", *met), ("Complete", *met)]
    assert (running(world), counts(world)[:2]) == ([], (0, len(after)))


NUMBERS = st.sets(st.integers(0, 30))


@given(NUMBERS, NUMBERS)
def test_sets_of_indexes(one: set[int], other: set[int]) -> None:
    mine, others = sets.of(one), sets.of(other)
    assert [number in mine for number in range(32)] == [number in one for number in range(32)]
    assert (len(mine), len(mine & others), len(mine | others)) == (len(one), len(one & other), len(one | other))
    assert str(sets.parse(str(mine), 31)) == str(mine)
    assert str(sets.parse(str(mine), 10)) == str(sets.of(number for number in one if number < 10))
    assert mine.first_missing(5, 20) == [number for number in range(20) if number not in one][:5]
