from __future__ import annotations

import pytest

from mockapi.controllers.namespace import NamespaceLifecycle
from mockapi.machinery.meta import Object
from mockapi.reconcile.simulation import PRESETS
from tests.registry.calls import MAPS, config_map, delete
from tests.world import World

HOLD = "example.com/hold"
DELAY = PRESETS["instant"].namespace_delay


@pytest.fixture
def kept(world: World) -> World:
    world.run(NamespaceLifecycle)
    return world


def namespace(world: World) -> Object | None:
    return world.client.get("namespaces", "", "ns")


def conditions(world: World) -> dict[str, tuple[str, str, str]]:
    found = namespace(world)
    assert found is not None
    return {each["type"]: (each["status"], each["reason"], each["message"]) for each in found["status"]["conditions"]}


def test_goes_with_all_that_is_in_it(kept: World) -> None:
    for name in "ab":
        kept.create(MAPS, config_map(name))
    kept.service("s")
    kept.create("namespaces", {"metadata": {"name": "other"}})
    kept.client.create(MAPS, config_map("a", namespace="other"))
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY)
    assert namespace(kept) is None
    assert kept.list(MAPS) == kept.list("services") == []
    assert kept.client.get(MAPS, "other", "a") is not None
    kept.create("namespaces", {"metadata": {"name": "ns"}})
    assert kept.list(MAPS) == []


def test_its_deletion_can_be_seen_before_it_begins(kept: World) -> None:
    kept.create(MAPS, config_map("a"))
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY / 2)
    found = namespace(kept)
    assert found is not None
    assert (found["status"], len(kept.list(MAPS))) == ({"phase": "Terminating"}, 1)
    kept.advance(DELAY / 2)
    assert namespace(kept) is None


def test_waits_for_finalizers_and_says_so(kept: World) -> None:
    kept.create(MAPS, config_map("held", finalizers=[HOLD]))
    kept.create(MAPS, config_map("free"))
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY)
    assert [obj["metadata"]["name"] for obj in kept.list(MAPS)] == ["held"]
    assert list(conditions(kept)) == [
        "NamespaceDeletionDiscoveryFailure",
        "NamespaceDeletionGroupVersionParsingFailure",
        "NamespaceDeletionContentFailure",
        "NamespaceContentRemaining",
        "NamespaceFinalizersRemaining",
    ]
    remaining = "Some resources are remaining: configmaps. has 1 resource instances"
    assert conditions(kept)["NamespaceContentRemaining"] == ("True", "SomeResourcesRemain", remaining)
    finalizers = f"Some content in the namespace has finalizers remaining: {HOLD} in 1 resource instances"
    assert conditions(kept)["NamespaceFinalizersRemaining"] == ("True", "SomeFinalizersRemain", finalizers)
    kept.patch(MAPS, "held", {"metadata": {"finalizers": None}})
    kept.settle()
    assert namespace(kept) is None


def test_waits_for_pods_that_end_gracefully(kept: World) -> None:
    kept.pod("a")
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY)
    assert conditions(kept)["NamespaceFinalizersRemaining"][0] == "False"
    kept.delete("pods", "a")
    kept.settle()
    assert namespace(kept) is None


def test_keeps_the_time_of_a_condition_that_does_not_change(kept: World) -> None:
    kept.create(MAPS, config_map("held", finalizers=[HOLD]))
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY)
    before = namespace(kept)
    kept.advance(30)
    assert namespace(kept) == before


def test_holds_while_a_finalizer_of_its_own_is_left(kept: World) -> None:
    kept.client.patch("namespaces", "", "ns", {"metadata": {"finalizers": [HOLD]}})
    kept.create(MAPS, config_map("a"))
    delete(kept, "namespaces", "ns")
    kept.advance(DELAY)
    assert kept.list(MAPS) == []
    found = namespace(kept)
    assert found is not None
    assert found["spec"].get("finalizers", []) == []
    kept.client.patch("namespaces", "", "ns", {"metadata": {"finalizers": None}})
    assert namespace(kept) is None


def test_is_found_after_a_restart(world: World) -> None:
    world.create(MAPS, config_map("a"))
    delete(world, "namespaces", "ns")
    world.run(NamespaceLifecycle)
    world.advance(DELAY)
    assert namespace(world) is None


def test_a_live_one_is_left_alone(kept: World) -> None:
    kept.create(MAPS, config_map("a"))
    kept.advance(60)
    assert kept.get(MAPS, "a") is not None
