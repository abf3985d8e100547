"""The order of a write's steps, and what each may change."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery import errors
from mockapi.machinery.meta import Object
from mockapi.registry.admission import CREATE, DELETE, UPDATE, Admission, Attributes
from mockapi.registry.body import Body
from mockapi.registry.request import Request
from mockapi.storage.database import Database
from tests.registry.calls import MAPS, config_map, create, delete, patch, put, refusal
from tests.world import NAMESPACE, World


class Plugin(Admission):
    """Notes what it sees, and refuses or changes what the test says."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, str]] = []
        self.labels: dict[str, str] = {}
        self.refuses = ""

    def mutate(self, attributes: Attributes) -> None:
        self._note("mutate", attributes)
        if attributes.obj is not None and self.labels:
            attributes.obj["metadata"].setdefault("labels", {}).update(self.labels)

    def validate(self, attributes: Attributes) -> None:
        self._note("validate", attributes)

    def _note(self, step: str, attributes: Attributes) -> None:
        if attributes.kind.resource == MAPS:
            self.seen.append((step, attributes.operation, attributes.key.name, attributes.subresource))
            if step == self.refuses:
                raise errors.forbidden(attributes.kind.plural, "", attributes.key.name, "because")


@pytest.fixture
def plugin() -> Plugin:
    return Plugin()


@pytest.fixture
def admitted(database: Database, plugin: Plugin) -> World:
    return World(database, admission=(plugin,))


class TestAdmission:
    def test_sees_every_write_twice(self, admitted: World, plugin: Plugin) -> None:
        create(admitted, MAPS, config_map("a"))
        put(admitted, MAPS, "a", config_map("a"))
        delete(admitted, MAPS, "a")
        assert plugin.seen == [(step, verb, "a", "") for verb in (CREATE, UPDATE, DELETE) for step in ("mutate", "validate")]

    def test_what_it_changes_is_validated(self, admitted: World, plugin: Plugin) -> None:
        plugin.labels = {"not valid": "x"}
        assert refusal(create, admitted, MAPS, config_map("a")).code == 422
        plugin.labels = {"added": "x"}
        assert create(admitted, MAPS, config_map("a"))["metadata"]["labels"] == {"added": "x"}

    def test_validates_only_what_is_valid(self, admitted: World, plugin: Plugin) -> None:
        refusal(create, admitted, MAPS, config_map("a", labels={"not valid": "x"}))
        assert [step for step, *_ in plugin.seen] == ["mutate"]

    @pytest.mark.parametrize("step", ["mutate", "validate"])
    def test_can_refuse_and_nothing_is_left(self, admitted: World, plugin: Plugin, step: str) -> None:
        plugin.refuses = step
        failure = refusal(create, admitted, MAPS, config_map("a"))
        assert (failure.code, failure.message) == (403, 'configmaps "a" is forbidden: because')
        assert admitted.get(MAPS, "a") is None
        plugin.refuses = ""
        create(admitted, MAPS, config_map("a"))
        plugin.refuses = step
        assert refusal(delete, admitted, MAPS, "a").code == 403
        assert refusal(patch, admitted, MAPS, "a", {"data": {"k": "v"}}).code == 403
        assert admitted.get(MAPS, "a") is not None

    def test_knows_a_generated_name_by_its_prefix_at_first(self, admitted: World, plugin: Plugin) -> None:
        created = create(admitted, MAPS, {"metadata": {"generateName": "job-"}})
        assert [name for _, _, name, _ in plugin.seen] == ["job-", created["metadata"]["name"]]

    def test_the_namespace_is_asked_first(self, admitted: World, plugin: Plugin) -> None:
        assert refusal(create, admitted, MAPS, config_map("a"), namespace="nowhere").code == 404
        assert plugin.seen == []


class TestMetadata:
    def test_what_the_server_sets_cannot_be_sent(self, world: World) -> None:
        sent = {"uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z", "deletionTimestamp": "2001-01-01T00:00:00Z", "selfLink": "x"}
        meta = create(world, MAPS, config_map("a", **sent))["metadata"]
        assert meta["uid"] != "mine"
        assert meta["creationTimestamp"] == "2026-01-01T00:00:00Z"
        assert not {"deletionTimestamp", "selfLink"} & set(meta)

    @pytest.mark.parametrize("field", ["uid", "creationTimestamp", "namespace", "name"])
    def test_what_an_update_leaves_out_stays(self, world: World, field: str) -> None:
        before = create(world, MAPS, config_map("a"))
        sent = {name: value for name, value in before["metadata"].items() if name != field or field == "name"}
        after = put(world, MAPS, "a", {"metadata": sent, "data": {"k": "v"}}).object
        assert after["metadata"][field] == before["metadata"][field]

    def test_a_creation_time_cannot_be_changed_and_a_deletion_cannot_be_taken_back(self, world: World) -> None:
        before = create(world, MAPS, config_map("a", finalizers=["example.com/hold"]))
        assert patch(world, MAPS, "a", {"metadata": {"creationTimestamp": "2001-01-01T00:00:00Z"}}) == before
        deleted = delete(world, MAPS, "a").object
        assert patch(world, MAPS, "a", {"metadata": {"deletionTimestamp": None, "deletionGracePeriodSeconds": None}}) == deleted

    def test_the_generation_grows_with_the_spec_alone(self, world: World) -> None:
        world.pod("a")

        def generation(change: Object, subresource: str = "") -> int:
            return int(world.patch("pods", "a", change, subresource)["metadata"]["generation"])

        assert generation({"metadata": {"labels": {"x": "y"}}}) == 1
        assert generation({"status": {"phase": "Running"}}, "status") == 1
        assert generation({"spec": {"containers": [{"name": "main", "image": "other"}]}}) == 2

    def test_owners_that_stand_twice_are_one(self, world: World) -> None:
        reference = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}
        request = world.resources.request()
        body = Body(config_map("a", ownerReferences=[reference, {**reference, "uid": "v"}, reference]))
        created = world.resources.create(world.kind(MAPS), NAMESPACE, body, request)
        assert [found["uid"] for found in created["metadata"]["ownerReferences"]] == ["u", "v"]
        assert len(request.warnings) == 1
        assert request.warnings[0].endswith("duplicate UID(s) observed: u")


class TestFieldValidation:
    def write(self, world: World, level: str, body: Any) -> Request:
        request = world.resources.request()
        request.field_validation = level
        world.resources.create(world.kind(MAPS), NAMESPACE, Body(body, ['duplicate field "data"']), request)
        return request

    def test_warns(self, world: World) -> None:
        request = self.write(world, "Warn", {**config_map("a"), "more": 1})
        assert request.warnings == ['duplicate field "data"', 'unknown field "more"']

    def test_ignores(self, world: World) -> None:
        assert self.write(world, "Ignore", {**config_map("a"), "more": 1}).warnings == []

    def test_is_strict(self, world: World) -> None:
        failure = refusal(self.write, world, "Strict", {**config_map("a"), "more": 1})
        assert failure.code == 400
        assert "strict decoding error: " in failure.message
        assert world.get(MAPS, "a") is None

    def test_unknown_fields_are_not_kept(self, world: World) -> None:
        self.write(world, "Ignore", {**config_map("a"), "more": 1})
        assert "more" not in (world.get(MAPS, "a") or {"more": 1})


class TestTypes:
    @pytest.mark.parametrize(
        ("named", "sentence"),
        [
            ({"kind": "Secret"}, 'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap)'),
            ({"apiVersion": "v2"}, 'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered'),
            ({"kind": "Nonsense"}, 'Nonsense in version "v1" cannot be handled as a ConfigMap: no kind "Nonsense" is registered'),
        ],
    )
    def test_that_are_others_are_refused(self, world: World, named: Object, sentence: str) -> None:
        failure = refusal(create, world, MAPS, {**config_map("a"), **named})
        assert failure.code == 400
        assert failure.message.startswith(sentence)

    @pytest.mark.parametrize("value", [[], "text", None, 5])
    def test_a_body_that_is_no_object(self, world: World, value: Any) -> None:
        assert refusal(create, world, MAPS, value).code == 400

    def test_the_catalogue_finds_kinds_by_all_their_names(self, world: World) -> None:
        catalogue = world.resources.catalogue
        for kind in catalogue.kinds:
            assert catalogue.by_path(kind.group, kind.version, kind.plural) is kind
            assert not kind.is_stored or catalogue.by_resource(kind.resource) is kind
            assert catalogue.by_type(kind.api_version, kind.kind) is kind
            assert kind in catalogue.in_group_version(kind.group, kind.version)
        assert catalogue.by_path("", "v1", "nonsense") is None
        assert len(set(catalogue.group_versions())) == len(catalogue.group_versions())
