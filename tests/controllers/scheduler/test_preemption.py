from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object
from tests.controllers.scheduler.scheduling import HOST, add_node, add_pod, condition, failure, node_of
from tests.world import World

SHORT = "0/2 nodes are available: 2 Insufficient cpu."


@pytest.fixture
def full(world: World) -> World:
    """Two nodes of four processors each."""
    for name in ("node-1", "node-2"):
        add_node(world, name)
    world.run(Scheduler)
    return world


def run(world: World, name: str, cpu: str = "3", priority: int = 0, node: str = "", **spec: Any) -> None:
    """Creates a pod; on a node it is running since now."""
    selector = {"nodeSelector": {HOST: node}} if node else {}
    add_pod(world, name, cpu, priority=priority, **{**selector, **spec})
    world.settle()
    if node:
        world.patch("pods", name, {"status": {"phase": "Running", "startTime": timestamp(world.clock.now())}}, "status")
        world.settle()


def protect(world: World, app: str, allowed: int) -> None:
    spec = {"selector": {"matchLabels": {"app": app}}, "minAvailable": 1}
    world.create("poddisruptionbudgets.policy", {"metadata": {"name": app}, "spec": spec})
    world.patch("poddisruptionbudgets.policy", app, {"status": {"disruptionsAllowed": allowed}}, "status")


def is_going(world: World, name: str) -> bool:
    pod = world.get("pods", name)
    return pod is None or "deletionTimestamp" in pod["metadata"]


def events(world: World, reason: str) -> list[str]:
    return [message for found, message in world.events() if found == reason]


def finish(world: World, name: str) -> None:
    """What a kubelet does once the containers of a pod have ended."""
    world.delete("pods", name)
    world.settle()


def nominated(world: World, name: str) -> str:
    pod = world.get("pods", name)
    assert pod is not None
    return str(pod["status"].get("nominatedNodeName", ""))


class TestPreempting:
    def test_a_more_urgent_pod_gets_the_room_of_a_lesser_one(self, full: World) -> None:
        run(full, "low-1", priority=2, node="node-1")
        run(full, "low-2", priority=1, node="node-2")
        run(full, "high", priority=10)
        assert (is_going(full, "low-1"), is_going(full, "low-2")) == (False, True)
        assert (nominated(full, "high"), condition(full, "high")) == ("node-2", ("False", "Unschedulable", SHORT))
        assert events(full, "FailedScheduling") == [SHORT]
        finish(full, "low-2")
        assert (node_of(full, "high"), nominated(full, "high")) == ("node-2", "")

    def test_victims_are_told(self, full: World) -> None:
        run(full, "low-1", node="node-1")
        run(full, "low-2", "4", node="node-2")
        run(full, "high", "4", priority=10, nodeSelector={HOST: "node-1"})
        victim, high = full.get("pods", "low-1"), full.get("pods", "high")
        assert victim is not None
        assert high is not None
        found = next(each for each in victim["status"]["conditions"] if each["type"] == "DisruptionTarget")
        message = "default-scheduler: preempting to accommodate a higher priority pod"
        assert (found["status"], found["reason"], found["message"]) == ("True", "PreemptionByScheduler", message)
        event = next(each for each in full.list("events") if each["reason"] == "Preempted")
        assert event["message"] == f"Preempted by pod {high['metadata']['uid']} on node node-1"
        assert (event["involvedObject"]["name"], event["related"]["name"], event["action"]) == ("low-1", "high", "Preempting")
        assert victim["metadata"]["deletionGracePeriodSeconds"] == 30

    def test_nobody_makes_room_for_its_equal(self, full: World) -> None:
        for number in (1, 2):
            run(full, f"p-{number}", priority=5, node=f"node-{number}")
        run(full, "equal", priority=5)
        assert condition(full, "equal") == failure(2, "2 Insufficient cpu", "2 No preemption victims found for incoming pod")

    def test_not_where_it_does_not_help(self, full: World) -> None:
        run(full, "low", "1", priority=1, node="node-1")
        run(full, "equal", priority=10, node="node-1")
        run(full, "there", priority=10, node="node-2")
        run(full, "high", "2", priority=10)
        preemption = "1 Insufficient cpu, 1 No preemption victims found for incoming pod"
        assert condition(full, "high") == failure(2, "2 Insufficient cpu", preemption)
        assert not is_going(full, "low")

    def test_a_pod_may_renounce(self, full: World) -> None:
        for number in (1, 2):
            run(full, f"p-{number}", node=f"node-{number}")
        run(full, "high", priority=10, preemptionPolicy="Never")
        never = f"{SHORT} no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
        assert condition(full, "high")[2] == never

    def test_a_pod_waits_for_the_victims_it_has(self, full: World) -> None:
        for number in (1, 2):
            run(full, f"low-{number}", node=f"node-{number}")
        run(full, "high", priority=10)
        full.patch("pods", "high", {"metadata": {"labels": {"try": "again"}}})
        full.settle()
        waiting = f"{SHORT} no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node."
        assert condition(full, "high")[2] == waiting
        assert len(events(full, "Preempted")) == 1

    def test_the_room_is_kept(self, full: World) -> None:
        run(full, "low-1", node="node-1")
        run(full, "low-2", priority=20, node="node-2")
        run(full, "high", priority=10)
        add_pod(full, "thief", "3")
        finish(full, "low-1")
        assert (node_of(full, "high"), node_of(full, "thief")) == ("node-1", "")

    def test_a_still_more_urgent_pod_takes_the_room(self, full: World) -> None:
        run(full, "low-1", node="node-1")
        run(full, "low-2", priority=50, node="node-2")
        run(full, "high", priority=10)
        run(full, "highest", priority=20)
        assert (nominated(full, "highest"), nominated(full, "high")) == ("node-1", "")
        finish(full, "low-1")
        assert (node_of(full, "highest"), node_of(full, "high")) == ("node-1", "")


class TestChoice:
    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ([("a", 1, "3")], [("b", 2, "3")], "node-1"),
            ([("a", 2, "3")], [("b", 1, "2"), ("c", 1, "2")], "node-2"),
            ([("a", 1, "2"), ("b", 1, "2")], [("c", 1, "4")], "node-2"),
            ([("a", 1, "1"), ("b", 0, "3")], [("c", 1, "4")], "node-2"),
        ],
    )
    def test_of_the_node_that_loses_least(self, full: World, first: list[Any], second: list[Any], expected: str) -> None:
        for node, pods in (("node-1", first), ("node-2", second)):
            for name, priority, cpu in pods:
                run(full, name, cpu, priority, node)
        run(full, "high", "4", priority=10)
        assert nominated(full, "high") == expected

    def test_of_the_node_whose_pods_began_last(self, full: World) -> None:
        for number in (1, 2):
            run(full, f"low-{number}", node=f"node-{number}")
            full.advance(60)
        run(full, "high", priority=10)
        assert nominated(full, "high") == "node-2"

    def test_no_more_pods_than_need_be(self, full: World) -> None:
        run(full, "other", priority=20, node="node-2")
        for name, cpu, priority in (("a", "1", 3), ("b", "2", 2), ("c", "1", 1)):
            run(full, name, cpu, priority, "node-1")
        run(full, "high", "2", priority=10)
        assert [name for name in "abc" if is_going(full, name)] == ["b"]

    def test_budgets_count_before_priorities(self, full: World) -> None:
        protect(full, "safe", 0)
        run(full, "protected", priority=1, node="node-1")
        full.patch("pods", "protected", {"metadata": {"labels": {"app": "safe"}}})
        run(full, "other", priority=5, node="node-2")
        run(full, "high", priority=10)
        assert (nominated(full, "high"), is_going(full, "protected")) == ("node-2", False)

    def test_a_budget_is_broken_when_there_is_no_other_way(self, full: World) -> None:
        protect(full, "safe", 0)
        for number in (1, 2):
            run(full, f"p-{number}", node=f"node-{number}")
            full.patch("pods", f"p-{number}", {"metadata": {"labels": {"app": "safe"}}})
        run(full, "high", priority=10)
        assert nominated(full, "high")


def test_anti_affinity_is_overcome_by_priority(full: World) -> None:
    term: Object = {"topologyKey": HOST, "labelSelector": {"matchLabels": {"app": "web"}}}
    shy = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    for number in (1, 2):
        add_pod(full, f"p-{number}", meta={"labels": {"app": "web"}}, priority=number, affinity=shy)
    full.settle()
    run(full, "high", "1", priority=10, affinity=shy)
    assert [is_going(full, f"p-{number}") for number in (1, 2)] == [True, False]


def test_the_most_urgent_pod_is_placed_first(world: World) -> None:
    world.run(Scheduler)
    for name, priority in (("low", 1), ("high", 9), ("middle", 5)):
        run(world, name, priority=priority)
    add_node(world, "node-1", cpu="7")
    world.settle()
    assert [name for name in ("low", "middle", "high") if node_of(world, name)] == ["middle", "high"]
