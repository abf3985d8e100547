"""ReplicaSets: as many pods as wanted, whose they are, which go first, and what the status says."""

from __future__ import annotations

import pytest

from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.machinery import errors
from mockapi.machinery.clock import SystemClock
from mockapi.machinery.meta import Object, controller_of, is_terminating, name_of, uid_of
from mockapi.reconcile.manager import Manager
from mockapi.registry.client import Client
from tests.world import NAMESPACE, World

from .standin import BROKEN, SlowKubelet, StandInKubelet, template, workload

SETS = "replicasets.apps"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(ReplicaSetController, StandInKubelet)
    return world


def status(world: World, name: str = "web") -> Object:
    found = world.get(SETS, name)
    assert found is not None
    return found["status"]


def test_pods_are_made_from_the_template_and_told_of(cluster: World) -> None:
    made = workload(SETS, cluster, replicas=2)
    cluster.settle()
    pods = cluster.list("pods")
    assert len(pods) == 2
    for pod in pods:
        assert pod["metadata"]["generateName"] == "web-"
        assert pod["metadata"]["labels"] == {"app": "web"}
        assert controller_of(pod) == {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "name": "web",
            "uid": uid_of(made),
            "controller": True,
            "blockOwnerDeletion": True,
        }
    assert sorted(cluster.events()) == sorted(("SuccessfulCreate", f"Created pod: {name_of(pod)}") for pod in pods)
    assert status(cluster) == {
        "replicas": 2,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "terminatingReplicas": 0,
        "observedGeneration": 1,
    }


def test_more_pods_and_fewer(cluster: World) -> None:
    workload(SETS, cluster, replicas=1)
    cluster.settle()
    cluster.patch(SETS, "web", {"spec": {"replicas": 4}})
    cluster.settle()
    assert len(cluster.list("pods")) == 4
    cluster.patch(SETS, "web", {"spec": {"replicas": 0}})
    cluster.settle()
    assert cluster.list("pods") == []
    assert status(cluster) == {"replicas": 0, "terminatingReplicas": 0, "observedGeneration": 3}
    assert sum(reason == "SuccessfulDelete" for reason, _ in cluster.events()) == 4


def test_finished_and_deleted_pods_are_replaced(cluster: World) -> None:
    workload(SETS, cluster, replicas=2)
    cluster.settle()
    failed, deleted = (name_of(pod) for pod in cluster.list("pods"))
    cluster.patch("pods", failed, {"status": {"phase": "Failed"}}, "status")
    cluster.delete("pods", deleted)
    cluster.settle()
    assert cluster.get("pods", deleted) is None
    assert cluster.get("pods", failed) is not None
    assert len(cluster.list("pods")) == 3
    assert status(cluster)["replicas"] == 2


def test_terminating_pods_are_counted_apart(world: World) -> None:
    world.run(ReplicaSetController, SlowKubelet)
    workload(SETS, world, replicas=2)
    world.settle()
    world.client.delete("pods", NAMESPACE, name_of(world.list("pods")[0]))
    world.settle()
    assert sum(is_terminating(pod) for pod in world.list("pods")) == 1
    assert (status(world)["replicas"], status(world)["terminatingReplicas"]) == (2, 1)
    world.advance(10)
    assert (status(world)["replicas"], status(world)["terminatingReplicas"]) == (2, 0)


def test_a_matching_orphan_is_adopted_and_counts(cluster: World) -> None:
    cluster.pod("early")
    workload(SETS, cluster, replicas=2, template=template(made="yes"))
    cluster.settle()
    early = cluster.get("pods", "early")
    assert early is not None
    assert (controller_of(early) or {})["kind"] == "ReplicaSet"
    assert len(cluster.list("pods")) == 2
    assert (status(cluster)["replicas"], status(cluster)["fullyLabeledReplicas"]) == (2, 1)


def test_a_pod_relabelled_away_is_let_go_and_replaced(cluster: World) -> None:
    workload(SETS, cluster, replicas=1)
    cluster.settle()
    name = name_of(cluster.list("pods")[0])
    cluster.patch("pods", name, {"metadata": {"labels": {"app": "debug"}}})
    cluster.settle()
    free = cluster.get("pods", name)
    assert free is not None
    assert "ownerReferences" not in free["metadata"]
    assert len(cluster.list("pods")) == 2
    cluster.patch("pods", name, {"metadata": {"labels": {"app": "web"}}})
    cluster.settle()
    assert len(cluster.list("pods")) == 1


def test_another_controllers_pods_are_left_alone(cluster: World) -> None:
    boss = cluster.create("configmaps", {"metadata": {"name": "boss"}})
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "boss", "uid": uid_of(boss), "controller": True}
    cluster.pod("owned", metadata={"ownerReferences": [reference]})
    workload(SETS, cluster, replicas=1)
    cluster.settle()
    assert len(cluster.list("pods")) == 2
    owned = cluster.get("pods", "owned")
    assert owned is not None
    assert owned["metadata"]["ownerReferences"] == [reference]


def test_a_set_that_is_being_deleted_makes_and_adopts_nothing(cluster: World) -> None:
    made = workload(SETS, cluster, replicas=1)
    cluster.client.delete(SETS, NAMESPACE, "web", uid=uid_of(made), propagation="Orphan")
    cluster.pod("early")
    cluster.settle()
    assert [name_of(pod) for pod in cluster.list("pods")] == ["early"]
    assert "ownerReferences" not in cluster.list("pods")[0]["metadata"]


def test_pods_are_available_after_min_ready_seconds(cluster: World) -> None:
    workload(SETS, cluster, replicas=1, minReadySeconds=10)
    cluster.settle()
    assert status(cluster)["readyReplicas"] == 1
    assert "availableReplicas" not in status(cluster)
    cluster.advance(9)
    assert "availableReplicas" not in status(cluster)
    cluster.advance(1)
    assert status(cluster)["availableReplicas"] == 1


def test_a_refused_pod_shows_as_failure_until_it_is_let_in(cluster: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [errors.forbidden("pods", "", "web-", "no")] * 2
    create = Client.create

    def refusing(client: Client, resource: str, obj: Object) -> Object:
        if resource == "pods" and refusals:
            raise refusals.pop()
        return create(client, resource, obj)

    monkeypatch.setattr(Client, "create", refusing)
    workload(SETS, cluster, replicas=2)
    cluster.settle()
    (condition,) = status(cluster)["conditions"]
    assert condition == {
        "type": "ReplicaFailure",
        "status": "True",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
        "reason": "FailedCreate",
        "message": 'pods "web-" is forbidden: no',
    }
    assert ("FailedCreate", 'Error creating: pods "web-" is forbidden: no') in cluster.events()
    cluster.advance(1)
    assert status(cluster)["readyReplicas"] == 2
    assert "conditions" not in status(cluster)


def test_unready_pods_go_first_and_then_the_youngest(cluster: World) -> None:
    workload(SETS, cluster, replicas=2)
    cluster.settle()
    old = {name_of(pod) for pod in cluster.list("pods")}
    cluster.advance(3600)
    cluster.patch(SETS, "web", {"spec": {"replicas": 3}})
    cluster.advance(1)
    cluster.patch(SETS, "web", {"spec": {"replicas": 4, "template": template(BROKEN)}})
    cluster.settle()
    cluster.patch(SETS, "web", {"spec": {"replicas": 3}})
    cluster.settle()
    assert all(pod["spec"]["containers"][0]["image"] != BROKEN for pod in cluster.list("pods"))
    cluster.patch(SETS, "web", {"spec": {"replicas": 2}})
    cluster.settle()
    assert {name_of(pod) for pod in cluster.list("pods")} == old


def test_a_large_set_is_made_in_bursts_and_counted_in_the_end(cluster: World) -> None:
    workload(SETS, cluster, replicas=520)
    cluster.advance(5)
    assert len(cluster.list("pods")) == 520
    assert status(cluster)["availableReplicas"] == 520


def test_threads_never_make_too_many(world: World) -> None:
    toolbox = world.toolbox()
    manager = Manager([ReplicaSetController(toolbox), StandInKubelet(toolbox)], world.informers, world.database.cache, SystemClock())
    manager.start()
    try:
        for name in ("a", "b", "c"):
            labels = {"matchLabels": {"set": name}}
            workload(SETS, world, name, replicas=1, selector=labels, template=template(set=name))
        for replicas in range(2, 12):
            for name in ("a", "b", "c"):
                world.patch(SETS, name, {"spec": {"replicas": replicas}})
        assert manager.settled(20)
    finally:
        manager.stop()
    assert len(world.list("pods")) == 33
    assert not [reason for reason, _ in world.events() if reason == "SuccessfulDelete"]
    assert [status(world, name)["readyReplicas"] for name in ("a", "b", "c")] == [11, 11, 11]
