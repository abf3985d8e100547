"""What kubelets do when something fails, and when somebody else writes a status."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.nodes.kubelet import Kubelet
from tests.nodes.onenode import conditions, get, phase, settle_at
from tests.world import World


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
