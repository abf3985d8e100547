from __future__ import annotations

import tempfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.controllers.deployment.controller import DeploymentController
from mockapi.controllers.disruption.announced import AnnouncedDisruptions
from mockapi.controllers.disruption.controller import DisruptionController
from mockapi.controllers.replicaset import ReplicaSetController
from mockapi.controllers.replicationcontroller import ReplicationControllers
from mockapi.controllers.statefulset.controller import StatefulSetController
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, name_of
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.world import NAMESPACE, World

from .standin import BROKEN, SlowKubelet, StandInKubelet, template, workload

BUDGETS, DEPLOYMENTS, REPLICASETS = "poddisruptionbudgets.policy", "deployments.apps", "replicasets.apps"
WORKLOADS = (DeploymentController, ReplicaSetController, StatefulSetController, ReplicationControllers, CustomResourceDefinitions)
CONTROLLERS = (DisruptionController, AnnouncedDisruptions, *WORKLOADS, StandInKubelet)


@pytest.fixture
def running(world: World) -> World:
    world.run(*CONTROLLERS)
    return world


def budget(world: World, name: str = "web", **spec: Any) -> Object:
    """Creates a budget for app=web; returns its status after a look at it."""
    world.create(BUDGETS, {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec}})
    world.settle()
    return status(world, name)


def status(world: World, name: str = "web") -> Object:
    found = world.get(BUDGETS, name)
    assert found is not None
    return dict(found["status"])


def counts(found: Object) -> tuple[int, int, int, int]:
    """Expected, desired, healthy, allowed."""
    return found["expectedPods"], found["desiredHealthy"], found["currentHealthy"], found["disruptionsAllowed"]


def verdict(found: Object) -> tuple[str, str, str]:
    [condition] = found["conditions"]
    assert condition["type"] == "DisruptionAllowed"
    return condition["status"], condition["reason"], condition["message"]


def evict(world: World, pod: str, **options: Any) -> None:
    world.client.act(
        "pods", Key(NAMESPACE, pod), "eviction", {"metadata": {"name": pod}, **({"deleteOptions": options} if options else {})}
    )


def some(world: World, replicas: int, resource: str = DEPLOYMENTS, **spec: Any) -> list[str]:
    """The names of the pods of a new workload."""
    workload(resource, world, replicas=replicas, **spec)
    world.settle()
    return [name_of(pod) for pod in world.list("pods")]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (5, 2, 5, 3)),
        ({"minAvailable": 9}, (5, 9, 5, 0)),
        ({"minAvailable": "50%"}, (5, 3, 5, 2)),
        ({"minAvailable": "0%"}, (5, 0, 5, 5)),
        ({"maxUnavailable": 1}, (5, 4, 5, 1)),
        ({"maxUnavailable": 9}, (5, 0, 5, 5)),
        ({"maxUnavailable": "30%"}, (5, 3, 5, 2)),
        ({"maxUnavailable": "100%"}, (5, 0, 5, 5)),
        ({}, (0, 0, 5, 0)),
    ],
)
@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICASETS, "statefulsets.apps", "replicationcontrollers"])
def test_what_a_budget_comes_to(running: World, resource: str, spec: Object, expected: tuple[int, int, int, int]) -> None:
    selector = {"selector": {"app": "web"}} if resource == "replicationcontrollers" else {}
    some(running, 5, resource, **selector)
    found = budget(running, **spec)
    assert counts(found) == expected
    assert found["observedGeneration"] == 1
    assert verdict(found) == (("True", "SufficientPods", "") if expected[3] else ("False", "InsufficientPods", ""))


def test_the_scale_that_is_wanted_counts_and_not_what_is_there(running: World) -> None:
    some(running, 4)
    running.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 8, "paused": True}})
    assert counts(budget(running, maxUnavailable="50%")) == (8, 4, 8, 4)


def test_pods_that_are_not_ready_are_not_healthy(running: World) -> None:
    some(running, 3, template=template(BROKEN))
    assert counts(budget(running, minAvailable=1)) == (3, 1, 0, 0)


def test_no_pods_allow_nothing(running: World) -> None:
    found = budget(running, minAvailable=0)
    assert counts(found) == (0, 0, 0, 0)
    assert ("NoPods", "No matching pods found") in running.events()


def test_a_budget_without_a_selector_is_about_nothing(running: World) -> None:
    some(running, 2)
    running.create(BUDGETS, {"metadata": {"name": "none"}, "spec": {"maxUnavailable": 1}})
    running.create(BUDGETS, {"metadata": {"name": "all"}, "spec": {"maxUnavailable": 1, "selector": {}}})
    running.settle()
    assert counts(status(running, "none")) == (0, 0, 0, 0)
    assert counts(status(running, "all")) == (2, 1, 2, 1)


def test_pods_that_nobody_controls_are_not_expected(running: World) -> None:
    running.pod("bare", "10.0.0.1")
    assert counts(budget(running, maxUnavailable=1)) == (0, 0, 1, 0)
    [message] = [message for reason, message in running.events() if reason == "UnmanagedPods"]
    printed = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    assert f"(selector: {printed})" in message


def test_controllers_that_cannot_be_scaled(running: World) -> None:
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "work", "uid": "u", "controller": True}
    running.pod("worker", "10.0.0.1", metadata={"ownerReferences": [owner]})
    found = budget(running, minAvailable="50%")
    sentence = "jobs.batch does not implement the scale subresource"
    assert verdict(found) == ("False", "SyncFailed", sentence)
    assert found["disruptionsAllowed"] == 0
    assert "observedGeneration" not in found
    told = ("CalculateExpectedPodCountFailed", f"Failed to calculate the number of expected pods: {sentence}")
    assert told in running.events()


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        ({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "gone"}, 'found no controllers for pod "stray"'),
        ({"apiVersion": "example.com/v1", "kind": "Crew", "name": "c"}, 'no matches for kind "Crew" in version "example.com/v1"'),
    ],
)
def test_controllers_that_are_not_there(running: World, owner: Object, sentence: str) -> None:
    running.pod("stray", "10.0.0.1", metadata={"ownerReferences": [{**owner, "uid": "u", "controller": True}]})
    assert verdict(budget(running, maxUnavailable=1)) == ("False", "SyncFailed", sentence)


def test_custom_resources_that_can_be_scaled_count(running: World) -> None:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    scale = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema, "subresources": {"scale": scale, "status": {}}}
    names = {"plural": "crews", "kind": "Crew", "singular": "crew", "listKind": "CrewList"}
    definition = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    running.create("customresourcedefinitions.apiextensions.k8s.io", {"metadata": {"name": "crews.example.com"}, "spec": definition})
    running.settle()
    typed = {"apiVersion": "example.com/v1", "kind": "Crew"}
    crew = running.create("crews.example.com", {**typed, "metadata": {"name": "c"}, "spec": {"size": 7}})
    owner = {**typed, "name": "c", "uid": crew["metadata"]["uid"], "controller": True}
    running.pod("member", "10.0.0.1", metadata={"ownerReferences": [owner]})
    assert counts(budget(running, maxUnavailable=2)) == (7, 5, 1, 0)


def test_an_evicted_pod_is_not_healthy_from_that_moment_on(running: World) -> None:
    first, *_ = some(running, 3)
    budget(running, minAvailable=1)
    running.run(DisruptionController)
    running.patch(BUDGETS, "web", {"status": {"disruptedPods": {first: timestamp(running.clock.now())}}}, "status")
    running.settle()
    assert counts(status(running)) == (3, 1, 2, 1)
    running.advance(121)
    assert counts(status(running)) == (3, 1, 3, 2)
    assert "disruptedPods" not in status(running)
    assert ("NotDeleted", "Pod was expected by PDB ns/ns to be deleted but it wasn't") in running.events()


def test_a_disruption_that_came_is_no_longer_noted(running: World) -> None:
    running.run(DisruptionController, *WORKLOADS, SlowKubelet)
    first, *_ = some(running, 3)
    budget(running, minAvailable=1)
    evict(running, first)
    assert first in status(running)["disruptedPods"]
    running.settle()
    assert "disruptedPods" not in status(running)


def test_an_announcement_that_came_to_nothing_is_taken_back(running: World) -> None:
    pod = running.pod("web-1", "10.0.0.1")
    announced = {"type": "DisruptionTarget", "status": "True", "reason": "Test", "lastTransitionTime": timestamp(running.clock.now())}
    conditions = [*pod["status"]["conditions"], announced]
    running.patch("pods", "web-1", {"status": {"conditions": conditions}}, "status")
    running.advance(119)
    assert (running.get("pods", "web-1") or {})["status"]["conditions"][1]["status"] == "True"
    running.advance(1)
    taken_back = (running.get("pods", "web-1") or {})["status"]["conditions"][1]
    assert (taken_back["type"], taken_back["status"], "reason" in taken_back) == ("DisruptionTarget", "False", False)


def test_what_the_kubelet_announces_stays(running: World) -> None:
    pod = running.pod("web-1", "10.0.0.1")
    by_kubelet = {"type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet"}
    announced = {**by_kubelet, "lastTransitionTime": timestamp(running.clock.now())}
    running.patch("pods", "web-1", {"status": {"conditions": [*pod["status"]["conditions"], announced]}}, "status")
    running.advance(300)
    assert (running.get("pods", "web-1") or {})["status"]["conditions"][1]["status"] == "True"


def test_budgets_that_stand_in_each_others_way_are_told_of(running: World) -> None:
    budget(running, "one", minAvailable=1)
    budget(running, "two", minAvailable=1)
    running.pod("web-1", "10.0.0.1")
    running.settle()
    sentence = 'Pod "ns"/"web-1" matches multiple PodDisruptionBudgets.  Chose "one" arbitrarily.'
    assert ("MultiplePodDisruptionBudgets", sentence) in running.events()


def test_a_pod_that_leaves_the_selection_counts_no_longer(running: World) -> None:
    running.pod("web-1", "10.0.0.1")
    running.pod("web-2", "10.0.0.2")
    assert counts(budget(running, minAvailable=1)) == (2, 1, 2, 1)
    running.patch("pods", "web-1", {"metadata": {"labels": {"app": "other"}}})
    running.settle()
    assert counts(status(running)) == (1, 1, 1, 0)


@settings(max_examples=25)
@given(
    least=st.sampled_from([1, 2, 4, "25%", "50%", "100%"]),
    steps=st.lists(st.sampled_from(["evict", "settle", "wait"]), min_size=1, max_size=25),
)
def test_evictions_never_leave_less_than_the_budget(least: int | str, steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        world = World(database)
        world.run(DisruptionController, *WORKLOADS, SlowKubelet)
        some(world, 4)
        wanted = budget(world, minAvailable=least)["desiredHealthy"]
        for step in steps:
            if step == "settle":
                world.settle()
            elif step == "wait":
                world.advance(15)
            else:
                _evict_one(world)
            assert len(_serving(world)) >= wanted
        database.close()


def _serving(world: World) -> list[str]:
    ready = {"type": "Ready", "status": "True"}.items()
    pods = [pod for pod in world.list("pods") if not is_terminating(pod)]
    return [name_of(pod) for pod in pods if any(ready <= each.items() for each in pod["status"].get("conditions") or ())]


def _evict_one(world: World) -> None:
    for pod in _serving(world)[:1]:
        with suppress(StatusError):
            evict(world, pod)
