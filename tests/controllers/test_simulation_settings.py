"""What a new cluster is simulated with, and how command lines and users share it."""

from __future__ import annotations

from dataclasses import replace

from mockapi.controllers.simulation_settings import SimulationSettings
from mockapi.machinery.meta import Object
from mockapi.reconcile.simulation import PRESETS, simulation_of
from mockapi.registry.cluster import Cluster
from tests.world import World

SIMULATIONS = "simulations.simulation.mockapi.dev"
POOLS, ADDRESSES = "nodepools.simulation.mockapi.dev", "loadbalancerpools.simulation.mockapi.dev"


def start(world: World, **said: object) -> None:
    """Starts the controller with what a command line says."""
    world.cluster = replace(Cluster(), **said)  # type: ignore[arg-type]
    world.run(SimulationSettings)


def spec(world: World, resource: str = SIMULATIONS, name: str = "cluster") -> Object:
    found = world.client.get(resource, "", name)
    assert found is not None
    return dict(found["spec"])


def test_a_new_cluster(world: World) -> None:
    start(world)
    assert spec(world) == {"preset": "realistic"}
    assert spec(world, POOLS, "node") == {"replicas": 2}
    assert spec(world, ADDRESSES, "default") == {"ranges": ["172.18.255.0/24"]}
    found = world.client.get(SIMULATIONS, "", "cluster")
    assert found is not None
    assert (found["status"]["delays"]["imagePull"], found["status"]["delays"]["sandbox"]) == ("1s", "300ms")


def test_what_users_write_survives_a_restart(world: World) -> None:
    start(world, preset="instant", seed=1)
    world.client.patch(SIMULATIONS, "", "cluster", {"spec": {"preset": "realistic", "seed": 5, "delays": {"imagePull": "7s"}}})
    world.client.delete(ADDRESSES, "", "default")
    start(world, preset="instant", seed=1)
    assert spec(world) == {"preset": "realistic", "seed": 5, "delays": {"imagePull": "7s"}}
    assert world.client.get(ADDRESSES, "", "default") is None


def test_what_the_command_line_says_otherwise_than_before_counts(world: World) -> None:
    start(world, seed=1)
    world.client.patch(SIMULATIONS, "", "cluster", {"spec": {"delays": {"imagePull": "7s"}}})
    start(world, preset="instant", nodes=4)
    assert spec(world) == {"preset": "instant", "delays": {"imagePull": "7s"}}
    assert spec(world, POOLS, "node") == {"replicas": 4}


def test_what_is_deleted_comes_back(world: World) -> None:
    start(world)
    world.client.delete(SIMULATIONS, "", "cluster")
    world.settle()
    assert spec(world) == {"preset": "realistic"}


def test_delays_and_jitter_change_the_preset() -> None:
    settings = simulation_of({"spec": {"preset": "instant", "delays": {"imagePull": "2s"}, "jitterPercent": 50}})
    assert settings == replace(PRESETS["instant"], image_pull_delay=2.0, jitter=0.5)
    longer = settings.jittered(2.0, "a")
    assert 2.0 < longer <= 3.0
    assert (settings.jittered(2.0, "a"), settings.jittered(0.0, "a")) == (longer, 0.0)
    assert settings.jittered(2.0, "b") != longer


def test_settings_hold_at_once(world: World) -> None:
    toolbox = world.toolbox()
    assert toolbox.simulation is PRESETS["instant"]
    world.simulate("Simulation", "cluster", {"preset": "realistic"})
    assert toolbox.simulation == PRESETS["realistic"]
    world.client.patch(SIMULATIONS, "", "cluster", {"spec": {"delays": {"sandbox": "1m"}}})
    assert toolbox.simulation.sandbox_delay == 60.0
