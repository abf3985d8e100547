from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.body import JSON_PATCH
from tests.registry.calls import MAPS, at_once, config_map, create, delete, pages, patch, put, refusal
from tests.world import NAMESPACE, World


def annotate(number: int) -> Object:
    return {"metadata": {"annotations": {f"example.com/{number}": "yes"}}}


class TestConcurrentWrites:
    def test_no_patch_of_eight_at_once_is_lost(self, world: World) -> None:
        world.create(MAPS, config_map("a"))

        def patch_often(thread: int) -> Callable[[], None]:
            return lambda: [patch(world, MAPS, "a", annotate(thread * 100 + turn)) for turn in range(12)] and None

        assert at_once(*map(patch_often, range(8))) == [None] * 8
        annotations = world.get(MAPS, "a")["metadata"]["annotations"]  # type: ignore[index]
        assert len(annotations) == 8 * 12

    def test_of_eight_updates_of_one_version_one_wins(self, world: World) -> None:
        seen = world.create(MAPS, config_map("a"))

        def update(number: int) -> Callable[[], object]:
            return lambda: put(world, MAPS, "a", {**seen, "data": {"winner": str(number)}})

        results = at_once(*map(update, range(8)))
        failures = [result for result in results if isinstance(result, StatusError)]
        assert len(failures) == 7
        assert {(failure.code, failure.reason) for failure in failures} == {(409, "Conflict")}

    def test_a_json_patch_that_counts_counts_every_time(self, world: World) -> None:
        world.create(MAPS, config_map("a", data={"n": "0"}))

        def count() -> None:
            done = 0
            while done < 10:
                now = world.get(MAPS, "a")["data"]["n"]  # type: ignore[index]
                steps = [{"op": "test", "path": "/data/n", "value": now}, {"op": "replace", "path": "/data/n", "value": str(int(now) + 1)}]
                try:
                    patch(world, MAPS, "a", steps, media_type=JSON_PATCH)  # type: ignore[arg-type]
                    done += 1
                except StatusError as failure:
                    if failure.code != 422:
                        raise

        assert at_once(count, count, count) == [None] * 3
        assert world.get(MAPS, "a")["data"]["n"] == "30"  # type: ignore[index]

    def test_of_eight_creates_of_one_name_one_wins(self, world: World) -> None:
        results = at_once(*[lambda: create(world, MAPS, config_map("a"))] * 8)
        failures = [result for result in results if isinstance(result, StatusError)]
        assert len(failures) == 7
        assert {failure.reason for failure in failures} == {"AlreadyExists"}

    def test_puts_that_create_all_succeed(self, world: World) -> None:
        body = {"metadata": {"name": "a"}}
        for round_ in range(5):
            results = at_once(*[lambda: put(world, "endpoints", "a", body)] * 6)
            assert sum(getattr(result, "created", False) for result in results) == 1, results
            assert not [result for result in results if isinstance(result, Exception)], round_
            world.delete("endpoints", "a")

    def test_a_put_that_meets_a_deletion_creates_anew(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        put(world, "endpoints", "a", {"metadata": {"name": "a"}})
        replace, deleted = world.resources.writes._replace, []

        def replace_what_is_gone(*args: Any) -> bool:
            if not deleted:
                deleted.append(delete(world, "endpoints", "a"))
            return replace(*args)

        monkeypatch.setattr(world.resources.writes, "_replace", replace_what_is_gone)
        written = put(world, "endpoints", "a", {"metadata": {"name": "a", "labels": {"second": "yes"}}})
        assert written.created
        assert world.get("endpoints", "a")["metadata"]["labels"] == {"second": "yes"}  # type: ignore[index]


class TestGeneratedNames:
    def test_a_taken_name_is_tried_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.create(MAPS, config_map("job-aaaaa"))
        suffixes = iter(["aaaaa"] * 7 + ["bbbbb"])
        monkeypatch.setattr(type(world.resources.identity), "suffix", lambda *_: next(suffixes))
        created = create(world, MAPS, {"metadata": {"generateName": "job-"}})
        assert created["metadata"]["name"] == "job-bbbbb"

    def test_eight_taken_names_are_enough(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.create(MAPS, config_map("job-aaaaa"))
        suffixes = iter(["aaaaa"] * 8 + ["bbbbb"])
        monkeypatch.setattr(type(world.resources.identity), "suffix", lambda *_: next(suffixes))
        failure = refusal(create, world, MAPS, {"metadata": {"generateName": "job-"}})
        assert (failure.code, failure.reason) == (409, "AlreadyExists")
        assert failure.message == (
            'configmaps "job-aaaaa" already exists, the server was not able to generate a unique name for the object'
        )
        assert failure.details == {"name": "job-aaaaa", "kind": "configmaps", "retryAfterSeconds": 1}

    def test_a_name_that_is_given_is_not_replaced(self, world: World) -> None:
        world.create(MAPS, config_map("fixed"))
        failure = refusal(create, world, MAPS, {"metadata": {"name": "fixed", "generateName": "job-"}})
        assert "not able to generate a unique name" in failure.message

    def test_an_object_on_its_way_out_is_told_so_in_both_cases(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=["example.com/hold"]))
        delete(world, MAPS, "a")
        plain = refusal(create, world, MAPS, config_map("a"))
        assert plain.message == 'object is being deleted: configmaps "a" already exists'
        generated = refusal(create, world, MAPS, config_map("a", generateName="b"))
        assert generated.message.startswith('object is being deleted: configmaps "a" already exists, the server')

    def test_many_at_once_have_names_of_their_own(self, world: World) -> None:
        results = at_once(*[lambda: create(world, MAPS, {"metadata": {"generateName": "job-"}})["metadata"]["name"]] * 8)
        assert len(set(map(str, results))) == 8


class TestDryRun:
    def test_a_create_leaves_nothing(self, world: World) -> None:
        before = pages(world).revision
        created = create(world, MAPS, config_map("a"), dry_run=True)
        assert created["metadata"]["uid"]
        assert "resourceVersion" not in created["metadata"]
        assert world.get(MAPS, "a") is None
        assert pages(world).revision == before

    def test_a_service_gives_its_addresses_back(self, world: World) -> None:
        def service(name: str) -> Object:
            spec = {"type": "NodePort", "clusterIP": "10.96.0.77", "ports": [{"port": 80, "nodePort": 30077}]}
            return {"metadata": {"name": name}, "spec": spec}

        assert create(world, "services", service("a"), dry_run=True)["spec"]["clusterIP"] == "10.96.0.77"
        assert create(world, "services", service("b"))["spec"]["ports"][0]["nodePort"] == 30077
        delete(world, "services", "b", dry_run=True)
        failure = refusal(create, world, "services", service("c"))
        assert failure.code == 422

    def test_an_update_leaves_all_as_it_was(self, world: World) -> None:
        before = world.create(MAPS, config_map("a", data={"k": "v"}))
        written = put(world, MAPS, "a", config_map("a", data={"k": "w"}), dry_run=True).object
        assert written["data"] == {"k": "w"}
        assert written["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
        patch(world, MAPS, "a", {"data": {"k": "x"}}, dry_run=True)
        assert world.get(MAPS, "a") == before

    def test_a_deletion_leaves_all_as_it_was(self, world: World) -> None:
        before = world.create(MAPS, config_map("a"))
        assert delete(world, MAPS, "a", dry_run=True).finished
        held = world.create(MAPS, config_map("b", finalizers=["example.com/hold"]))
        assert delete(world, MAPS, "b", dry_run=True).object["metadata"]["deletionTimestamp"]
        assert [world.get(MAPS, "a"), world.get(MAPS, "b")] == [before, held]

    def test_the_last_finalizer_taken_away_leaves_the_object(self, world: World) -> None:
        world.create(MAPS, config_map("a", finalizers=["example.com/hold"]))
        delete(world, MAPS, "a")
        patch(world, MAPS, "a", {"metadata": {"finalizers": None}}, dry_run=True)
        assert world.get(MAPS, "a") is not None

    def test_a_put_that_would_create_leaves_nothing(self, world: World) -> None:
        assert put(world, "endpoints", "a", {"metadata": {"name": "a"}}, dry_run=True).created
        assert world.get("endpoints", "a") is None


class TestIdentity:
    def test_a_write_that_changes_nothing_keeps_the_version_and_is_no_event(self, world: World) -> None:
        before = world.create(MAPS, config_map("a", data={"k": "v"}))
        revision = pages(world).revision
        assert patch(world, MAPS, "a", {"data": {"k": "v"}}) == before
        assert put(world, MAPS, "a", before).object == before
        assert pages(world).revision == revision

    def test_another_uid_is_a_conflict(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        failure = refusal(put, world, MAPS, "a", config_map("a", uid="other"))
        assert failure.code == 409
        assert "Precondition failed: UID in precondition: other, UID in object meta: " in failure.message

    def test_an_old_version_is_a_conflict_for_patches_too(self, world: World) -> None:
        old = world.create(MAPS, config_map("a"))["metadata"]["resourceVersion"]
        patch(world, MAPS, "a", {"data": {"k": "v"}})
        failure = refusal(patch, world, MAPS, "a", {"metadata": {"resourceVersion": old}, "data": {"k": "w"}})
        assert (failure.code, failure.reason) == (409, "Conflict")

    @pytest.mark.parametrize("version", ["abc", "²"])
    def test_a_version_that_is_no_number_is_an_error(self, world: World, version: str) -> None:
        world.create(MAPS, config_map("a"))
        failure = refusal(put, world, MAPS, "a", config_map("a", resourceVersion=version))
        assert (failure.code, failure.reason) == (500, "")

    def test_a_create_may_not_name_a_version(self, world: World) -> None:
        assert refusal(create, world, MAPS, config_map("a", resourceVersion="5")).code == 500

    def test_a_body_of_another_namespace_is_refused(self, world: World) -> None:
        failure = refusal(create, world, MAPS, config_map("a", namespace="elsewhere"))
        assert failure.code == 400
        world.create(MAPS, config_map("a"))
        assert refusal(put, world, MAPS, "a", config_map("a", namespace="elsewhere")).code == 400

    def test_a_body_of_another_name_is_refused(self, world: World) -> None:
        world.create(MAPS, config_map("a"))
        assert refusal(put, world, MAPS, "a", config_map("b")).code == 400
        assert refusal(put, world, MAPS, "a", {"metadata": {}}).code == 400

    def test_a_recreated_object_is_another_one(self, world: World) -> None:
        first = world.create(MAPS, config_map("a"))
        world.delete(MAPS, "a")
        second = world.create(MAPS, config_map("a"))
        assert first["metadata"]["uid"] != second["metadata"]["uid"]
        assert refusal(put, world, MAPS, "a", first).code == 409

    def test_cluster_scoped_objects_lose_a_namespace(self, world: World) -> None:
        created = create(world, "namespaces", {"metadata": {"name": "n", "namespace": NAMESPACE}})
        assert "namespace" not in created["metadata"]


class TestStatus:
    def test_a_status_write_touches_nothing_else(self, world: World) -> None:
        before = world.service("a")
        after = put(
            world, "services", "a",
            {**before, "spec": {**before["spec"], "ports": [{"port": 99}]}, "status": {"loadBalancer": {}}}, subresource="status",
        ).object  # fmt: skip
        assert after["spec"] == before["spec"]

    def test_a_status_sent_with_the_object_is_dropped(self, world: World) -> None:
        pod = world.pod("a")
        sent = {**pod, "status": {**pod["status"], "phase": "Failed"}}
        assert put(world, "pods", "a", sent).object["status"] == pod["status"]
