from __future__ import annotations

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key
from tests.registry.calls import MAPS, config_map, refusal
from tests.world import NAMESPACE, World


def test_what_is_read_is_what_was_written(world: World) -> None:
    created = world.create(MAPS, config_map("a", data={"k": "v"}))
    assert world.client.get(MAPS, NAMESPACE, "a") == created
    assert world.client.list(MAPS) == world.client.list(MAPS, NAMESPACE) == [created]
    assert world.client.list(MAPS, "other") == []
    assert world.client.get(MAPS, NAMESPACE, "b") is None


def test_an_update_is_of_the_version_that_was_read(world: World) -> None:
    read = world.create(MAPS, config_map("a"))
    world.client.update(MAPS, {**read, "data": {"k": "v"}})
    assert refusal(world.client.update, MAPS, {**read, "data": {"k": "w"}}).code == 409


def test_a_status_is_written_by_itself(world: World) -> None:
    pod = world.pod("a")
    written = world.client.update_status("pods", {**pod, "spec": {"containers": []}, "status": {"phase": "Running"}})
    assert written["status"]["phase"] == "Running"
    assert written["spec"] == pod["spec"]


def test_a_patch_merges(world: World) -> None:
    world.create(MAPS, config_map("a", data={"k": "v", "l": "m"}))
    assert world.client.patch(MAPS, NAMESPACE, "a", {"data": {"k": None, "n": "o"}})["data"] == {"l": "m", "n": "o"}


def test_a_deletion_of_what_is_gone_is_fine(world: World) -> None:
    world.client.delete(MAPS, NAMESPACE, "a")
    first = world.create(MAPS, config_map("a"))
    world.client.delete(MAPS, NAMESPACE, "a")
    world.create(MAPS, config_map("a"))
    with pytest.raises(StatusError) as caught:
        world.client.delete(MAPS, NAMESPACE, "a", uid=first["metadata"]["uid"])
    assert caught.value.code == 409


def test_subresources_without_a_handler_cannot_be_called(world: World) -> None:
    for resource, subresource in (("pods", "status"), ("pods", "nonsense"), (MAPS, "binding")):
        assert refusal(world.client.act, resource, Key(NAMESPACE, "a"), subresource, {}).code == 405


def test_an_unknown_resource_is_a_mistake_of_the_caller(world: World) -> None:
    with pytest.raises(KeyError):
        world.client.create("nonsense", {})
