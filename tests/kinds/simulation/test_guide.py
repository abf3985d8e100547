"""The examples of docs/simulation.md are accepted as they stand, and do what is said beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import mockapi
from mockapi.controllers.node_ipam import NodeAddresses
from mockapi.controllers.simulation_settings import SimulationSettings
from mockapi.controllers.system_namespaces import SystemNamespaces
from mockapi.machinery.meta import Object, name_of
from mockapi.nodes.kubelet import Kubelet
from mockapi.nodes.machines import Machines
from mockapi.nodes.pools import NodePools
from tests.world import World

GUIDE = (Path(mockapi.__file__).parent.parent / "docs" / "simulation.md").read_text()
EXAMPLES = [document for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) for document in yaml.safe_load_all(block)]


def example(kind: str, name: str) -> Object:
    found: Object = next(each for each in EXAMPLES if (each["kind"], name_of(each)) == (kind, name))
    return found


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: f"{document['kind']} {name_of(document)}")
def test_examples_are_accepted(world: World, document: Object) -> None:
    created, spec = world.simulate(document["kind"], name_of(document), document.get("spec")), document.get("spec") or {}
    assert created.get("spec", {}).items() >= {name: value for name, value in spec.items() if name != "events"}.items()


def test_there_is_one_for_each_kind(world: World) -> None:
    kinds = {kind.kind for kind in world.resources.catalogue.in_group_version("simulation.mockapi.dev", "v1alpha1")}
    assert {document["kind"] for document in EXAMPLES} == kinds


def test_the_pool_and_the_stage(world: World) -> None:
    pool, stage = example("NodePool", "gpu"), example("Stage", "spot-instances")
    world.run(SimulationSettings, NodePools, Machines, NodeAddresses, SystemNamespaces, Kubelet)
    world.simulate("NodePool", "gpu", pool["spec"])
    world.simulate("Stage", "spot-instances", stage["spec"])
    world.advance(1)
    zones = {name_of(node): node["metadata"]["labels"].get("topology.kubernetes.io/zone") for node in world.client.list("nodes")}
    assert zones == {"gpu-1": "west", "gpu-2": "east", "gpu-3": "west", "node-1": None, "node-2": None}
    world.pod("a", labels={"spot": "yes"})
    world.pod("b")
    world.advance(45)
    phases = {name_of(pod): (pod["status"]["phase"], pod["status"].get("reason")) for pod in world.list("pods")}
    assert phases == {"a": ("Failed", "Preempted"), "b": ("Running", None)}
