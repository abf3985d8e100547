from __future__ import annotations

import time
from typing import Any

import pytest

from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from tests.registry.calls import at_once
from tests.world import NAMESPACE, World

NODE = "node-1"


@pytest.fixture
def realistic(world: World) -> World:
    """A node of nobody's pool, with addresses for its pods, and kubelets that take their time."""
    world.preset = "realistic"
    add_node(world)
    world.run(Kubelet)
    return world


@pytest.fixture
def instant(world: World) -> World:
    add_node(world)
    world.run(Kubelet)
    return world


def add_node(world: World, name: str = NODE, cidr: str = "10.244.0.0/24", address: str = "192.168.49.2") -> None:
    world.create("nodes", {"metadata": {"name": name}, "spec": {"podCIDR": cidr} if cidr else {}})
    world.client.patch("nodes", "", name, {"status": {"addresses": [{"type": "InternalIP", "address": address}]}}, "status")


def get(world: World, name: str = "a") -> Object:
    pod = world.get("pods", name)
    assert pod is not None
    return pod


def phase(world: World, name: str = "a") -> str:
    """The phase, and what the first container waits for."""
    status = get(world, name)["status"]
    states = status.get("containerStatuses") or [{"state": {}}]
    return " ".join([status["phase"], states[0]["state"].get("waiting", {}).get("reason", "")]).strip()


def conditions(world: World, name: str = "a") -> dict[str, str]:
    return {condition["type"]: condition["status"] for condition in get(world, name)["status"]["conditions"]}


def settle_at(world: World, seconds: float) -> None:
    """Lets time pass up to so many seconds after the beginning of the test."""
    world.advance(seconds - world.clock.monotonic())


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


class TestFailures:
    def test_goes_on_when_what_is_missing_appears(self, realistic: World) -> None:
        source = {"configMapKeyRef": {"name": "config", "key": "k"}}
        realistic.pod("a", containers=[{"name": "main", "image": "nginx", "env": [{"name": "K", "valueFrom": source}]}])
        realistic.advance(5)
        assert phase(realistic) == "Pending CreateContainerConfigError"
        assert waiting(realistic)["message"] == 'configmap "config" not found'
        realistic.create("configmaps", {"metadata": {"name": "config"}})
        realistic.settle()
        assert waiting(realistic)["message"] == "couldn't find key k in ConfigMap ns/config"
        realistic.patch("configmaps", "config", {"data": {"k": "v"}})
        realistic.advance(2)
        assert phase(realistic) == "Running"

    def test_a_volume_holds_the_pod_up(self, instant: World) -> None:
        instant.pod("a", volumes=[{"name": "v", "secret": {"secretName": "late"}}])
        instant.advance(5)
        assert phase(instant) == "Pending ContainerCreating"
        instant.create("secrets", {"metadata": {"name": "late"}})
        instant.settle()
        assert phase(instant) == "Running"

    def test_back_off_goes_on_after_a_restart(self, realistic: World) -> None:
        realistic.pod("a", containers=[{"name": "main", "image": "busybox", "command": ["false"]}])
        realistic.advance(60)
        status = get(realistic)["status"]["containerStatuses"][0]
        assert (status["restartCount"], status["state"]["waiting"]["reason"]) == (3, "CrashLoopBackOff")
        assert status["state"]["waiting"]["message"].startswith("back-off 40s restarting failed container=main pod=a_ns(")
        realistic.run(Kubelet)
        settle_at(realistic, 72.0)
        assert restarts(realistic) == 3
        settle_at(realistic, 76.0)
        assert restarts(realistic) == 4

    def test_an_image_of_the_node_is_not_pulled_again(self, realistic: World) -> None:
        realistic.pod("a", containers=[{"name": "main", "image": "nginx:1.27"}])
        realistic.advance(5)
        realistic.run(Kubelet)
        realistic.pod("b", containers=[{"name": "main", "image": "nginx:1.27"}])
        realistic.advance(0.6)
        assert phase(realistic, "b") == "Running"
        realistic.pod("c", containers=[{"name": "main", "image": "nginx:1.27", "imagePullPolicy": "Never"}])
        realistic.advance(0.6)
        assert phase(realistic, "c") == "Running"
        realistic.pod("d", containers=[{"name": "main", "image": "nginx:1.28", "imagePullPolicy": "Never"}])
        realistic.advance(0.6)
        assert phase(realistic, "d") == "Pending ErrImageNeverPull"

    def test_an_annotation_may_come_and_go(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.advance(5)
        annotate(realistic, ready="false")
        assert conditions(realistic)["Ready"] == "False"
        annotate(realistic, ready=None)
        assert conditions(realistic)["Ready"] == "True"

    def test_a_job_ends(self, instant: World) -> None:
        instant.pod(
            "a", restartPolicy="Never", containers=[{"name": "main", "image": "busybox", "command": ["sh", "-c", "sleep 5; exit 3"]}]
        )
        instant.settle()
        assert phase(instant) == "Running"
        instant.advance(5)
        assert phase(instant) == "Failed"
        assert get(instant)["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3


class TestByHand:
    def test_a_container_that_is_not_ready_stays_so(self, realistic: World) -> None:
        probe = {"httpGet": {"port": 80}, "periodSeconds": 1}
        realistic.pod("a", containers=[{"name": "main", "image": "nginx", "readinessProbe": probe}])
        realistic.advance(5)
        status = get(realistic)["status"]["containerStatuses"][0]
        realistic.patch("pods", "a", {"status": {"containerStatuses": [{**status, "ready": False}]}}, "status")
        realistic.advance(5)
        assert get(realistic)["status"]["containerStatuses"][0]["ready"] is False

    def test_a_phase_that_is_final_stays_so(self, realistic: World) -> None:
        realistic.pod("a")
        realistic.settle()
        realistic.patch("pods", "a", {"status": {"phase": "Succeeded"}}, "status")
        realistic.advance(60)
        assert phase(realistic) == "Succeeded ContainerCreating"

    def test_readiness_is_back_after_a_restart(self, realistic: World) -> None:
        realistic.pod("a", containers=[{"name": "main", "image": "busybox", "command": ["sleep", "20"]}])
        realistic.advance(5)
        condition = {"type": "Ready", "status": "False"}
        realistic.patch("pods", "a", {"status": {"conditions": [condition]}}, "status")
        realistic.advance(5)
        assert conditions(realistic)["Ready"] == "False"
        realistic.advance(15)
        assert restarts(realistic) == 1
        assert conditions(realistic)["Ready"] == "True"


def waiting(world: World) -> Object:
    """What the first container waits for."""
    state: Object = get(world)["status"]["containerStatuses"][0]["state"]["waiting"]
    return state


def restarts(world: World) -> int:
    return int(get(world)["status"]["containerStatuses"][0]["restartCount"])


def annotate(world: World, **annotations: str | None) -> None:
    named = {f"simulation.mockapi.dev/{name}": value for name, value in annotations.items()}
    world.patch("pods", "a", {"metadata": {"annotations": named}})
    world.settle()
