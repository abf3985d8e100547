from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Object
from tests.controllers.scheduler.scheduling import HOST, ZONE, add_node, add_pod, condition, failure, node_of
from tests.world import World

UNEVEN = "node(s) didn't match pod topology spread constraints"
SELECTOR = {"matchLabels": {"app": "web"}}
WEB = {"labels": {"app": "web"}}


@pytest.fixture
def zones(world: World) -> World:
    """Zone a with a node, zone b with two."""
    for name, zone in (("a-1", "a"), ("b-1", "b"), ("b-2", "b")):
        add_node(world, name, labels={ZONE: zone})
    world.run(Scheduler)
    return world


def spread(key: str = ZONE, skew: int = 1, answer: str = "DoNotSchedule", **more: Any) -> Object:
    return {"topologyKey": key, "maxSkew": skew, "whenUnsatisfiable": answer, "labelSelector": SELECTOR, **more}


def place(world: World, name: str, *constraints: Object, **spec: Any) -> str:
    """The node that a pod of the application gets."""
    add_pod(world, name, meta=WEB, topologySpreadConstraints=list(constraints), **spec)
    world.settle()
    return node_of(world, name)


def test_zones_differ_by_the_skew_at_most(zones: World) -> None:
    placed = Counter(place(zones, f"p-{number}", spread())[0] for number in range(6))
    assert placed == {"a": 3, "b": 3}


def test_a_zone_that_is_full_keeps_the_others_waiting(zones: World) -> None:
    zones.client.patch("nodes", "", "a-1", {"spec": {"unschedulable": True}})
    assert place(zones, "p-1", spread()).startswith("b")
    assert place(zones, "p-2", spread()) == ""
    reasons = f"1 node(s) were unschedulable, 2 {UNEVEN}"
    preemption = "1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod"
    assert condition(zones, "p-2") == failure(3, reasons, preemption)
    zones.client.patch("nodes", "", "a-1", {"spec": {"unschedulable": None}})
    zones.settle()
    assert node_of(zones, "p-2") == "a-1"


def test_nodes_without_the_label_are_out(zones: World) -> None:
    assert place(zones, "p", spread("rack")) == ""
    assert condition(zones, "p") == failure(3, f"3 {UNEVEN} (missing required label)", "3 Preemption is not helpful for scheduling")


def test_too_few_domains_count_as_one_without_pods(zones: World) -> None:
    assert place(zones, "p-1", spread(minDomains=3))
    assert place(zones, "p-2", spread(minDomains=3))
    assert place(zones, "p-3", spread(minDomains=3)) == ""
    add_node(zones, "c-1", labels={ZONE: "c"})
    zones.settle()
    assert node_of(zones, "p-3") == "c-1"


@pytest.mark.parametrize(("policy", "expected"), [("Honor", True), ("Ignore", False)])
def test_nodes_that_the_pod_would_not_take_may_count(zones: World, policy: str, expected: bool) -> None:
    selector = {"nodeSelector": {ZONE: "b"}}
    constraint = spread(nodeAffinityPolicy=policy)
    assert place(zones, "p-1", constraint, **selector)
    assert bool(place(zones, "p-2", constraint, **selector)) == expected


@pytest.mark.parametrize(("policy", "expected"), [("Honor", True), ("Ignore", False)])
def test_tainted_nodes_may_count(zones: World, policy: str, expected: bool) -> None:
    zones.client.patch("nodes", "", "a-1", {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}})
    constraint = spread(nodeTaintsPolicy=policy)
    assert place(zones, "p-1", constraint)
    assert bool(place(zones, "p-2", constraint)) == expected


def test_pods_of_another_revision_do_not_count(zones: World) -> None:
    constraint = spread(matchLabelKeys=["rev"])
    add_pod(zones, "old", meta={"labels": {"app": "web", "rev": "1"}}, nodeName="a-1")
    add_pod(zones, "new", meta={"labels": {"app": "web", "rev": "2"}}, topologySpreadConstraints=[constraint], nodeSelector={ZONE: "a"})
    zones.settle()
    assert node_of(zones, "new") == "a-1"


def test_pods_that_are_going_do_not_count(zones: World) -> None:
    add_pod(zones, "old", meta={**WEB, "finalizers": ["example.com/f"]}, nodeName="a-1")
    assert place(zones, "new", spread(nodeAffinityPolicy="Ignore"), nodeSelector={HOST: "a-1"}) == ""
    zones.delete("pods", "old")
    zones.settle()
    assert node_of(zones, "new") == "a-1"


def test_what_should_be_is_only_preferred(zones: World) -> None:
    add_pod(zones, "one", meta=WEB, nodeName="b-1")
    constraint = spread(answer="ScheduleAnyway")
    assert place(zones, "p-1", constraint) == "a-1"
    assert place(zones, "p-2", constraint, nodeSelector={ZONE: "a"}) == "a-1"


def test_pods_behind_a_service_are_spread_without_asking(zones: World) -> None:
    zones.service("web")
    placed = []
    for number in range(3):
        add_pod(zones, f"p-{number}", meta=WEB)
        zones.settle()
        placed.append(node_of(zones, f"p-{number}"))
    assert sorted(placed) == ["a-1", "b-1", "b-2"]
