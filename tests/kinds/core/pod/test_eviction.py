from __future__ import annotations

import threading
from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object
from mockapi.registry.options import WriteOptions
from tests.world import NAMESPACE, World

BUDGETS = "poddisruptionbudgets.policy"
EVICTED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting"}


def budget(world: World, name: str = "web", policy: str | None = None, **status: Any) -> None:
    """A budget for app=web with that status."""
    spec = {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": 1, **({"unhealthyPodEvictionPolicy": policy} if policy else {})}
    world.create(BUDGETS, {"metadata": {"name": name}, "spec": spec})
    world.patch(BUDGETS, name, {"status": {"observedGeneration": 1, **status}}, "status")


def evict(world: World, name: str, *, dry_run: bool = False, **options: Any) -> Object:
    kind = world.kind("pods")
    declared = kind.subresource("eviction")
    body = {"metadata": {"name": name}, **({"deleteOptions": options} if options else {})}
    request = world.resources.request(WriteOptions(dry_run=dry_run))
    return world.resources.act(kind, Key(NAMESPACE, name), "create", body, request, declared)


def refusal(world: World, name: str, **options: Any) -> StatusError:
    with pytest.raises(StatusError) as raised:
        evict(world, name, **options)
    return raised.value


def cause(failure: StatusError) -> tuple[int, str, int]:
    """Code, message of the cause, and the seconds after which to try again."""
    details = failure.details or {}
    [found] = details["causes"]
    assert found["reason"] == "DisruptionBudget"
    return failure.code, found["message"], details.get("retryAfterSeconds", 0)


def status(world: World) -> Object:
    return dict((world.get(BUDGETS, "web") or {})["status"])


def test_a_pod_of_no_budget_goes_and_is_told_why(world: World) -> None:
    world.pod("web-1", "10.0.0.1", terminationGracePeriodSeconds=5)
    assert evict(world, "web-1")["status"] == "Success"
    pod = world.get("pods", "web-1") or {}
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 5
    assert EVICTED.items() <= pod["status"]["conditions"][-1].items()


def test_a_disruption_is_taken_from_the_budget(world: World) -> None:
    budget(world, disruptionsAllowed=2)
    for number in (1, 2, 3):
        world.pod(f"web-{number}", f"10.0.0.{number}")
    evict(world, "web-1")
    assert status(world)["disruptionsAllowed"] == 1
    evict(world, "web-2")
    assert status(world)["disruptionsAllowed"] == 0
    assert sorted(status(world)["disruptedPods"]) == ["web-1", "web-2"]
    [condition] = status(world)["conditions"]
    assert (condition["status"], condition["reason"], condition["observedGeneration"]) == ("False", "InsufficientPods", 1)
    assert refusal(world, "web-3").code == 429


def test_an_exhausted_budget_says_what_it_needs(world: World) -> None:
    budget(world, desiredHealthy=2, currentHealthy=2)
    world.pod("web-1", "10.0.0.1")
    failure = refusal(world, "web-1")
    assert cause(failure) == (429, "The disruption budget web needs 2 healthy pods and has 2 currently", 0)
    assert (failure.reason, failure.message) == ("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")


def test_a_budget_that_has_changed_has_to_be_looked_at_first(world: World) -> None:
    budget(world, disruptionsAllowed=1)
    world.patch(BUDGETS, "web", {"spec": {"minAvailable": 2}})
    world.pod("web-1", "10.0.0.1")
    assert cause(refusal(world, "web-1")) == (429, "The disruption budget web is still being processed by the server.", 10)


def test_too_many_disruptions_that_did_not_come(world: World) -> None:
    budget(world, disruptionsAllowed=1, disruptedPods={f"p{number}": "2030-01-01T00:00:00Z" for number in range(2001)})
    world.pod("web-1", "10.0.0.1")
    assert refusal(world, "web-1").code == 403


def test_two_budgets_are_one_too_many(world: World) -> None:
    budget(world, "one", disruptionsAllowed=1)
    budget(world, "two", disruptionsAllowed=1)
    world.pod("web-1", "10.0.0.1")
    failure = refusal(world, "web-1")
    assert failure.code == 500
    assert failure.message == "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


@pytest.mark.parametrize("phase", ["Pending", "Succeeded", "Failed"])
def test_pods_without_work_to_lose_go(world: World, phase: str) -> None:
    budget(world)
    world.pod("web-1")
    world.patch("pods", "web-1", {"status": {"phase": phase}}, "status")
    evict(world, "web-1", gracePeriodSeconds=0)
    assert world.get("pods", "web-1") is None


@pytest.mark.parametrize(
    ("policy", "healthy", "goes"),
    [(None, 1, True), (None, 0, False), ("IfHealthyBudget", 1, True), ("IfHealthyBudget", 0, False), ("AlwaysAllow", 0, True)],
)
def test_pods_that_are_not_ready(world: World, policy: str | None, healthy: int, goes: bool) -> None:
    budget(world, policy=policy, desiredHealthy=1, currentHealthy=healthy)
    world.pod("web-1", "10.0.0.1", ready=False)
    if not goes:
        assert refusal(world, "web-1").code == 429
    else:
        evict(world, "web-1", gracePeriodSeconds=0)
        assert world.get("pods", "web-1") is None
    assert "disruptedPods" not in status(world)


def test_a_dry_run_changes_nothing(world: World) -> None:
    budget(world, disruptionsAllowed=1)
    pod = world.pod("web-1", "10.0.0.1")
    before = status(world)
    evict(world, "web-1", dry_run=True)
    evict(world, "web-1", dryRun=["All"])
    assert status(world) == before
    assert (world.get("pods", "web-1") or {})["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]
    budget(world, "other")
    assert refusal(world, "web-1", dry_run=True).code == 500


def test_preconditions_hold(world: World) -> None:
    pod = world.pod("web-1", "10.0.0.1")
    assert refusal(world, "web-1", preconditions={"uid": "other"}).code == 409
    assert refusal(world, "web-1", preconditions={"resourceVersion": "1"}).code == 409
    assert (world.get("pods", "web-1") or {})["status"] == pod["status"]
    meta = pod["metadata"]
    evict(world, "web-1", preconditions={"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}, gracePeriodSeconds=0)
    assert world.get("pods", "web-1") is None


def test_preconditions_hold_for_pods_without_work(world: World) -> None:
    world.pod("web-1")
    assert refusal(world, "web-1", preconditions={"uid": "other"}).code == 409
    assert refusal(world, "web-1", preconditions={"resourceVersion": "1"}).code == 409


def test_a_pod_that_is_not_there(world: World) -> None:
    assert refusal(world, "missing").code == 404


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"metadata": {"name": "other"}}, "name in URL does not match name in Eviction object"),
        ({}, "name in URL does not match name in Eviction object"),
        (
            {"metadata": {"name": "web-1", "namespace": "other"}},
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        (
            {"apiVersion": "policy/v2", "kind": "Eviction"},
            'Eviction in version "v2" cannot be handled as a Eviction: no kind "Eviction" is registered for version "policy/v2" '
            'in scheme "pkg/api/legacyscheme/scheme.go:30"',
        ),
    ],
)
def test_what_is_no_eviction_of_the_pod(world: World, body: Object, sentence: str) -> None:
    world.pod("web-1", "10.0.0.1")
    with pytest.raises(StatusError) as raised:
        world.client.act("pods", Key(NAMESPACE, "web-1"), "eviction", body)
    assert (raised.value.code, raised.value.message) == (400, sentence)


def test_evictions_of_the_former_version_are_taken(world: World) -> None:
    world.pod("web-1", "10.0.0.1", terminationGracePeriodSeconds=0)
    body = {"apiVersion": "policy/v1beta1", "kind": "Eviction", "metadata": {"name": "web-1"}}
    world.client.act("pods", Key(NAMESPACE, "web-1"), "eviction", body)
    assert world.get("pods", "web-1") is None


def test_concurrent_evictions_take_no_more_than_there_is(world: World) -> None:
    budget(world, disruptionsAllowed=5, currentHealthy=16, desiredHealthy=11)
    names = [f"web-{number}" for number in range(16)]
    for number, name in enumerate(names):
        world.pod(name, f"10.0.0.{number + 1}", terminationGracePeriodSeconds=30)
    start, codes = threading.Barrier(len(names)), []

    def one(name: str) -> None:
        start.wait()
        try:
            evict(world, name)
            codes.append(201)
        except StatusError as failure:
            codes.append(failure.code)

    threads = [threading.Thread(target=one, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201] * 5 + [429] * 11
    gone = [pod["metadata"]["name"] for pod in world.list("pods") if pod["metadata"].get("deletionTimestamp")]
    assert sorted(status(world)["disruptedPods"]) == sorted(gone)
    assert status(world)["disruptionsAllowed"] == 0
