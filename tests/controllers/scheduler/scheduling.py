"""Nodes and pods for tests of the scheduler."""

from __future__ import annotations

from typing import Any

from mockapi.machinery.meta import Object
from tests.world import World

HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def add_node(world: World, name: str, spec: Object | None = None, labels: dict[str, str] | None = None, **allocatable: str) -> None:
    meta = {"name": name, "labels": {HOST: name, **(labels or {})}}
    world.create("nodes", {"metadata": meta, "spec": spec or {}})
    amounts = {"cpu": "4", "memory": "8Gi", "pods": "110", **{key.replace("_", "-"): value for key, value in allocatable.items()}}
    world.client.patch("nodes", "", name, {"status": {"allocatable": amounts, "capacity": amounts}}, "status")


def add_pod(world: World, name: str, cpu: str = "", meta: Object | None = None, **spec: Any) -> None:
    requests: Object = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    container = {"name": "c", "image": "i", **requests, **spec.pop("container", {})}
    world.create("pods", {"metadata": {"name": name, **(meta or {})}, "spec": {"containers": [container], **spec}})


def node_of(world: World, name: str) -> str:
    pod = world.get("pods", name)
    assert pod is not None
    return str(pod["spec"].get("nodeName", ""))


def condition(world: World, name: str) -> tuple[str, str, str]:
    pod = world.get("pods", name)
    assert pod is not None
    found = [found for found in pod["status"].get("conditions", []) if found["type"] == "PodScheduled"]
    return (found[0]["status"], found[0].get("reason", ""), found[0].get("message", "")) if found else ("", "", "")


def failure(count: int, reasons: str, preemption: str) -> tuple[str, str, str]:
    text = f"0/{count} nodes are available: {reasons}. no new claims to deallocate, "
    return "False", "Unschedulable", text + f"preemption: 0/{count} nodes are available: {preemption}."
