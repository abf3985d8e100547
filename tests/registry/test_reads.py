from __future__ import annotations

import base64
import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockapi.machinery.meta import Key, Object
from mockapi.storage.compaction import compact
from tests.registry.calls import MAPS, config_map, create, names, pages, patch, refusal
from tests.world import World

SLICES = "resourceslices.resource.k8s.io"
TOO_OLD = "The resourceVersion for the provided list is too old."


def fill(world: World, count: int) -> None:
    for number in range(count):
        world.create(MAPS, config_map(f"m{number:03}", {"parity": "odd" if number % 2 else "even"}))


def forget(world: World) -> None:
    """Compacts all history, in memory as on disk."""
    compact(world.database, keep_changes=0, keep_seconds=0)
    for shelf in world.database.cache._shelves.values():
        shelf._history.clear()
        shelf._forgotten = world.database.cache.revision


def token(**parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


class TestGet:
    def test_what_is_absent_is_404(self, world: World) -> None:
        failure = refusal(world.resources.get, world.kind("deployments.apps"), Key("ns", "a"))
        assert failure.code == 404


class TestPages:
    def test_join_to_the_list(self, world: World) -> None:
        fill(world, 7)
        whole = pages(world)
        found, following, remaining = [], "", []
        while True:
            page = pages(world, limit=3, continue_token=following)
            found += names(page)
            remaining.append(page.remaining)
            assert page.revision == whole.revision
            following = page.continue_token
            if not following:
                break
        assert found == names(whole)
        assert remaining == [4, 1, None]

    def test_show_one_moment_while_writes_go_on(self, world: World) -> None:
        fill(world, 40)
        expected = {record.key.name: record.revision for record in pages(world).records}
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                world.create(MAPS, config_map(f"m{number % 40:03}x{number}"))
                patch(world, MAPS, f"m{number % 40:03}", {"data": {"n": str(number)}})
                if number <= 40:
                    world.delete(MAPS, f"m{(number * 7) % 40:03}")
                    world.create(MAPS, config_map(f"m{(number * 7) % 40:03}"))

        first = pages(world, limit=4)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            found, page = {record.key.name: record.revision for record in first.records}, first
            while page.continue_token:
                page = pages(world, limit=4, continue_token=page.continue_token)
                assert page.revision == first.revision
                found |= {record.key.name: record.revision for record in page.records}
        finally:
            stop.set()
            writer.join(20)
        assert found == expected

    def test_of_no_version_at_all_are_whole(self, world: World) -> None:
        """The watch cache, which answers for resourceVersion=0, knows no limit."""
        fill(world, 3)
        page = pages(world, limit=1, resource_version="0")
        assert (len(page.records), page.continue_token, page.remaining) == (3, "", None)

    def test_by_selector_tell_no_rest(self, world: World) -> None:
        fill(world, 6)
        page = pages(world, limit=2, label_selector="parity=even")
        assert (names(page), page.remaining) == (["m000", "m002"], None)
        page = pages(world, limit=2, label_selector="parity=even", continue_token=page.continue_token)
        assert names(page) == ["m004"]
        assert page.continue_token == ""

    def test_by_selector_go_on_while_there_are_objects_to_look_at(self, world: World) -> None:
        fill(world, 6)
        page = pages(world, limit=3, label_selector="parity=even")
        assert names(page) == ["m000", "m002", "m004"]
        page = pages(world, limit=3, label_selector="parity=even", continue_token=page.continue_token)
        assert (names(page), page.continue_token) == ([], "")

    def test_of_all_namespaces_are_in_the_order_of_keys(self, world: World) -> None:
        for namespace in ("b", "a", "a-b"):
            world.create("namespaces", {"metadata": {"name": namespace}})
            create(world, MAPS, config_map("m"), namespace=namespace)
        first = pages(world, namespace="", limit=2)
        rest = pages(world, namespace="", limit=2, continue_token=first.continue_token)
        found = [record.key.namespace for record in first.records + rest.records]
        assert found == ["a-b", "a", "b"]  # as etcd has them: "a-b/m" is before "a/m"

    def test_after_compaction_end_with_a_token_to_go_on_with_what_is_there_now(self, world: World) -> None:
        fill(world, 4)
        first = pages(world, limit=2)
        world.delete(MAPS, "m003")
        world.create(MAPS, config_map("m009"))
        forget(world)
        failure = refusal(pages, world, limit=2, continue_token=first.continue_token)
        assert (failure.code, failure.reason) == (410, "Expired")
        assert failure.message.startswith("The provided continue parameter is too old to display a consistent list result.")
        following = failure.status()["metadata"]["continue"]
        rest = pages(world, limit=5, continue_token=following)
        assert names(rest) == ["m002", "m009"]
        assert rest.revision == world.database.cache.revision


class TestContinueTokens:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("bm9uc2Vuc2U", "invalid character 'o' in literal null (expecting 'u')"),
            ("a", "illegal base64 data at input byte 0"),
            ("ab!d", "illegal base64 data at input byte 2"),
            ("YQ==", "illegal base64 data at input byte 2"),
            (token(v="meta.k8s.io/v1", rv=0, start="a"), "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
            (token(v="meta.k8s.io/v1", rv=5), "encoded start key empty (version meta.k8s.io/v1)"),
            (token(v="meta.k8s.io/v1", rv=5, start="../a"), "../a"),
            (token(v="meta.k8s.io/v2", rv=5, start="a"), 'server does not recognize this encoded version "meta.k8s.io/v2"'),
            ("WzFd", "json: cannot unmarshal array into Go value of type storage.continueToken"),
            (token(v="meta.k8s.io/v1", rv="5"), "json: cannot unmarshal string into Go struct field continueToken.rv of type int64"),
            (token(rv=5, start="a"), 'server does not recognize this encoded version ""'),
        ],
    )
    def test_that_nobody_issued_are_refused(self, world: World, text: str, reason: str) -> None:
        failure = refusal(pages, world, limit=1, continue_token=text)
        assert (failure.code, failure.message) == (400, f"invalid continue token: continue key is not valid: {reason}")


class TestVersions:
    def test_exact_lists_as_it_was(self, world: World) -> None:
        fill(world, 3)
        then = pages(world)
        world.delete(MAPS, "m000")
        patch(world, MAPS, "m001", {"data": {"k": "v"}})
        world.create(MAPS, config_map("new"))
        page = pages(world, resource_version=str(then.revision), resource_version_match="Exact")
        assert [(record.key, record.body) for record in page.records] == [(record.key, record.body) for record in then.records]
        assert page.revision == then.revision

    def test_a_limit_makes_a_version_exact(self, world: World) -> None:
        fill(world, 3)
        then = pages(world)
        world.delete(MAPS, "m000")
        page = pages(world, resource_version=str(then.revision), limit=2)
        assert (names(page), page.revision) == (["m000", "m001"], then.revision)
        assert names(pages(world, continue_token=page.continue_token)) == ["m002"]

    def test_not_older_than_and_none_list_what_is_now(self, world: World) -> None:
        fill(world, 2)
        then = pages(world)
        world.delete(MAPS, "m000")
        for options in ({"resource_version_match": "NotOlderThan"}, {"resource_version_match": "NotOlderThan", "limit": 5}, {}):
            page = pages(world, resource_version=str(then.revision), **options)
            assert (names(page), page.revision) == (["m001"], then.revision + 1)

    def test_one_to_come_is_too_large(self, world: World) -> None:
        head = world.database.cache.revision
        for match in ("", "Exact", "NotOlderThan"):
            failure = refusal(pages, world, resource_version=str(head + 1), resource_version_match=match)
            assert (failure.code, failure.reason) == (504, "Timeout")

    def test_a_compacted_one_is_expired(self, world: World) -> None:
        fill(world, 2)
        then = pages(world)
        world.delete(MAPS, "m000")
        world.delete(MAPS, "m001")
        forget(world)
        failure = refusal(pages, world, resource_version=str(then.revision), resource_version_match="Exact")
        assert (failure.code, failure.reason, failure.message) == (410, "Expired", TOO_OLD)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(st.tuples(st.integers(0, 4), st.sampled_from("cud")), min_size=1, max_size=12))
    def test_each_one_is_listed_as_it_was(self, world: World, steps: list[tuple[int, str]]) -> None:
        seen: dict[int, list[bytes]] = {}
        for number, action in steps:
            name, present = f"m{number}", world.get(MAPS, f"m{number}")
            if action == "c" and present is None:
                world.create(MAPS, config_map(name))
            elif action == "u" and present is not None:
                patch(world, MAPS, name, {"data": {"n": str(len(seen))}})
            elif action == "d":
                world.delete(MAPS, name)
            page = pages(world)
            seen[page.revision] = [record.body for record in page.records]
        for revision, bodies in seen.items():
            page = pages(world, resource_version=str(revision), resource_version_match="Exact")
            assert [record.body for record in page.records] == bodies


class TestSelectors:
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"label_selector": "parity=odd"}, ["m001", "m003"]),
            ({"label_selector": "parity!=odd"}, ["m000", "m002"]),
            ({"label_selector": "!parity"}, []),
            ({"field_selector": "metadata.name=m002"}, ["m002"]),
            ({"field_selector": "metadata.name!=m002,metadata.namespace=ns"}, ["m000", "m001", "m003"]),
            ({"label_selector": "parity=odd", "field_selector": "metadata.name=m001"}, ["m001"]),
            ({"field_selector": "metadata.namespace=other"}, []),
        ],
    )
    def test_choose(self, world: World, options: Object, expected: list[str]) -> None:
        fill(world, 4)
        assert names(pages(world, **options)) == expected

    def test_of_fields_know_the_kind(self, world: World) -> None:
        world.pod("a")
        world.pod("b", "10.0.0.1")
        assert names(pages(world, "pods", field_selector="status.phase=Running,spec.nodeName=node-1")) == ["b"]
        assert refusal(pages, world, "pods", field_selector="spec.hostname=x").message == "field label not supported: spec.hostname"
        assert refusal(pages, world, MAPS, field_selector="data.k=v").code == 400

    def test_that_cannot_be_read_are_refused(self, world: World) -> None:
        assert refusal(pages, world, label_selector="a in").code == 400
        assert refusal(pages, world, field_selector="a").code == 400


class TestFieldSelectors:
    @pytest.mark.parametrize(
        ("resource", "field", "sentence"),
        [
            ("pods", "spec.containers", "field label not supported: spec.containers"),
            ("nodes", "metadata.namespace", "field label not supported: metadata.namespace"),
            ("namespaces", "name", "field label not supported: name"),
            ("jobs.batch", "status.failed", 'field label "status.failed" not supported for Job'),
            (SLICES, "spec.pool", "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: spec.pool"),
            (
                "replicasets.apps",
                "status.replicas",
                '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
            ),
        ],
    )
    def test_what_a_kind_does_not_know(self, world: World, resource: str, field: str, sentence: str) -> None:
        failure = refusal(pages, world, resource, "", field_selector=f"{field}=x")
        assert (failure.code, failure.message) == (400, sentence)

    @pytest.mark.parametrize(
        ("resource", "field"),
        [
            ("pods", "spec.host"),
            ("pods", "status.podIPs"),
            ("jobs.batch", "status.successful"),
            ("storageclasses.storage.k8s.io", "metadata.namespace"),
            ("events", "involvedObject.fieldPath"),
            ("certificatesigningrequests.certificates.k8s.io", "spec.signerName"),
        ],
    )
    def test_what_a_kind_knows(self, world: World, resource: str, field: str) -> None:
        assert names(pages(world, resource, "", field_selector=f"{field}=x")) == []

    def test_an_old_name_of_a_field(self, world: World) -> None:
        world.pod("web")
        assert names(pages(world, "pods", field_selector="spec.host=node-1")) == ["web"]
