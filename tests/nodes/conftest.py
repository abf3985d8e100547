"""Worlds in which a kubelet runs, at its own pace or at once."""

from __future__ import annotations

import pytest

from mockapi.nodes.kubelet import Kubelet
from tests.nodes.onenode import add_node
from tests.world import World


@pytest.fixture
def realistic(world: World) -> World:
    """A node of nobody's pool, with addresses for its pods, and kubelets that take their time."""
    world.preset = "realistic"
    add_node(world)
    world.run(Kubelet)
    return world


@pytest.fixture
def instant(world: World) -> World:
    add_node(world)
    world.run(Kubelet)
    return world
