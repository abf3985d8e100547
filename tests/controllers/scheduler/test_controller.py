from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.controllers.scheduler.scheduling import add_node, add_pod, condition, failure, node_of
from tests.registry.calls import at_once, delete
from tests.world import World

MATCH = "node(s) didn't match Pod's node affinity/selector"


@pytest.fixture
def scheduled(world: World) -> World:
    """Two nodes with four processors each, and a scheduler."""
    for name in ("node-1", "node-2"):
        add_node(world, name)
    world.run(Scheduler)
    return world


def attempt(scheduler: Scheduler, world: World, name: str) -> None:
    """Tells a scheduler of nothing but a pod, and has it try."""
    pod = world.get("pods", name)
    assert pod is not None
    for key in scheduler.watches()["pods"](pod, None):
        scheduler.reconcile(key)


class TestPlacing:
    def test_a_pod_gets_a_node_a_condition_and_an_event(self, scheduled: World) -> None:
        add_pod(scheduled, "a")
        scheduled.settle()
        assert node_of(scheduled, "a") == "node-1"
        assert condition(scheduled, "a")[0] == "True"
        assert scheduled.events() == [("Scheduled", "Successfully assigned ns/a to node-1")]

    def test_pods_of_other_schedulers_and_placed_ones_are_left_alone(self, scheduled: World) -> None:
        add_pod(scheduled, "other", schedulerName="mine")
        add_pod(scheduled, "placed", nodeName="elsewhere")
        scheduled.settle()
        assert (node_of(scheduled, "other"), node_of(scheduled, "placed")) == ("", "elsewhere")
        assert scheduled.events() == []

    def test_pods_of_a_replica_set_spread(self, scheduled: World) -> None:
        for number in range(3):
            add_pod(scheduled, f"crowd-{number}", nodeName="node-1")
        scheduled.run(Scheduler, ReplicaSetController)
        template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
        spec = {"replicas": 6, "selector": {"matchLabels": {"a": "b"}}, "template": template}
        scheduled.create("replicasets.apps", {"metadata": {"name": "web"}, "spec": spec})
        scheduled.settle()
        nodes = Counter(pod["spec"]["nodeName"] for pod in scheduled.list("pods") if pod["metadata"]["name"].startswith("web-"))
        assert nodes == {"node-1": 3, "node-2": 3}

    @pytest.mark.parametrize(
        ("spec", "expected"),
        [
            ({"nodeSelector": {"disk": "ssd"}}, "node-3"),
            ({"nodeSelector": {"disk": "hdd"}}, ""),
            ({"affinity": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}]}]}, "node-3"),
            ({"affinity": [{"matchExpressions": [{"key": "disk", "operator": "DoesNotExist"}]}]}, "node-1"),
            ({"affinity": [{"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["7"]}]}]}, "node-3"),
            ({"affinity": [{"matchExpressions": [{"key": "cores", "operator": "Lt", "values": ["8"]}]}]}, ""),
            ({"affinity": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]}]}, "node-2"),
            ({"affinity": [{}, {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]}, "node-3"),
            ({"affinity": [{}]}, ""),
        ],
    )
    def test_by_labels(self, scheduled: World, spec: Object, expected: str) -> None:
        add_node(scheduled, "node-3", labels={"disk": "ssd", "cores": "8"})
        if "affinity" in spec:
            required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": spec["affinity"]}}
            spec = {"affinity": {"nodeAffinity": required}}
        add_pod(scheduled, "a", **spec)
        scheduled.settle()
        assert node_of(scheduled, "a") == expected

    @pytest.mark.parametrize(
        ("tolerations", "expected"),
        [
            ([], ""),
            ([{"operator": "Exists"}], "tainted"),
            ([{"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}], "tainted"),
            ([{"key": "k", "operator": "Exists"}], "tainted"),
            ([{"key": "k", "operator": "Equal", "value": "w"}], ""),
            ([{"key": "k", "operator": "Exists", "effect": "NoExecute"}], ""),
        ],
    )
    def test_by_taints(self, world: World, tolerations: list[Object], expected: str) -> None:
        add_node(world, "tainted", {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]})
        world.run(Scheduler)
        add_pod(world, "a", tolerations=tolerations)
        world.settle()
        assert node_of(world, "a") == expected
        if not expected:
            helpless = "1 Preemption is not helpful for scheduling"
            assert condition(world, "a") == failure(1, "1 node(s) had untolerated taint(s)", helpless)

    def test_a_taint_that_only_prefers_keeps_nobody_off(self, world: World) -> None:
        add_node(world, "tainted", {"taints": [{"key": "k", "effect": "PreferNoSchedule"}]})
        world.run(Scheduler)
        add_pod(world, "a")
        world.settle()
        assert node_of(world, "a") == "tainted"


class TestRefusing:
    def test_says_why_once(self, scheduled: World) -> None:
        add_pod(scheduled, "a", nodeSelector={"no": "such"})
        scheduled.settle()
        expected = failure(2, f"2 {MATCH}", "2 Preemption is not helpful for scheduling")
        assert condition(scheduled, "a") == expected
        assert scheduled.events() == [("FailedScheduling", expected[2])]
        pod = scheduled.get("pods", "a")
        scheduled.client.patch("nodes", "", "node-1", {"metadata": {"labels": {"x": "y"}}})
        scheduled.settle()
        assert scheduled.get("pods", "a") == pod
        assert len(scheduled.events()) == 1

    def test_without_nodes(self, world: World) -> None:
        world.run(Scheduler)
        add_pod(world, "a")
        world.settle()
        assert condition(world, "a") == ("False", "Unschedulable", "no nodes available to schedule pods")
        add_node(world, "node-1")
        world.settle()
        assert node_of(world, "a") == "node-1"

    def test_unschedulable_nodes_until_they_are_not(self, scheduled: World) -> None:
        for name in ("node-1", "node-2"):
            scheduled.client.patch("nodes", "", name, {"spec": {"unschedulable": True}})
        add_pod(scheduled, "a")
        scheduled.settle()
        assert condition(scheduled, "a")[2].startswith("0/2 nodes are available: 2 node(s) were unschedulable.")
        scheduled.client.patch("nodes", "", "node-2", {"spec": {"unschedulable": None}})
        scheduled.settle()
        assert node_of(scheduled, "a") == "node-2"

    def test_different_reasons_are_counted(self, scheduled: World) -> None:
        add_node(scheduled, "node-3", {"unschedulable": True})
        add_pod(scheduled, "full-1", "3")
        add_pod(scheduled, "full-2", "3")
        add_pod(scheduled, "a", "2")
        scheduled.settle()
        preemption = "1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod"
        assert condition(scheduled, "a") == failure(3, "1 node(s) were unschedulable, 2 Insufficient cpu", preemption)

    def test_all_that_is_short_is_told(self, scheduled: World) -> None:
        requests = {"cpu": "5", "memory": "9Gi", "example.com/gpu": "1"}
        limits = {"example.com/gpu": "1"}
        add_pod(scheduled, "a", container={"resources": {"requests": requests, "limits": limits}})
        scheduled.settle()
        reasons = "2 Insufficient cpu, 2 Insufficient example.com/gpu, 2 Insufficient memory"
        assert condition(scheduled, "a") == failure(2, reasons, "2 Preemption is not helpful for scheduling")

    def test_ports_of_the_host_are_had_once_a_node(self, scheduled: World) -> None:
        for name in "abc":
            add_pod(scheduled, name, container={"ports": [{"containerPort": 80, "hostPort": 80}]})
        scheduled.settle()
        assert {node_of(scheduled, "a"), node_of(scheduled, "b")} == {"node-1", "node-2"}
        reasons = "2 node(s) didn't have free ports for the requested pod ports"
        assert condition(scheduled, "c") == failure(2, reasons, "2 No preemption victims found for incoming pod")

    def test_gates_come_first(self, scheduled: World) -> None:
        add_pod(scheduled, "a", schedulingGates=[{"name": "example.com/wait"}])
        scheduled.settle()
        assert condition(scheduled, "a")[:2] == ("False", "SchedulingGated")
        scheduled.patch("pods", "a", {"spec": {"schedulingGates": []}})
        scheduled.settle()
        assert node_of(scheduled, "a")
        assert [reason for reason, _ in scheduled.events()] == ["Scheduled"]


class TestRoom:
    def test_is_free_again_when_a_pod_goes(self, scheduled: World) -> None:
        for name in "abc":
            add_pod(scheduled, name, "3")
        scheduled.settle()
        assert node_of(scheduled, "c") == ""
        scheduled.delete("pods", "a")
        scheduled.settle()
        assert node_of(scheduled, "c") == "node-1"

    def test_is_free_again_when_a_pod_ends(self, scheduled: World) -> None:
        for name in "abc":
            add_pod(scheduled, name, "3")
        scheduled.settle()
        scheduled.patch("pods", "b", {"status": {"phase": "Succeeded"}}, "status")
        scheduled.settle()
        assert node_of(scheduled, "c") == "node-2"

    def test_is_known_after_a_restart_before_the_first_pod_is_placed(self, scheduled: World) -> None:
        add_pod(scheduled, "z-1", "3")
        add_pod(scheduled, "z-2", "3")
        scheduled.settle()
        add_pod(scheduled, "a", "3")
        attempt(Scheduler(scheduled.toolbox()), scheduled, "a")
        assert node_of(scheduled, "a") == ""

    def test_a_node_is_never_over_committed(self, world: World) -> None:
        for name in ("node-1", "node-2", "node-3"):
            add_node(world, name, pods="12")
        manager = world.make_manager(Scheduler)
        manager.start()

        def churn(thread: int) -> None:
            for number in range(25):
                add_pod(world, f"p-{thread}-{number}", "700m")
                if number % 3 == 0:
                    delete(world, "pods", f"p-{thread}-{number}", grace_period_seconds=0)
                try:
                    world.patch("pods", f"p-{thread}-{number}", {"metadata": {"labels": {"touched": "yes"}}})
                except StatusError as gone:
                    if gone.code != 404:
                        raise

        try:
            assert at_once(*[lambda thread=thread: churn(thread) for thread in range(3)]) == [None] * 3  # type: ignore[misc]
            deadline = time.monotonic() + 30
            while not manager.settled(0.5):
                assert time.monotonic() < deadline
                world.clock.advance(0.1)  # conflicts are tried again after a while
        finally:
            manager.stop()
        usage = Counter(node_of(world, pod["metadata"]["name"]) for pod in world.list("pods"))
        assert usage.pop("") > 0
        assert usage == {"node-1": 5, "node-2": 5, "node-3": 5}  # of 700m each into four processors


def test_a_pod_that_is_deleted_while_it_is_bound_takes_no_room(scheduled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pod(scheduled, "a", "3")
    act = scheduled.client.act

    def too_late(resource: str, key: Any, *rest: Any) -> Object:
        scheduled.delete("pods", "a")
        return act(resource, key, *rest)

    controller = Scheduler(scheduled.toolbox())
    monkeypatch.setattr(type(scheduled.client), "act", lambda _self, *args: too_late(*args))
    attempt(controller, scheduled, "a")
    node = controller._snapshot.node("node-1")
    assert node is not None
    assert not node.pods
    assert scheduled.events() == []
