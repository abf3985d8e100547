"""A node of nobody's pool, and what its kubelet makes of pods."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from tests.world import World

NODE = "node-1"


def add_node(world: World, name: str = NODE, cidr: str = "10.244.0.0/24", address: str = "192.168.49.2") -> None:
    world.create("nodes", {"metadata": {"name": name}, "spec": {"podCIDR": cidr} if cidr else {}})
    world.client.patch("nodes", "", name, {"status": {"addresses": [{"type": "InternalIP", "address": address}]}}, "status")


def get(world: World, name: str = "a") -> Object:
    pod = world.get("pods", name)
    assert pod is not None
    return pod


def phase(world: World, name: str = "a") -> str:
    """The phase, and what the first container waits for."""
    status = get(world, name)["status"]
    states = status.get("containerStatuses") or [{"state": {}}]
    return " ".join([status["phase"], states[0]["state"].get("waiting", {}).get("reason", "")]).strip()


def conditions(world: World, name: str = "a") -> dict[str, str]:
    return {condition["type"]: condition["status"] for condition in get(world, name)["status"]["conditions"]}


def settle_at(world: World, seconds: float) -> None:
    """Lets time pass up to so many seconds after the beginning of the test."""
    world.advance(seconds - world.clock.monotonic())
