from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.registry.calls import MAPS, at_once, config_map, delete
from tests.world import World

HOLD = "example.com/hold"


@pytest.fixture
def collected(world: World) -> World:
    world.run(GarbageCollector)
    return world


def owned_by(*owners: Object, block: bool = False, **meta: Any) -> Object:
    """Metadata with references to owners."""
    references = [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            **({"blockOwnerDeletion": True} if block else {}),
        }
        for owner in owners
    ]
    return {"ownerReferences": references, **meta}


def names(world: World) -> set[str]:
    return {obj["metadata"]["name"] for obj in world.list(MAPS)}


def references(world: World, name: str) -> list[str]:
    obj = world.get(MAPS, name)
    assert obj is not None
    return [reference["name"] for reference in obj["metadata"].get("ownerReferences", [])]


def family(world: World, *, block: bool = True, **meta: Any) -> None:
    """owner <- child <- grandchild"""
    owner = world.create(MAPS, config_map("owner"))
    child = world.create(MAPS, config_map("child", **owned_by(owner, block=block, **meta)))
    world.create(MAPS, config_map("grandchild", **owned_by(child, block=block)))


class TestBackground:
    def test_dependents_go_after_their_owner(self, collected: World) -> None:
        family(collected)
        delete(collected, MAPS, "owner")
        assert names(collected) == {"child", "grandchild"}
        collected.settle()
        assert names(collected) == set()

    def test_who_names_an_owner_that_is_gone_goes(self, collected: World) -> None:
        owner = collected.create(MAPS, config_map("owner"))
        collected.delete(MAPS, "owner")
        collected.settle()
        collected.create(MAPS, config_map("late", **owned_by(owner)))
        collected.settle()
        assert names(collected) == set()

    def test_another_object_of_the_owners_name_is_no_owner(self, collected: World) -> None:
        owner = collected.create(MAPS, config_map("owner"))
        collected.create(MAPS, config_map("child", **owned_by(owner)))
        collected.delete(MAPS, "owner")
        collected.create(MAPS, config_map("owner"))
        collected.settle()
        assert names(collected) == {"owner"}

    def test_one_owner_that_stays_is_enough(self, collected: World) -> None:
        one, other = collected.create(MAPS, config_map("one")), collected.create(MAPS, config_map("other"))
        collected.create(MAPS, config_map("child", **owned_by(one, other)))
        collected.delete(MAPS, "one")
        collected.settle()
        assert references(collected, "child") == ["other"]
        collected.delete(MAPS, "other")
        collected.settle()
        assert names(collected) == set()

    def test_found_after_a_restart(self, world: World) -> None:
        family(world)
        world.delete(MAPS, "owner")
        world.run(GarbageCollector)
        assert names(world) == set()

    def test_owners_of_unknown_kinds_are_left_alone(self, collected: World) -> None:
        reference = {"apiVersion": "example.com/v1", "kind": "Thing", "name": "t", "uid": "u"}
        collected.create(MAPS, config_map("child", ownerReferences=[reference]))
        collected.settle()
        assert names(collected) == {"child"}

    def test_a_cluster_scoped_dependent_cannot_name_a_namespaced_owner(self, collected: World) -> None:
        owner = collected.create(MAPS, config_map("owner"))
        collected.create("nodes", {"metadata": {"name": "n", **owned_by(owner)}})
        collected.settle()
        assert collected.client.get("nodes", "", "n") is not None

    def test_an_owner_in_another_namespace_is_no_owner(self, collected: World) -> None:
        collected.create("namespaces", {"metadata": {"name": "other"}})
        owner = collected.client.create(MAPS, config_map("owner", namespace="other"))
        collected.create(MAPS, config_map("child", **owned_by(owner)))
        collected.settle()
        assert names(collected) == set()

    def test_a_cluster_scoped_owner_has_dependents_in_namespaces(self, collected: World) -> None:
        owner = collected.create("nodes", {"metadata": {"name": "n"}})
        collected.create(MAPS, config_map("child", **owned_by(owner)))
        collected.settle()
        assert names(collected) == {"child"}
        collected.client.delete("nodes", "", "n")
        collected.settle()
        assert names(collected) == set()


class TestForeground:
    def test_dependents_go_first(self, collected: World) -> None:
        family(collected, finalizers=[HOLD])
        delete(collected, MAPS, "owner", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"owner", "child"}
        collected.patch(MAPS, "child", {"metadata": {"finalizers": None}})
        collected.settle()
        assert names(collected) == set()

    def test_dependents_that_do_not_block_follow(self, collected: World) -> None:
        family(collected, block=False, finalizers=[HOLD])
        collected.settle()  # who looks at the child while the owner waits has its dependents go first
        delete(collected, MAPS, "owner", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"child", "grandchild"}
        collected.patch(MAPS, "child", {"metadata": {"finalizers": None}})
        collected.settle()
        assert names(collected) == set()

    def test_without_dependents_at_once(self, collected: World) -> None:
        collected.create(MAPS, config_map("owner"))
        delete(collected, MAPS, "owner", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == set()

    def test_a_dependent_with_another_owner_stays(self, collected: World) -> None:
        one, other = collected.create(MAPS, config_map("one")), collected.create(MAPS, config_map("other"))
        collected.create(MAPS, config_map("child", **owned_by(one, other, block=True)))
        delete(collected, MAPS, "one", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"other", "child"}
        assert references(collected, "child") == ["other"]

    def test_a_dependent_that_is_let_go_by_hand_no_longer_blocks(self, collected: World) -> None:
        owner = collected.create(MAPS, config_map("owner"))
        collected.create(MAPS, config_map("child", **owned_by(owner, block=True, finalizers=[HOLD])))
        delete(collected, MAPS, "owner", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"owner", "child"}
        collected.patch(MAPS, "child", {"metadata": {"ownerReferences": None}})
        collected.settle()
        assert names(collected) == {"child"}

    def test_two_owners_that_both_wait_let_it_go(self, collected: World) -> None:
        one, other = collected.create(MAPS, config_map("one")), collected.create(MAPS, config_map("other"))
        collected.create(MAPS, config_map("child", **owned_by(one, other, block=True, finalizers=[HOLD])))
        for owner in ("one", "other"):
            delete(collected, MAPS, owner, propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"one", "other", "child"}
        collected.patch(MAPS, "child", {"metadata": {"finalizers": None}})
        collected.settle()
        assert names(collected) == set()

    def test_goes_down_through_the_generations(self, collected: World) -> None:
        owner = collected.create(MAPS, config_map("owner"))
        child = collected.create(MAPS, config_map("child", **owned_by(owner, block=True)))
        collected.create(MAPS, config_map("grandchild", **owned_by(child, block=True, finalizers=[HOLD])))
        delete(collected, MAPS, "owner", propagation_policy="Foreground")
        collected.settle()
        assert names(collected) == {"owner", "child", "grandchild"}
        collected.patch(MAPS, "grandchild", {"metadata": {"finalizers": None}})
        collected.settle()
        assert names(collected) == set()


class TestOrphan:
    def test_dependents_stay_without_their_owner(self, collected: World) -> None:
        family(collected)
        delete(collected, MAPS, "owner", propagation_policy="Orphan")
        collected.settle()
        assert names(collected) == {"child", "grandchild"}
        assert (references(collected, "child"), references(collected, "grandchild")) == ([], ["child"])

    def test_the_owner_waits_for_other_finalizers(self, collected: World) -> None:
        collected.create(MAPS, config_map("owner", finalizers=[HOLD]))
        delete(collected, MAPS, "owner", propagation_policy="Orphan")
        collected.settle()
        owner = collected.get(MAPS, "owner")
        assert owner is not None
        assert owner["metadata"]["finalizers"] == [HOLD]


def test_nothing_remains_of_families_that_are_made_and_deleted_at_once(world: World) -> None:
    manager = world.make_manager(GarbageCollector)
    manager.start()

    def make(thread: int) -> Callable[[], None]:
        def families() -> None:
            for number in range(8):
                owner = world.create(MAPS, config_map(f"owner-{thread}-{number}"))
                world.create(MAPS, config_map(f"child-{thread}-{number}", **owned_by(owner, block=number % 2 == 0)))
                policy = ("Background", "Foreground")[number % 2]
                world.client.delete(MAPS, "ns", f"owner-{thread}-{number}", propagation=policy)
                try:
                    world.create(MAPS, config_map(f"late-{thread}-{number}", **owned_by(owner, block=True)))
                except StatusError as failure:
                    if failure.code != 404:
                        raise

        return families

    try:
        assert at_once(*map(make, range(3))) == [None] * 3
        for _ in range(100):
            if manager.settled(0.5):
                break
            world.clock.advance(0.1)
    finally:
        manager.stop()
    assert names(world) == set()
