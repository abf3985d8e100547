"""Pods under image rules, faults and the stages of users."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from tests.world import NAMESPACE, World

STAGES, RULES, FAULTS = (f"{plural}.simulation.mockapi.dev" for plural in ("stages", "imagerules", "faults"))
RUNNING = {"key": "status.phase", "operator": "In", "values": ["Running"]}


@pytest.fixture
def cluster(world: World) -> World:
    """A node, and kubelets that take their time."""
    world.preset = "realistic"
    world.create("nodes", {"metadata": {"name": "node-1"}, "spec": {"podCIDR": "10.244.0.0/24"}})
    world.client.patch("nodes", "", "node-1", {"status": {"addresses": [{"type": "InternalIP", "address": "192.168.49.2"}]}}, "status")
    world.run(Kubelet)
    return world


def status(world: World, name: str = "a") -> Object:
    pod = world.get("pods", name)
    assert pod is not None
    return dict(pod["status"])


def container(world: World, name: str = "a") -> Object:
    return dict(status(world, name)["containerStatuses"][0])


def waiting(world: World, name: str = "a") -> tuple[str, str]:
    state = container(world, name)["state"].get("waiting") or {}
    return state.get("reason", ""), state.get("message", "")


class TestImageRules:
    def test_make_pulls_fail_until_they_are_gone(self, cluster: World) -> None:
        cluster.simulate("ImageRule", "broken", {"images": ["docker.io/library/ngi*"], "failure": {"message": "registry is down"}})
        cluster.pod("a")
        cluster.pod("other", containers=[{"name": "main", "image": "redis"}])
        cluster.advance(2)
        assert waiting(cluster) == ("ErrImagePull", "registry is down")
        cluster.advance(2)
        assert waiting(cluster)[0] == "ImagePullBackOff"
        assert status(cluster, "other")["phase"] == "Running"
        cluster.client.delete(RULES, "", "broken")
        cluster.advance(2)
        assert status(cluster)["phase"] == "Running"

    def test_make_pulls_slow(self, cluster: World) -> None:
        cluster.simulate("ImageRule", "slow", {"images": ["nginx"], "pullDuration": "1m"})
        cluster.pod("a")
        cluster.advance(60)
        assert waiting(cluster)[0] == "ContainerCreating"
        cluster.advance(2)
        assert status(cluster)["phase"] == "Running"

    def test_the_first_by_name_counts(self, cluster: World) -> None:
        cluster.simulate("ImageRule", "b", {"images": ["*"], "failure": {}})
        cluster.simulate("ImageRule", "a", {"images": ["*/nginx:latest"], "pullDuration": "0s"})
        cluster.pod("a")
        cluster.advance(2)
        assert status(cluster)["phase"] == "Running"

    def test_do_not_matter_for_images_that_need_not_be_pulled(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.advance(5)
        cluster.simulate("ImageRule", "broken", {"images": ["nginx"], "failure": {}})
        cluster.pod("b", containers=[{"name": "main", "image": "nginx", "imagePullPolicy": "IfNotPresent"}])
        cluster.pod("c", containers=[{"name": "main", "image": "nginx", "imagePullPolicy": "Always"}])
        cluster.advance(2)
        assert status(cluster, "b")["phase"] == "Running"
        assert waiting(cluster, "c")[0] == "ErrImagePull"


class TestFaults:
    def fault(self, cluster: World, **failure: Any) -> None:
        cluster.simulate("Fault", "f", {"podFailure": {"selector": {"matchLabels": {"app": "web"}}, **failure}})

    def test_end_a_container_again_and_again(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.pod("b", labels={"app": "other"})
        cluster.advance(5)
        self.fault(cluster, reason="Error", exitCode=3)
        cluster.advance(10)
        ended = container(cluster)["lastState"]["terminated"]
        assert (ended["exitCode"], ended["reason"]) == (3, "Error")
        assert container(cluster)["restartCount"] >= 1
        assert container(cluster, "b")["restartCount"] == 0
        cluster.client.delete(FAULTS, "", "f")
        cluster.advance(400)
        assert container(cluster)["state"].get("running")

    def test_run_a_container_out_of_memory(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.advance(5)
        self.fault(cluster, reason="OOMKilled")
        cluster.advance(5)
        ended = container(cluster)["lastState"]["terminated"]
        assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")

    def test_evict_pods(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.advance(5)
        self.fault(cluster, reason="Evicted")
        cluster.advance(5)
        assert (status(cluster)["phase"], status(cluster)["reason"]) == ("Failed", "Evicted")

    def test_of_another_namespace_do_not_matter(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.advance(5)
        self.fault(cluster, reason="Evicted", namespace="other")
        cluster.advance(5)
        assert status(cluster)["phase"] == "Running"

    def test_annotations_of_the_pod_come_first(self, cluster: World) -> None:
        cluster.pod("a", metadata={"annotations": {"simulation.mockapi.dev/fail": "ReadinessProbe"}})
        cluster.advance(5)
        self.fault(cluster, reason="Evicted")
        cluster.advance(5)
        assert status(cluster)["phase"] == "Running"


class TestStages:
    def test_end_a_pod(self, cluster: World) -> None:
        app = {"key": "metadata.labels.app", "operator": "In", "values": ["web"]}
        fail = {"reason": "NodeLost", "message": "gone"}
        event = {"type": "Warning", "reason": "Lost", "message": "{metadata.name} is lost in phase {status.phase}"}
        cluster.simulate("Stage", "lose", {"when": [RUNNING, app], "delay": "10s", "fail": fail, "events": [event]})
        cluster.pod("a")
        cluster.pod("b", labels={"app": "other"})
        cluster.advance(10)
        assert status(cluster)["phase"] == "Running"
        cluster.advance(3)
        found = status(cluster)
        assert (found["phase"], found["reason"], found["message"]) == ("Failed", "NodeLost", "gone")
        assert container(cluster)["state"]["terminated"]["exitCode"] == 137
        assert ("Lost", "a is lost in phase Running") in cluster.events()
        assert status(cluster, "b")["phase"] == "Running"

    def test_change_a_status_once(self, cluster: World) -> None:
        message = {"message": "seen by a stage"}
        cluster.simulate("Stage", "note", {"when": [RUNNING], "status": message, "events": [{"reason": "Noted", "message": "noted"}]})
        cluster.pod("a")
        cluster.advance(100)
        assert status(cluster)["message"] == "seen by a stage"
        assert [reason for reason, _ in cluster.events()].count("Noted") == 1

    def test_of_containers(self, cluster: World) -> None:
        when = [{"key": "role", "operator": "In", "values": ["app"]}, {"key": "pod.metadata.name", "operator": "In", "values": ["a"]}]
        spec = {"of": "Container", "when": when, "delay": "30s", "since": "started-since", "status": {"restartCount": 7}}
        cluster.simulate("Stage", "restarted", spec)
        cluster.pod("a")
        cluster.advance(5)
        assert container(cluster)["restartCount"] == 0
        cluster.advance(31)
        assert container(cluster)["restartCount"] == 7

    def test_do_not_quarrel_with_those_that_are_built_in(self, cluster: World) -> None:
        """A kubelet puts right what it works out itself, and that is the end of it."""
        ready = {"key": "status.ready", "operator": "In", "values": ["true"]}
        cluster.simulate("Stage", "unready", {"of": "Container", "when": [ready], "status": {"ready": False}})
        cluster.pod("a")
        cluster.advance(60)
        assert container(cluster)["ready"]

    def test_delete_pods_and_tell_of_them(self, cluster: World) -> None:
        cluster.simulate("Stage", "tell", {"when": [RUNNING], "every": "10s", "events": [{"reason": "Alive", "message": "still"}]})
        cluster.simulate("Stage", "die", {"when": [RUNNING], "delay": "1m", "delete": True})
        cluster.pod("a")
        cluster.advance(30)
        events = cluster.client.list("events", NAMESPACE)
        assert max(event.get("count") or 1 for event in events if event["reason"] == "Alive") >= 2
        cluster.advance(40)
        assert cluster.get("pods", "a") is None

    def test_that_come_and_go_count_at_once(self, cluster: World) -> None:
        cluster.pod("a")
        cluster.advance(5)
        cluster.simulate("Stage", "later", {"when": [RUNNING], "delay": "20s", "fail": {"reason": "Never"}})
        cluster.advance(10)
        cluster.client.delete(STAGES, "", "later")
        cluster.advance(60)
        assert status(cluster)["phase"] == "Running"

    def test_that_begin_at_what_is_no_moment_never_happen(self, cluster: World) -> None:
        cluster.simulate("Stage", "odd", {"when": [RUNNING], "since": "metadata.name", "delete": True})
        cluster.pod("a")
        cluster.advance(60)
        assert status(cluster)["phase"] == "Running"
