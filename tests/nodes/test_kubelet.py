"""What kubelets do with pods: starting, stopping, and their addresses."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from tests.nodes.onenode import NODE, add_node, conditions, get, phase, settle_at
from tests.registry.calls import at_once
from tests.world import NAMESPACE, World


class TestStart:
    @pytest.mark.parametrize("begin", [0.0, 0.9])
    def test_takes_its_time(self, realistic: World, begin: float) -> None:
        """The moment does not matter, though timestamps are cut off to whole seconds."""
        settle_at(realistic, begin)
        realistic.pod("a")
        realistic.settle()
        assert phase(realistic) == "Pending ContainerCreating"
        settle_at(realistic, begin + 1.4)
        assert phase(realistic) == "Pending ContainerCreating"
        settle_at(realistic, begin + 1.6)
        assert phase(realistic) == "Running"
        status = get(realistic)["status"]
        assert status["podIPs"] == [{"ip": status["podIP"]}]
        assert (status["hostIP"], status["hostIPs"]) == ("192.168.49.2", [{"ip": "192.168.49.2"}])
        assert status["startTime"] == "2026-01-01T00:00:00Z"
        assert set(conditions(realistic).values()) == {"True"}

    def test_tells_of_itself_in_events(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.advance(5)
        assert realistic.events() == [
            ("Pulling", 'Pulling image "nginx"'),
            ("Pulled", 'Successfully pulled image "nginx" in 1s (1s including waiting). Image size: 68139680 bytes.'),
            ("Created", "Container created"),
            ("Started", "Container started"),
        ]
        event = realistic.list("events")[0]
        assert event["source"] == {"component": "kubelet", "host": NODE}
        assert event["involvedObject"]["fieldPath"] == "spec.containers{main}"

    def test_goes_on_after_a_restart(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.settle()
        settle_at(realistic, 1.2)
        realistic.run(Kubelet)
        assert phase(realistic) == "Pending ContainerCreating"
        settle_at(realistic, 2.6)  # up to a second later, for the start is known in whole seconds only
        assert phase(realistic) == "Running"

    def test_is_at_once_in_the_other_preset(self, instant: World) -> None:
        instant.pod("a")
        instant.settle()
        assert phase(instant) == "Running"
        assert instant.events() == []

    def test_waits_for_init_containers(self, realistic: World) -> None:
        inits = [{"name": "first", "image": "busybox"}, {"name": "beside", "image": "proxy", "restartPolicy": "Always"}]
        realistic.pod("a", initContainers=inits)
        realistic.settle()
        assert phase(realistic) == "Pending PodInitializing"
        assert conditions(realistic)["Initialized"] == "False"
        waiting = get(realistic)["status"]["initContainerStatuses"]
        assert [(found["name"], found["state"]) for found in waiting] == [
            (name, {"waiting": {"reason": "PodInitializing"}}) for name in ("first", "beside")
        ]
        realistic.advance(5)
        first, beside = get(realistic)["status"]["initContainerStatuses"]
        assert first["state"]["terminated"]["reason"] == "Completed"
        assert (list(beside["state"]), beside["ready"], beside["started"]) == (["running"], True, True)
        assert conditions(realistic)["Initialized"] == "True"

    def test_with_readiness_gates(self, instant: World) -> None:
        instant.pod("a", readinessGates=[{"conditionType": "example.com/lb"}])
        instant.settle()
        assert (phase(instant), conditions(instant)["Ready"], conditions(instant)["ContainersReady"]) == ("Running", "False", "True")

    def test_leaves_a_status_written_by_hand(self, instant: World) -> None:
        instant.pod("a")
        instant.settle()
        instant.set_pod("a", "10.9.9.9", ready=False)
        before = get(instant)
        instant.advance(60)
        instant.run(Kubelet)
        assert get(instant) == before

    def test_leaves_pods_without_a_node(self, instant: World) -> None:
        instant.create("pods", {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})
        instant.settle()
        assert phase(instant) == "Pending"


class TestNodes:
    def test_a_pod_waits_for_its_node_to_appear(self, instant: World) -> None:
        instant.pod("a", nodeName="late")
        instant.settle()
        assert phase(instant) == "Pending"
        add_node(instant, "late", "10.244.7.0/24")
        instant.settle()
        assert get(instant)["status"]["podIP"] == "10.244.7.2"

    def test_a_pod_waits_for_its_node_to_have_addresses(self, instant: World) -> None:
        add_node(instant, "bare", "")
        instant.pod("a", nodeName="bare")
        instant.pod("host", nodeName="bare", hostNetwork=True)
        instant.settle()
        assert (phase(instant), phase(instant, "host")) == ("Pending", "Running")
        assert instant.manager is not None
        assert instant.manager._queue.next_due() is None  # nobody asks over and over
        instant.client.patch("nodes", "", "bare", {"spec": {"podCIDR": "10.244.8.0/24", "podCIDRs": ["10.244.8.0/24"]}})
        instant.settle()
        assert get(instant)["status"]["podIP"] == "10.244.8.2"

    def test_a_pod_of_the_hosts_network_has_the_nodes_address(self, instant: World) -> None:
        instant.pod("a", hostNetwork=True)
        instant.pod("b", hostNetwork=True)
        instant.settle()
        assert [get(instant, name)["status"]["podIP"] for name in "ab"] == ["192.168.49.2"] * 2

    def test_pods_of_a_deleted_node_can_be_deleted(self, instant: World) -> None:
        instant.pod("a")
        instant.settle()
        instant.client.delete("nodes", "", NODE)
        instant.settle()
        assert phase(instant) == "Running"
        instant.delete("pods", "a", grace=None)
        instant.settle()
        assert instant.get("pods", "a") is None


class TestStop:
    @pytest.mark.parametrize("begin", [3.0, 3.9])
    def test_takes_its_time(self, realistic: World, begin: float) -> None:
        realistic.pod("a")
        settle_at(realistic, begin)
        realistic.delete("pods", "a", grace=None)
        realistic.settle()
        settle_at(realistic, begin + 0.9)
        assert get(realistic)["metadata"]["deletionTimestamp"]
        settle_at(realistic, begin + 1.1)
        assert realistic.get("pods", "a") is None
        assert realistic.events()[-1] == ("Killing", "Stopping container main")

    def test_is_told_once(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.advance(3)
        realistic.delete("pods", "a", grace=None)
        realistic.settle()
        realistic.patch("pods", "a", {"metadata": {"labels": {"touched": "yes"}}})
        realistic.advance(5)
        assert [event["count"] for event in realistic.list("events") if event["reason"] == "Killing"] == [1]

    def test_leaves_what_finalizers_hold(self, realistic: World) -> None:
        realistic.pod("a", metadata={"finalizers": ["example.com/hold"]})
        realistic.advance(3)
        realistic.delete("pods", "a", grace=None)
        realistic.advance(60)
        pod = get(realistic)
        assert pod["metadata"]["deletionGracePeriodSeconds"] == 0
        assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
        realistic.patch("pods", "a", {"metadata": {"finalizers": None}})
        assert realistic.get("pods", "a") is None

    def test_of_a_pod_that_never_started(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.settle()
        realistic.delete("pods", "a", grace=None)
        realistic.advance(3)
        assert realistic.get("pods", "a") is None

    def test_goes_on_after_a_restart(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.advance(3)
        realistic.delete("pods", "a", grace=None)
        realistic.settle()
        realistic.run(Kubelet)
        realistic.advance(2.1)
        assert realistic.get("pods", "a") is None


class TestAddresses:
    def test_are_not_used_again_at_once(self, instant: World) -> None:
        first = start(instant, "a")
        instant.delete("pods", "a")
        instant.settle()
        assert start(instant, "a") != first

    def test_known_before_a_restart_are_not_given_to_others(self, instant: World) -> None:
        taken = {start(instant, name) for name in "ab"}
        instant.run(Kubelet)
        assert start(instant, "c") not in taken

    def test_written_by_hand_are_not_given_to_others(self, instant: World) -> None:
        instant.pod("a", "10.244.0.2")
        instant.settle()
        assert start(instant, "b") == "10.244.0.3"

    def test_of_a_pod_that_was_replaced_under_its_name_are_free_again(self, world: World) -> None:
        small(world)
        for _ in range(12):  # more often than there are addresses
            start(world, "a")
            world.delete("pods", "a")

    def test_of_pods_that_have_ended_are_free_again(self, world: World) -> None:
        small(world)
        for number in range(12):
            start(world, f"p{number}")
            world.patch("pods", f"p{number}", {"status": {"phase": "Succeeded"}}, "status")

    def test_of_a_pod_that_went_while_it_started_are_free_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        small(world)
        update = world.client.update_status

        def too_late(resource: str, obj: Object) -> Object:
            world.delete("pods", obj["metadata"]["name"])
            return update(resource, obj)

        with monkeypatch.context() as patched:
            patched.setattr(type(world.client), "update_status", lambda _self, *args: too_late(*args))
            for number in range(12):
                world.pod(f"p{number}")
                world.settle()
        assert start(world, "a")

    def test_that_are_all_taken_are_waited_for(self, world: World) -> None:
        small(world)
        for number in range(5):
            start(world, f"p{number}")
        world.pod("a")
        world.settle()
        assert phase(world) == "Pending"
        world.delete("pods", "p3")
        world.advance(5)
        assert phase(world) == "Running"

    def test_of_four_workers_differ(self, world: World) -> None:
        add_node(world)
        manager = world.make_manager(Kubelet)
        manager.start()
        try:
            at_once(*[lambda thread=thread: make(world, thread) for thread in range(4)])  # type: ignore[misc]
            deadline = time.monotonic() + 30
            while not manager.settled(0.5):
                assert time.monotonic() < deadline
                world.clock.advance(0.1)
        finally:
            manager.stop()
        taken = [pod["status"].get("podIP") for pod in world.list("pods")]
        assert None not in taken
        assert len(set(taken)) == 60


def small(world: World) -> None:
    """A node with room for five addresses."""
    add_node(world, cidr="10.244.0.0/29")
    world.run(Kubelet)


def make(world: World, thread: int, **spec: Any) -> None:
    for number in range(15):
        world.pod(f"p-{thread}-{number}", **spec)


def start(world: World, name: str) -> str:
    """Creates a pod and returns its address."""
    world.pod(name)
    world.settle()
    pod = world.client.get("pods", NAMESPACE, name)
    assert pod is not None
    return str(pod["status"]["podIP"])
