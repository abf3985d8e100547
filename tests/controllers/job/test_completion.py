"""Jobs that reach their completions, and how many pods they have on the way."""

from __future__ import annotations

import pytest

from mockapi.machinery import errors
from mockapi.machinery.meta import Object, labels_of, name_of, owner_reference, uid_of
from mockapi.registry.client import Client
from tests.controllers.job.workers import CONTROLLERS, JOBS, SLOW, conditions, counts, end, end_first, job, running, status, types
from tests.world import World

REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")
TRACKING = "batch.kubernetes.io/job-tracking"


def test_one_pod_that_succeeds_completes_a_job(world: World) -> None:
    world.run(*CONTROLLERS)
    made = job(world)
    pod = running(world)[0]
    assert pod["metadata"]["finalizers"] == [TRACKING]
    assert pod["metadata"]["ownerReferences"] == [owner_reference(made)]
    assert labels_of(pod) == made["spec"]["template"]["metadata"]["labels"]
    begun = "2026-01-01T00:00:00Z"
    assert status(world) == {"active": 1, "ready": 1, "startTime": begun, "terminating": 0, "uncountedTerminatedPods": {}}
    world.advance(5)
    end(world, pod)
    assert conditions(world) == [("SuccessCriteriaMet", "True", *REACHED), ("Complete", "True", *REACHED)]
    found = status(world)
    found.pop("conditions")
    over = "2026-01-01T00:00:05Z"
    done = {"completionTime": over, "succeeded": 1, "ready": 0, "startTime": begun, "terminating": 0, "uncountedTerminatedPods": {}}
    assert found == done
    assert "finalizers" not in (world.get("pods", name_of(pod)) or {})["metadata"]
    assert world.events() == [("SuccessfulCreate", f"Created pod: {name_of(pod)}"), ("Completed", "Job completed")]


def test_never_more_pods_than_completions_are_missing(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=3, parallelism=2)
    assert counts(world) == (2, 0, 0)
    end_first(world)
    assert counts(world) == (2, 1, 0)
    end_first(world)
    assert counts(world) == (1, 2, 0)
    end_first(world)
    assert types(world) == ["SuccessCriteriaMet", "Complete"]
    assert len(world.list("pods")) == 3


def test_a_change_of_parallelism_takes_effect_at_once(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=9, parallelism=2)
    for parallelism in (5, 1, 0, 3):
        world.patch(JOBS, "work", {"spec": {"parallelism": parallelism}})
        world.settle()
        assert (len(running(world)), counts(world)) == (parallelism, (parallelism, 0, 0))
    assert len(world.list("pods")) == 3


def test_no_completions_are_complete_at_once(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, completions=0)
    assert types(world) == ["SuccessCriteriaMet", "Complete"]
    assert world.list("pods") == []


def test_a_work_queue_is_empty_when_all_have_ended_and_one_succeeded(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, parallelism=3)
    end_first(world)
    assert (counts(world), types(world)) == ((2, 1, 0), [])
    end_first(world, 1)
    assert (counts(world), types(world)) == ((1, 1, 1), [])
    end_first(world)
    assert (counts(world), types(world)) == ((0, 2, 1), ["SuccessCriteriaMet", "Complete"])


def test_a_pod_that_is_deleted_counts_as_failed_and_is_replaced(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world)
    gone = running(world)[0]
    world.delete("pods", name_of(gone))
    world.settle()
    assert world.get("pods", name_of(gone)) is None
    assert counts(world) == (0, 0, 1)
    world.advance(11)
    assert counts(world) == (1, 0, 1)


def test_a_pod_that_is_going_is_replaced_at_once_or_only_when_it_has_failed(world: World) -> None:
    world.run(*SLOW)
    for name, policy in (("at-once", "TerminatingOrFailed"), ("later", "Failed")):
        job(world, name, podReplacementPolicy=policy)
        pod = next(pod for pod in running(world) if labels_of(pod)["job-name"] == name)
        world.advance(20)
        world.delete("pods", name_of(pod), grace=30)
        world.settle()
    world.advance(1)
    assert status(world, "later") == {**status(world, "later"), "terminating": 1}
    assert "failed" not in status(world, "later")
    assert status(world, "at-once")["failed"] == 1


def test_another_controller_is_left_its_jobs(world: World) -> None:
    world.run(*CONTROLLERS)
    job(world, managedBy="example.com/mine")
    assert (world.list("pods"), status(world)) == ([], {})


def test_orphans_that_match_are_adopted_and_tracked(world: World) -> None:
    labels = {"app": "work"}
    world.pod("orphan", labels=labels, restartPolicy="Never")
    world.run(*CONTROLLERS)
    selecting = {"manualSelector": True, "selector": {"matchLabels": labels}, "pod_metadata": {"labels": labels}}
    made = job(world, **selecting)
    assert [name_of(pod) for pod in world.list("pods")] == ["orphan"]
    adopted = world.list("pods")[0]["metadata"]
    assert (adopted["ownerReferences"], adopted["finalizers"]) == ([owner_reference(made)], [TRACKING])
    world.patch("pods", "orphan", {"metadata": {"labels": {"app": "else"}}})
    world.settle()
    released = (world.get("pods", "orphan") or {})["metadata"]
    assert "ownerReferences" not in released
    assert "finalizers" not in released
    assert len(world.list("pods")) == 2


def test_pods_go_with_their_job(world: World) -> None:
    world.run(*CONTROLLERS)
    for propagation in ("Background", "Foreground"):
        job(world, propagation.lower(), parallelism=2, completions=4)
        assert len(world.list("pods")) == 2
        world.client.delete(JOBS, "ns", propagation.lower(), propagation=propagation)
        world.settle()
        assert (world.list("pods"), world.list(JOBS)) == ([], [])


def test_pods_that_are_left_behind_are_held_no_longer(world: World) -> None:
    world.run(*CONTROLLERS)
    made = job(world)
    world.client.delete(JOBS, "ns", "work", uid=uid_of(made), propagation="Orphan")
    world.settle()
    left = world.list("pods")[0]["metadata"]
    assert "finalizers" not in left
    assert "ownerReferences" not in left


def test_a_refused_pod_is_told_of_and_made_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    create, refusals = Client.create, [errors.forbidden("pods", "", "work-", "no")]

    def refusing(client: Client, resource: str, obj: Object) -> Object:
        if resource == "pods" and refusals:
            raise refusals.pop()
        return create(client, resource, obj)

    monkeypatch.setattr(Client, "create", refusing)
    world.run(*CONTROLLERS)
    job(world)
    assert ("FailedCreate", 'Error creating: pods "work-" is forbidden: no') in world.events()
    world.advance(1)
    assert counts(world) == (1, 0, 0)
