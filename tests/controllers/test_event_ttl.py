from __future__ import annotations

import pytest

from mockapi.controllers.event_ttl import EventTTL
from tests.world import NAMESPACE, World

MINUTE = 60.0


@pytest.fixture
def minded(world: World) -> World:
    world.run(EventTTL)
    return world


def event(world: World, name: str) -> None:
    world.create("events", {"metadata": {"name": name}, "involvedObject": {"kind": "Pod", "name": "p", "namespace": NAMESPACE}})


def present(world: World) -> list[str]:
    return [found["metadata"]["name"] for found in world.list("events")]


def test_events_go_an_hour_after_the_last_write(minded: World) -> None:
    for name in ("silent", "repeated"):
        event(minded, name)
    minded.advance(30 * MINUTE)
    minded.patch("events", "repeated", {"count": 2})
    minded.advance(29 * MINUTE)
    assert present(minded) == ["repeated", "silent"]
    minded.advance(3 * MINUTE)
    assert present(minded) == ["repeated"]
    minded.advance(30 * MINUTE)
    assert present(minded) == []
