"""When a pod that was refused is tried again, and when it is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.client import Client
from tests.controllers.scheduler.scheduling import add_node, add_pod, condition, node_of
from tests.world import World


@pytest.fixture
def scheduled(world: World) -> World:
    """One node of four processors."""
    add_node(world, "node-1")
    world.run(Scheduler)
    return world


def tries(world: World, name: str) -> int:
    """How often the pod was refused."""
    found = [event for event in world.list("events") if event["involvedObject"]["name"] == name and event["reason"] == "FailedScheduling"]
    return sum((event.get("series") or {}).get("count", 1) for event in found)


def settled_tries(world: World, name: str) -> int:
    world.settle()
    return tries(world, name)


def refused(world: World, name: str, cpu: str = "", **spec: Any) -> None:
    add_pod(world, name, cpu, **spec)
    assert settled_tries(world, name) == 1


def test_changes_that_cannot_help_wake_nobody(scheduled: World) -> None:
    refused(scheduled, "large", "5")
    refused(scheduled, "picky", nodeSelector={"disk": "ssd"})
    scheduled.client.patch("nodes", "", "node-1", {"metadata": {"labels": {"disk": "hdd"}}})
    add_pod(scheduled, "small", "1")
    scheduled.settle()
    scheduled.delete("pods", "small")
    scheduled.settle()
    assert tries(scheduled, "picky") == 1
    assert tries(scheduled, "large") == 2  # something was freed
    add_node(scheduled, "node-2", cpu="4")
    assert (settled_tries(scheduled, "large"), tries(scheduled, "picky")) == (2, 1)


@pytest.mark.parametrize(
    ("spec", "change"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, {"metadata": {"labels": {"disk": "ssd"}}}),
        ({"tolerations": [{"key": "k", "operator": "Exists"}]}, {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}}),
    ],
)
def test_a_node_that_changes_for_the_better_does(world: World, spec: Object, change: Object) -> None:
    add_node(world, "node-1", {"taints": [{"key": "other", "effect": "NoSchedule"}]} if "tolerations" in spec else {})
    world.run(Scheduler)
    refused(world, "a", **spec)
    world.client.patch("nodes", "", "node-1", change)
    world.settle()
    assert node_of(world, "a") == "node-1"


def test_a_pod_that_asks_for_less_is_tried_again(scheduled: World) -> None:
    refused(scheduled, "a", "5")
    container = {"name": "c", "image": "i", "resources": {"requests": {"cpu": "1"}}}
    scheduled.patch("pods", "a", {"spec": {"containers": [container]}}, "resize")
    scheduled.settle()
    assert node_of(scheduled, "a") == "node-1"


def test_what_its_status_says_changes_nothing(scheduled: World) -> None:
    refused(scheduled, "a", "5")
    scheduled.patch("pods", "a", {"status": {"message": "hello"}}, "status")
    assert settled_tries(scheduled, "a") == 1


def test_after_five_minutes_all_are_tried_again(scheduled: World) -> None:
    refused(scheduled, "a", "5")
    scheduled.advance(299)
    assert tries(scheduled, "a") == 1
    scheduled.advance(2)
    assert tries(scheduled, "a") == 2
    scheduled.advance(300)
    assert tries(scheduled, "a") == 3


def test_one_that_cannot_be_bound_does_not_hold_up_the_others(scheduled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Client.act

    def failing(client: Client, resource: str, key: Any, *rest: Any) -> Object:
        if key.name == "a" and scheduled.clock.monotonic() < start + 1:
            raise StatusError(500, "InternalError", "no")
        return act(client, resource, key, *rest)

    start = scheduled.clock.monotonic()
    monkeypatch.setattr(Client, "act", failing)
    add_pod(scheduled, "a", "3", priority=9)
    add_pod(scheduled, "b", "3")
    scheduled.settle()
    assert (node_of(scheduled, "a"), node_of(scheduled, "b")) == ("", "node-1")
    scheduled.advance(10)
    assert condition(scheduled, "a")[1] == "Unschedulable"
    scheduled.delete("pods", "b")
    scheduled.advance(10)
    assert node_of(scheduled, "a") == "node-1"
