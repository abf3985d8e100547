"""Finished Jobs go when their time is up."""

from __future__ import annotations

import pytest

from mockapi.controllers.ttl_after_finished import TTLAfterFinished
from mockapi.machinery.meta import name_of
from tests.controllers.job.workers import CONTROLLERS, JOBS, end_first, job
from tests.world import World


@pytest.fixture
def cluster(world: World) -> World:
    """A world that runs Jobs."""
    world.run(*CONTROLLERS, TTLAfterFinished)
    return world


@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_job_goes_with_its_pods_so_long_after_its_end(cluster: World, exit_code: int) -> None:
    job(cluster, ttlSecondsAfterFinished=30, backoffLimit=0)
    cluster.advance(100)
    end_first(cluster, exit_code)
    cluster.advance(29)
    assert [name_of(each) for each in cluster.list(JOBS)] == ["work"]
    cluster.advance(1.5)
    assert (cluster.list(JOBS), cluster.list("pods")) == ([], [])


def test_it_goes_at_once_when_it_is_not_to_be_kept(cluster: World) -> None:
    job(cluster, ttlSecondsAfterFinished=0)
    end_first(cluster)
    cluster.advance(1)
    assert cluster.list(JOBS) == []


def test_it_stays_when_nothing_is_said(cluster: World) -> None:
    job(cluster)
    end_first(cluster)
    cluster.advance(100_000)
    assert len(cluster.list(JOBS)) == 1


def test_the_time_may_be_changed(cluster: World) -> None:
    job(cluster, ttlSecondsAfterFinished=30)
    end_first(cluster)
    cluster.patch(JOBS, "work", {"spec": {"ttlSecondsAfterFinished": 60}})
    cluster.advance(31)
    assert len(cluster.list(JOBS)) == 1
    cluster.advance(30)
    assert cluster.list(JOBS) == []


def test_pods_that_are_held_hold_their_job(cluster: World) -> None:
    job(cluster, ttlSecondsAfterFinished=5)
    end_first(cluster)
    pod = cluster.list("pods")[0]
    cluster.patch("pods", name_of(pod), {"metadata": {"finalizers": ["example.com/mine"]}})
    cluster.advance(6)
    assert cluster.list(JOBS)[0]["metadata"]["finalizers"] == ["foregroundDeletion"]
    cluster.patch("pods", name_of(pod), {"metadata": {"finalizers": None}})
    cluster.settle()
    assert cluster.list(JOBS) == []
