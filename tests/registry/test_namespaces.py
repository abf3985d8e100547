from __future__ import annotations

from collections.abc import Callable

import pytest

from mockapi.controllers.namespace import NamespaceLifecycle
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key
from mockapi.reconcile.simulation import PRESETS
from tests.registry.calls import MAPS, at_once, config_map, create, delete, put, refusal
from tests.world import World


def test_nothing_is_created_in_a_namespace_that_is_not_there(world: World) -> None:
    failure = refusal(create, world, MAPS, config_map("a"), namespace="nowhere")
    assert (failure.code, failure.message) == (404, 'namespaces "nowhere" not found')
    assert failure.details == {"name": "nowhere", "kind": "namespaces"}


def test_nothing_is_created_in_a_namespace_that_is_going(world: World) -> None:
    delete(world, "namespaces", "ns")
    failure = refusal(create, world, MAPS, config_map("a"))
    assert (failure.code, failure.reason) == (403, "Forbidden")
    assert failure.details is not None
    assert failure.details["causes"][0]["reason"] == "NamespaceTerminating"
    assert refusal(put, world, "endpoints", "a", {"metadata": {"name": "a"}}).code == 403


def test_what_is_there_may_still_be_changed(world: World) -> None:
    world.create(MAPS, config_map("a"))
    delete(world, "namespaces", "ns")
    assert put(world, MAPS, "a", config_map("a", data={"k": "v"})).object["data"] == {"k": "v"}


def test_the_guard_holds_inside_the_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A namespace whose deletion begins after the first look at it, and before the object is stored."""
    prepare = world.kind(MAPS).strategy.prepare_for_create

    def delete_the_namespace_meanwhile(*args: object) -> None:
        delete(world, "namespaces", "ns")
        prepare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(world.kind(MAPS).strategy, "prepare_for_create", delete_the_namespace_meanwhile)
    assert refusal(create, world, MAPS, config_map("a")).code == 403
    assert world.list(MAPS) == []


def test_nothing_remains_in_a_namespace_that_was_deleted_while_many_wrote(world: World) -> None:
    def write(thread: int) -> Callable[[], int]:
        def until_refused() -> int:
            for number in range(10_000):
                try:
                    create(world, MAPS, config_map(f"m-{thread}-{number}"), namespace="doomed")
                except StatusError as failure:
                    return failure.code
            return 0

        return until_refused

    def remove() -> None:
        while len(world.client.list(MAPS, "doomed")) < 20:
            pass
        delete(world, "namespaces", "doomed")

    world.create("namespaces", {"metadata": {"name": "doomed"}})
    *codes, removed = at_once(*map(write, range(3)), remove)
    assert removed is None
    assert set(codes) == {403}
    world.run(NamespaceLifecycle)
    world.advance(PRESETS["instant"].namespace_delay)
    assert world.client.get("namespaces", "", "doomed") is None
    assert world.client.list(MAPS, "doomed") == []


def test_a_terminating_namespace_is_no_place_for_a_dry_run(world: World) -> None:
    delete(world, "namespaces", "ns")
    assert refusal(create, world, MAPS, config_map("a"), dry_run=True).code == 403


def test_a_namespace_that_holds_its_finalizer_does_not_go(world: World) -> None:
    for _ in range(2):
        assert not delete(world, "namespaces", "ns").finished
    namespace = world.client.get("namespaces", "", "ns")
    assert namespace is not None
    assert namespace["status"]["phase"] == "Terminating"
    world.client.act("namespaces", Key("", "ns"), "finalize", {"metadata": {"name": "ns"}, "spec": {"finalizers": []}}, "update")
    assert world.client.get("namespaces", "", "ns") is None
