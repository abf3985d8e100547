from __future__ import annotations

import pytest

from mockapi.machinery.meta import labels_of, name_of
from tests.controllers.standin import BROKEN
from tests.world import World

from .fleet import (
    CONTROLLERS,
    REVISIONS,
    SETS,
    SLOW,
    add_nodes,
    change,
    daemonset,
    images,
    on,
    places,
    pod_template,
    revisions,
    rolling,
    status,
    staying,
    taint,
    undo,
)

OLD, NEW = "agent:1", "agent:2"


@pytest.fixture
def fleet(world: World) -> World:
    """Four nodes, whose pods take ten seconds to stop."""
    add_nodes(world, *(f"node-{number}" for number in range(1, 5)))
    world.run(*SLOW)
    return world


def test_one_pod_at_a_time_is_replaced(fleet: World) -> None:
    daemonset(fleet)
    change(fleet, template=pod_template(NEW))
    for updated in range(4):
        assert sorted(images(fleet).values()) == [OLD] * (3 - updated) + [NEW] * updated
        assert status(fleet)["updatedNumberScheduled"] == updated if updated else "updatedNumberScheduled" not in status(fleet)
        fleet.advance(10)
    assert sorted(images(fleet).values()) == [NEW] * 4
    assert status(fleet)["updatedNumberScheduled"] == 4


@pytest.mark.parametrize(("most", "expected"), [(2, 2), ("50%", 2), ("30%", 2), ("100%", 4), ("1%", 1)])
def test_a_share_is_rounded_up(fleet: World, most: int | str, expected: int) -> None:
    daemonset(fleet, updateStrategy=rolling(unavailable=most))
    change(fleet, template=pod_template(NEW))
    assert len(images(fleet)) == 4 - expected


def test_a_broken_image_stops_the_update(fleet: World) -> None:
    daemonset(fleet)
    change(fleet, template=pod_template(BROKEN))
    fleet.advance(100)
    assert sorted(images(fleet).values()) == [OLD] * 3 + [BROKEN]
    assert status(fleet)["numberUnavailable"] == 1
    change(fleet, template=pod_template(NEW))
    fleet.advance(100)
    assert sorted(images(fleet).values()) == [NEW] * 4


def test_min_ready_seconds_slow_the_update_down(fleet: World) -> None:
    daemonset(fleet, minReadySeconds=20)
    fleet.advance(20)
    change(fleet, template=pod_template(NEW))
    fleet.advance(29)
    assert sorted(images(fleet).values()) == [OLD] * 3 + [NEW]
    fleet.advance(1)
    assert sorted(images(fleet).values()) == [OLD] * 2 + [NEW]


def test_on_delete_waits_for_a_deletion(fleet: World) -> None:
    daemonset(fleet, updateStrategy={"type": "OnDelete"})
    change(fleet, template=pod_template(NEW))
    fleet.advance(30)
    assert sorted(images(fleet).values()) == [OLD] * 4
    fleet.delete("pods", name_of(on(fleet, "node-2")))
    fleet.settle()
    assert images(fleet)["node-2"] == NEW


def test_surge_makes_the_new_pod_first(fleet: World) -> None:
    daemonset(fleet, updateStrategy=rolling(surge=1), minReadySeconds=5)
    fleet.advance(5)
    change(fleet, template=pod_template(NEW))
    assert len(staying(fleet)) == 5
    assert status(fleet)["numberAvailable"] == 4
    fleet.advance(5)
    assert len(staying(fleet)) == 5
    assert sorted(set(places(fleet))) == sorted(images(fleet))
    fleet.advance(60)
    assert sorted(images(fleet).values()) == [NEW] * 4
    assert len(staying(fleet)) == 4


def test_surge_replaces_what_does_not_serve_at_once(fleet: World) -> None:
    daemonset(fleet, updateStrategy=rolling(surge=1), template=pod_template(BROKEN))
    change(fleet, template=pod_template(NEW))
    fleet.advance(30)
    assert images(fleet) == {f"node-{number}": NEW for number in range(1, 5)}


def test_a_broken_image_takes_no_pod_away_with_surge(fleet: World) -> None:
    daemonset(fleet, updateStrategy=rolling(surge=2))
    fleet.advance(1)
    change(fleet, template=pod_template(BROKEN))
    fleet.advance(100)
    assert sorted(pod["spec"]["containers"][0]["image"] for pod in staying(fleet)) == [OLD] * 4 + [BROKEN] * 2
    assert status(fleet)["numberAvailable"] == 4


def test_with_surge_a_pod_that_may_only_stay_goes_when_the_others_suffice(fleet: World) -> None:
    daemonset(fleet, updateStrategy=rolling(surge=1))
    taint(fleet, "node-1", "team", "NoSchedule")
    assert places(fleet) == [f"node-{number}" for number in range(1, 5)]
    change(fleet, template=pod_template(NEW))
    fleet.advance(100)
    assert images(fleet) == {f"node-{number}": NEW for number in range(2, 5)}


def test_the_history_of_templates(world: World) -> None:
    add_nodes(world, "node-1")
    world.run(*CONTROLLERS)
    daemonset(world)
    change(world, template=pod_template(NEW))
    assert revisions(world) == [(1, OLD), (2, NEW)]
    undo(world, 1)
    assert revisions(world) == [(2, NEW), (3, OLD)]
    assert images(world) == {"node-1": OLD}
    code = labels_of(on(world, "node-1"))["controller-revision-hash"]
    current = next(each for each in world.list(REVISIONS) if each["revision"] == 3)
    assert labels_of(current)["controller-revision-hash"] == code
    assert labels_of(on(world, "node-1"))["pod-template-generation"] == "3"


def test_the_history_has_a_limit(world: World) -> None:
    add_nodes(world, "node-1")
    world.run(*CONTROLLERS)
    daemonset(world, revisionHistoryLimit=1)
    for number in range(2, 6):
        change(world, template=pod_template(f"agent:{number}"))
    assert revisions(world) == [(4, "agent:4"), (5, "agent:5")]


def test_revisions_that_pods_are_of_are_kept(fleet: World) -> None:
    daemonset(fleet, revisionHistoryLimit=0, updateStrategy={"type": "OnDelete"})
    change(fleet, template=pod_template(NEW))
    change(fleet, template=pod_template("agent:3"))
    assert revisions(fleet) == [(1, OLD), (3, "agent:3")]


def test_a_revision_that_somebody_deleted_is_recorded_anew(world: World) -> None:
    add_nodes(world, "node-1")
    world.run(*CONTROLLERS)
    daemonset(world)
    pod = name_of(on(world, "node-1"))
    world.delete(REVISIONS, name_of(world.list(REVISIONS)[0]))
    world.settle()
    assert revisions(world) == [(1, OLD)]
    assert name_of(on(world, "node-1")) == pod


def test_a_hash_that_is_taken_counts_as_a_collision(world: World) -> None:
    add_nodes(world, "node-1")
    world.run(*CONTROLLERS)
    daemonset(world)
    [revision] = world.list(REVISIONS)
    world.client.delete(SETS, "ns", "agent")
    world.settle()
    taken = {"metadata": {"name": name_of(revision)}, "data": {"other": True}, "revision": 1}
    world.create(REVISIONS, taken)
    daemonset(world)
    assert status(world)["collisionCount"] == 1
    assert places(world) == ["node-1"]
