from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from mockapi.registry.admission import DELETE, Admission, Attributes
from mockapi.registry.options import DeleteOptions, ListOptions
from mockapi.storage.database import Database
from tests.registry.calls import MAPS, at_once, config_map, create, delete, names, pages, patch, put, refusal
from tests.world import NAMESPACE, World

CRDS = "customresourcedefinitions.apiextensions.k8s.io"
HOLD = "example.com/hold"


def finalizers(obj: Object | None) -> list[str]:
    assert obj is not None
    return list(obj["metadata"].get("finalizers") or [])


def delete_all(world: World, resource: str = MAPS, **options: Any) -> list[str]:
    request = world.resources.request(dry_run=options.get("dry_run", False))
    selectors = {name: options.pop(name) for name in ("label_selector", "limit") if name in options}
    found, _ = world.resources.delete_collection(
        world.kind(resource), NAMESPACE, ListOptions(**selectors), DeleteOptions(**options), request
    )
    return [obj["metadata"]["name"] for obj in found]


class TestFinalizers:
    def test_hold_an_object_until_the_last_has_gone(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD, "example.com/too"]))
        deleted = delete(world, MAPS, "a")
        assert not deleted.finished
        assert deleted.object["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:00Z"
        assert deleted.object["metadata"]["deletionGracePeriodSeconds"] == 0
        patch(world, MAPS, "a", {"metadata": {"finalizers": [HOLD]}})
        assert world.get(MAPS, "a") is not None
        answer = patch(world, MAPS, "a", {"metadata": {"finalizers": None}})
        assert "finalizers" not in answer["metadata"]
        assert world.get(MAPS, "a") is None

    def test_of_a_live_object_may_all_go(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD]))
        patch(world, MAPS, "a", {"metadata": {"finalizers": None}})
        assert world.get(MAPS, "a") is not None

    def test_the_last_event_shows_the_last_finalizer(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD]))
        delete(world, MAPS, "a")
        before = world.get(MAPS, "a")
        revision = pages(world).revision
        patch(world, MAPS, "a", {"metadata": {"finalizers": None}, "data": {"k": "v"}})
        (change,) = world.database.cache.changes(MAPS, revision)
        assert change.type == "DELETED"
        assert finalizers(change.record.object) == finalizers(before) == [HOLD]
        assert int(change.record.object["metadata"]["resourceVersion"]) == change.revision > revision

    def test_the_answer_that_lets_go_has_the_version_it_was_based_on(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD]))
        version = delete(world, MAPS, "a").object["metadata"]["resourceVersion"]
        assert patch(world, MAPS, "a", {"metadata": {"finalizers": None}})["metadata"]["resourceVersion"] == version

    def test_a_second_deletion_changes_nothing(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD]))
        first = delete(world, MAPS, "a").object
        world.clock.advance(60)
        second = delete(world, MAPS, "a")
        assert second.object == first
        assert not second.finished

    def test_removing_one_each_at_once_removes_the_object(self, world: World) -> None:
        held = [f"example.com/{number}" for number in range(6)]
        world.create(MAPS, config_map("a", finalizers=held))
        delete(world, MAPS, "a")

        def let_go(finalizer: str) -> None:
            kind, request = world.kind(MAPS), world.resources.request()

            def without(obj: Object) -> Object:
                obj["metadata"]["finalizers"] = [name for name in obj["metadata"]["finalizers"] if name != finalizer]
                return obj

            world.resources.writes.change(kind, pages(world).records[0].key, without, request)

        results = at_once(*[lambda finalizer=finalizer: let_go(finalizer) for finalizer in held])  # type: ignore[misc]
        assert results == [None] * 6
        assert world.get(MAPS, "a") is None

    def test_generation_grows_when_a_deletion_begins(self, world: World) -> None:
        spec = {"selector": {"matchLabels": {"a": "b"}}, "template": _template()}
        world.create("deployments.apps", {"metadata": {"name": "a", "finalizers": [HOLD]}, "spec": spec})
        assert delete(world, "deployments.apps", "a").object["metadata"]["generation"] == 2
        assert delete(world, "deployments.apps", "a").object["metadata"]["generation"] == 2


class TestPropagation:
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"propagation_policy": "Foreground"}, ["foregroundDeletion"]),
            ({"propagation_policy": "Orphan"}, ["orphan"]),
            ({"orphan_dependents": True}, ["orphan"]),
        ],
    )
    def test_is_told_to_the_garbage_collector_by_a_finalizer(self, world: World, options: Object, expected: list[str]) -> None:
        world.create(MAPS, config_map("a"))
        deleted = delete(world, MAPS, "a", **options)
        assert not deleted.finished
        assert finalizers(world.get(MAPS, "a")) == expected

    @pytest.mark.parametrize("options", [{}, {"propagation_policy": "Background"}, {"orphan_dependents": False}])
    def test_in_the_background_needs_none(self, world: World, options: Object) -> None:
        world.create(MAPS, config_map("a"))
        assert delete(world, MAPS, "a", **options).finished

    def test_can_be_changed_while_the_object_waits(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        delete(world, MAPS, "a", propagation_policy="Foreground")
        delete(world, MAPS, "a", propagation_policy="Orphan")
        assert finalizers(world.get(MAPS, "a")) == ["orphan"]
        delete(world, MAPS, "a")
        assert finalizers(world.get(MAPS, "a")) == ["orphan"]
        assert delete(world, MAPS, "a", propagation_policy="Background").finished
        assert world.get(MAPS, "a") is None

    def test_a_pod_killed_at_once_is_not_held_by_an_earlier_policy(self, world: World) -> None:
        world.pod("a")
        delete(world, "pods", "a", propagation_policy="Foreground")
        assert finalizers(world.get("pods", "a")) == ["foregroundDeletion"]
        assert delete(world, "pods", "a", grace_period_seconds=0, propagation_policy="Background").finished
        assert world.get("pods", "a") is None

    def test_a_finalizer_that_stands_on_the_object_is_the_default(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=["orphan"]))
        assert finalizers(delete(world, MAPS, "a").object) == ["orphan"]

    def test_of_events_there_is_none(self, world: World) -> None:
        world.create("events", {"metadata": {"name": "a"}, "involvedObject": {"namespace": NAMESPACE}})
        assert delete(world, "events", "a", propagation_policy="Foreground").finished


class TestGracefulDeletion:
    def test_of_a_pod_on_a_node_waits(self, world: World) -> None:
        world.pod("a")
        meta = delete(world, "pods", "a").object["metadata"]
        assert (meta["deletionGracePeriodSeconds"], meta["deletionTimestamp"]) == (30, "2026-01-01T00:00:30Z")
        assert meta["generation"] == 2

    def test_may_be_shortened_and_not_lengthened(self, world: World) -> None:
        world.pod("a")
        delete(world, "pods", "a", grace_period_seconds=20)
        assert delete(world, "pods", "a", grace_period_seconds=25).object["metadata"]["deletionGracePeriodSeconds"] == 20
        shortened = delete(world, "pods", "a", grace_period_seconds=5).object["metadata"]
        assert (shortened["deletionGracePeriodSeconds"], shortened["deletionTimestamp"]) == (5, "2026-01-01T00:00:05Z")
        assert delete(world, "pods", "a", grace_period_seconds=0).finished
        assert world.get("pods", "a") is None

    def test_of_a_pod_without_a_node_is_immediate(self, world: World) -> None:
        world.create("pods", {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})
        assert delete(world, "pods", "a").finished

    def test_of_a_pod_that_has_ended_is_immediate(self, world: World) -> None:
        world.pod("a", "10.0.0.1")
        world.set_pod("a", "10.0.0.1", phase="Succeeded")
        assert delete(world, "pods", "a").finished

    def test_a_pod_with_finalizers_outlives_its_grace_period(self, world: World) -> None:
        world.pod("a", metadata={"finalizers": [HOLD]})
        delete(world, "pods", "a")
        assert not delete(world, "pods", "a", grace_period_seconds=0).finished
        patch(world, "pods", "a", {"metadata": {"finalizers": None}})
        assert world.get("pods", "a") is None

    def test_finalizers_that_go_first_leave_the_grace_period(self, world: World) -> None:
        world.pod("a", metadata={"finalizers": [HOLD]})
        delete(world, "pods", "a")
        patch(world, "pods", "a", {"metadata": {"finalizers": None}})
        assert world.get("pods", "a") is not None

    def test_watchers_see_its_end_before_the_removal(self, world: World) -> None:
        world.pod("a")
        revision = pages(world, "pods").revision
        deleted = delete(world, "pods", "a", grace_period_seconds=0).object
        ended, removed = world.database.cache.changes("pods", revision)
        assert (ended.type, removed.type) == ("MODIFIED", "DELETED")
        assert ended.record.object["metadata"]["deletionGracePeriodSeconds"] == 0
        assert deleted == removed.record.object


class TestPreconditions:
    def test_uid(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        failure = refusal(delete, world, MAPS, "a", precondition_uid="other")
        assert (failure.code, failure.reason) == (409, "Conflict")
        assert world.get(MAPS, "a") is not None

    def test_version(self, world: World) -> None:
        old = world.create(MAPS, config_map("a"))["metadata"]["resourceVersion"]
        new = patch(world, MAPS, "a", {"data": {"k": "v"}})["metadata"]["resourceVersion"]
        assert refusal(delete, world, MAPS, "a", precondition_resource_version=old).code == 409
        assert delete(world, MAPS, "a", precondition_resource_version=new).finished

    def test_of_many_deletions_one_succeeds(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        results = at_once(*[lambda: delete(world, MAPS, "a")] * 6)
        codes = sorted(getattr(result, "code", 200) for result in results)
        assert codes == [200] + [404] * 5

    def test_an_update_and_a_deletion_at_once_leave_nothing(self, world: World) -> None:
        for round_ in range(10):
            world.create(MAPS, config_map("a"))
            results = at_once(
                lambda: delete(world, MAPS, "a"),
                lambda: patch(world, MAPS, "a", {"data": {"k": str(round_)}}),  # noqa: B023
                lambda: put(world, MAPS, "a", config_map("a", data={"l": "m"})),
            )
            assert {getattr(result, "code", 200) for result in results} <= {200, 404}, results
            assert world.get(MAPS, "a") is None


class TestCollections:
    def test_go_by_selector(self, world: World) -> None:
        for name, app in (("a", "x"), ("b", "y"), ("c", "x")):
            world.create(MAPS, config_map(name, {"app": app}))
        assert delete_all(world, label_selector="app=x") == ["a", "c"]
        assert names(pages(world)) == ["b"]

    def test_a_dry_run_deletes_nothing(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        assert delete_all(world, dry_run=True) == ["a"]
        assert names(pages(world)) == ["a"]

    def test_held_objects_stay(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=[HOLD]))
        world.create(MAPS, config_map("b"))
        delete_all(world)
        assert names(pages(world)) == ["a"]

    def test_two_at_once_do_not_fail_on_each_other(self, world: World) -> None:
        for number in range(20):
            world.create(MAPS, config_map(f"m{number}"))
        results = at_once(*[lambda: delete_all(world)] * 3)
        assert not [result for result in results if isinstance(result, Exception)]
        assert names(pages(world)) == []


def test_allocations_of_a_deleted_service_are_free(world: World) -> None:
    spec = {"clusterIP": "10.96.0.50", "type": "NodePort", "ports": [{"port": 1, "nodePort": 30500}]}
    for _ in range(2):
        create(world, "services", {"metadata": {"name": "a"}, "spec": spec})
        assert delete(world, "services", "a").finished


def test_a_service_held_by_a_finalizer_keeps_its_address_until_it_goes(world: World) -> None:
    spec = {"clusterIP": "10.96.0.50", "ports": [{"port": 1}]}
    create(world, "services", {"metadata": {"name": "a", "finalizers": [HOLD]}, "spec": spec})
    delete(world, "services", "a")
    assert refusal(create, world, "services", {"metadata": {"name": "b"}, "spec": spec}).code == 422
    patch(world, "services", "a", {"metadata": {"finalizers": None}})
    create(world, "services", {"metadata": {"name": "b"}, "spec": spec})


def _template() -> Object:
    return {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}


class TestOrder:
    def test_a_grace_period_that_runs_is_not_asked_about_again(self, database: Database) -> None:
        asked = []

        class Plugin(Admission):
            def validate(self, attributes: Attributes) -> None:
                if attributes.operation == DELETE:
                    asked.append(attributes.options)

        world = World(database, admission=(Plugin(),))
        world.node("node-1")
        world.pod("web", "10.0.0.1", terminationGracePeriodSeconds=30)
        for seconds in (20, 30, None, 10):
            delete(world, "pods", "web", grace_period_seconds=seconds)
        assert asked == [{"gracePeriodSeconds": 20}, {"gracePeriodSeconds": 10}]

    @pytest.mark.parametrize("resource", ["namespaces", CRDS])
    def test_kinds_that_go_in_two_steps_word_conflicts_as_the_store_does(self, world: World, resource: str) -> None:
        group, plural = "example.com", "widgets"
        spec = {
            "group": group,
            "names": {"plural": plural, "kind": "Widget"},
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}],
        }
        name = NAMESPACE if resource == "namespaces" else f"{plural}.{group}"
        if resource == CRDS:
            world.create(CRDS, {"metadata": {"name": name}, "spec": spec})
        uid = world.client.get(resource, "", name)["metadata"]["uid"]
        failure = refusal(delete, world, resource, name, precondition_uid="other")
        sentence = f"Precondition failed: UID in precondition: other, UID in object meta: {uid}"
        assert failure.message == f'Operation cannot be fulfilled on {resource} "{name}": {sentence}'
