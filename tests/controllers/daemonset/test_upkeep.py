from __future__ import annotations

import pytest

from mockapi.controllers.daemonset.controller import DaemonSetController
from mockapi.machinery.errors import forbidden
from mockapi.machinery.meta import controller_of, labels_of, name_of
from mockapi.registry.admission import CREATE, Admission, Attributes
from mockapi.storage.database import Database
from tests.controllers.standin import StandInKubelet
from tests.world import World

from .fleet import (
    CONTROLLERS,
    REVISIONS,
    SETS,
    SLOW,
    StandInScheduler,
    add_nodes,
    change,
    daemonset,
    on,
    places,
    pod_template,
    rolling,
    status,
    staying,
    taint,
)

TOLERATED = ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"]


class AtMost(Admission):
    """Refuses pods beyond a number."""

    def __init__(self, pods: int) -> None:
        self.pods = pods

    def mutate(self, attributes: Attributes) -> None:
        if attributes.kind.kind == "Pod" and attributes.operation == CREATE:
            self.pods -= 1
            if self.pods < 0:
                raise forbidden("pods", "", "", "no more pods")


@pytest.fixture
def fleet(world: World) -> World:
    """Three nodes, none of which has a daemon yet."""
    add_nodes(world, "node-1", "node-2", "node-3", disk="ssd")
    world.run(*CONTROLLERS)
    return world


def end(world: World, node: str, phase: str = "Failed") -> str:
    """Ends the pod of a node; returns its name."""
    name = name_of(on(world, node))
    world.patch("pods", name, {"status": {"phase": phase}}, "status")
    world.settle()
    return name


def test_each_node_has_a_pod(fleet: World) -> None:
    daemonset(fleet)
    assert places(fleet) == ["node-1", "node-2", "node-3"]
    assert status(fleet) == {
        "currentNumberScheduled": 3,
        "desiredNumberScheduled": 3,
        "numberMisscheduled": 0,
        "numberReady": 3,
        "numberAvailable": 3,
        "updatedNumberScheduled": 3,
        "observedGeneration": 1,
    }


def test_what_a_pod_looks_like(fleet: World) -> None:
    gpu = {"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": gpu}]}
    created = daemonset(fleet, template=pod_template(affinity={"nodeAffinity": preferred}))
    pod, revision = on(fleet, "node-2"), fleet.list(REVISIONS)[0]
    code = labels_of(revision)["controller-revision-hash"]
    assert name_of(revision) == f"agent-{code}"
    assert labels_of(pod) == {"app": "agent", "controller-revision-hash": code, "pod-template-generation": "1"}
    assert (controller_of(pod) or {})["uid"] == created["metadata"]["uid"]
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    assert pod["spec"]["affinity"] == {"nodeAffinity": {**preferred, **required}}
    assert [each["key"] for each in pod["spec"]["tolerations"]] == [f"node.kubernetes.io/{name}" for name in TOLERATED]
    assert ("SuccessfulCreate", f"Created pod: {name_of(pod)}") in fleet.events()


def test_nodes_that_come_get_a_pod(fleet: World) -> None:
    daemonset(fleet, template=pod_template(nodeSelector={"disk": "ssd"}))
    add_nodes(fleet, "node-4", disk="ssd")
    add_nodes(fleet, "node-5", disk="hdd")
    fleet.settle()
    assert places(fleet) == ["node-1", "node-2", "node-3", "node-4"]


def test_a_label_brings_a_pod_and_its_removal_takes_it(fleet: World) -> None:
    daemonset(fleet, template=pod_template(nodeSelector={"gpu": "yes"}))
    assert status(fleet)["desiredNumberScheduled"] == 0
    fleet.client.patch("nodes", "", "node-2", {"metadata": {"labels": {"gpu": "yes"}}})
    fleet.settle()
    assert places(fleet) == ["node-2"]
    fleet.client.patch("nodes", "", "node-2", {"metadata": {"labels": {"gpu": None}}})
    fleet.settle()
    assert places(fleet) == []
    assert status(fleet)["desiredNumberScheduled"] == 0


def test_a_taint_keeps_new_pods_away_only(fleet: World) -> None:
    daemonset(fleet)
    taint(fleet, "node-1", "team", "NoSchedule")
    assert places(fleet) == ["node-1", "node-2", "node-3"]
    assert (status(fleet)["desiredNumberScheduled"], status(fleet)["numberMisscheduled"]) == (2, 1)
    fleet.delete("pods", name_of(on(fleet, "node-1")))
    fleet.settle()
    assert places(fleet) == ["node-2", "node-3"]
    assert status(fleet)["numberMisscheduled"] == 0


def test_a_taint_that_executes_drives_the_pod_off(fleet: World) -> None:
    daemonset(fleet)
    taint(fleet, "node-1", "team", "NoExecute")
    assert places(fleet) == ["node-2", "node-3"]
    fleet.client.patch("nodes", "", "node-1", {"spec": {"taints": None}})
    fleet.settle()
    assert places(fleet) == ["node-1", "node-2", "node-3"]


def test_cordoned_nodes_keep_and_get_pods(fleet: World) -> None:
    taint(fleet, "node-1", "node.kubernetes.io/unschedulable", "NoSchedule")
    daemonset(fleet)
    assert places(fleet) == ["node-1", "node-2", "node-3"]


def test_a_deleted_pod_comes_back_once_it_has_gone(fleet: World) -> None:
    daemonset(fleet)
    fleet.run(*SLOW)
    name = name_of(on(fleet, "node-1"))
    fleet.delete("pods", name, grace=30)
    fleet.settle()
    assert places(fleet) == ["node-2", "node-3"]
    fleet.advance(11)
    assert places(fleet) == ["node-1", "node-2", "node-3"]
    assert name_of(on(fleet, "node-1")) != name


def test_a_failed_pod_is_replaced_at_longer_and_longer_intervals(fleet: World) -> None:
    daemonset(fleet)
    name = end(fleet, "node-1")
    sentence = f"Found failed daemon pod ns/{name} on node node-1, will try to kill it"
    assert ("FailedDaemonPod", sentence) in fleet.events()
    second = end(fleet, "node-1")
    assert second != name
    assert name_of(on(fleet, "node-1")) == second
    fleet.advance(1)
    third = end(fleet, "node-1")
    assert third != second
    fleet.advance(1)
    assert name_of(on(fleet, "node-1")) == third
    fleet.advance(1)
    assert name_of(on(fleet, "node-1")) != third


def test_a_pod_that_succeeded_is_replaced_at_once(fleet: World) -> None:
    daemonset(fleet)
    name = end(fleet, "node-1", "Succeeded")
    assert name_of(on(fleet, "node-1")) != name
    assert ("SucceededDaemonPod", f"Found succeeded daemon pod ns/{name} on node node-1, will try to delete it") in fleet.events()


def test_pods_for_nodes_that_went_before_they_got_there_are_deleted(world: World) -> None:
    add_nodes(world, "node-1", "node-2")
    world.run(DaemonSetController)
    daemonset(world)
    world.client.delete("nodes", "", "node-2")
    world.settle()
    assert places(world) == ["node-1"]


def test_orphans_are_adopted_and_strangers_let_go(fleet: World) -> None:
    daemonset(fleet)
    fleet.client.delete(SETS, "ns", "agent", propagation="Orphan")
    fleet.settle()
    before = {name_of(pod) for pod in staying(fleet)}
    assert len(before) == 3
    assert not any(controller_of(pod) for pod in staying(fleet))
    daemonset(fleet)
    assert {name_of(pod) for pod in staying(fleet)} == before
    assert status(fleet)["updatedNumberScheduled"] == 3
    stranger = name_of(on(fleet, "node-1"))
    fleet.patch("pods", stranger, {"metadata": {"labels": {"app": "other"}}})
    fleet.settle()
    assert controller_of(fleet.get("pods", stranger) or {}) is None
    assert len(staying(fleet)) == 4


def test_of_several_pods_on_a_node_the_oldest_stays(fleet: World) -> None:
    daemonset(fleet)
    kept = name_of(on(fleet, "node-1"))
    fleet.advance(5)
    fleet.create("pods", {"metadata": {"name": "extra", "labels": {"app": "agent"}}, "spec": pod_template(nodeName="node-1")["spec"]})
    fleet.settle()
    assert places(fleet) == ["node-1", "node-2", "node-3"]
    assert name_of(on(fleet, "node-1")) == kept


def test_with_surge_a_deleted_pod_is_replaced_before_it_has_gone(fleet: World) -> None:
    daemonset(fleet, updateStrategy=rolling(surge=1))
    fleet.run(*SLOW)
    fleet.delete("pods", name_of(on(fleet, "node-1")), grace=30)
    fleet.settle()
    assert places(fleet) == ["node-1", "node-2", "node-3"]
    assert len(fleet.list("pods")) == 4


def test_restarts_make_no_pod_too_many(fleet: World) -> None:
    fleet.run(StandInKubelet)
    daemonset(fleet)
    for _ in range(3):
        fleet.run(DaemonSetController, StandInScheduler)
        assert places(fleet) == ["node-1", "node-2", "node-3"]


def test_a_daemonset_that_goes_makes_no_more_pods(fleet: World) -> None:
    daemonset(fleet)
    fleet.client.delete(SETS, "ns", "agent", propagation="Foreground")
    fleet.settle()
    assert fleet.get(SETS, "agent") is None
    assert staying(fleet) == []


def test_refused_pods_are_told_of_and_made_later(database: Database) -> None:
    limit = AtMost(2)
    world = World(database, admission=(limit,))
    add_nodes(world, "node-1", "node-2", "node-3")
    world.run(*CONTROLLERS)
    daemonset(world)
    assert (status(world)["desiredNumberScheduled"], status(world)["currentNumberScheduled"]) == (3, 2)
    assert any(reason == "FailedCreate" and message.endswith("no more pods") for reason, message in world.events())
    limit.pods = 1
    world.advance(2)
    assert places(world) == ["node-1", "node-2", "node-3"]


def test_min_ready_seconds(fleet: World) -> None:
    daemonset(fleet, minReadySeconds=10)
    assert (status(fleet)["numberReady"], status(fleet)["numberUnavailable"]) == (3, 3)
    fleet.advance(10)
    assert (status(fleet)["numberAvailable"], "numberUnavailable" in status(fleet)) == (3, False)


def test_conditions_that_others_wrote_stay(fleet: World) -> None:
    daemonset(fleet)
    condition = {"type": "example.com/Audited", "status": "True"}
    fleet.patch(SETS, "agent", {"status": {"conditions": [condition]}}, "status")
    change(fleet, minReadySeconds=1)
    assert status(fleet)["conditions"][0]["type"] == "example.com/Audited"
