"""The API group in which the simulation itself is set: names that rooms above share, and the seed."""

from __future__ import annotations

from mockapi.machinery.meta import Key, Object

GROUP = "simulation.mockapi.dev"
VERSION = "v1alpha1"

SIMULATIONS = f"simulations.{GROUP}"
LOAD_BALANCER_POOLS = f"loadbalancerpools.{GROUP}"
IMAGE_RULES = f"imagerules.{GROUP}"
STAGES = f"stages.{GROUP}"
NODE_POOLS = f"nodepools.{GROUP}"
FAULTS = f"faults.{GROUP}"
ADDONS = f"addons.{GROUP}"

# The addon that a cluster comes with, if the preset says so, and those that may be added.
KUBE_SYSTEM = "kube-system"
ADDED = ("ingress",)

# The one Simulation that counts.
SIMULATION = Key("", "cluster")


def seed_of(simulation: Object | None, otherwise: int | None) -> int | None:
    """What makes everything repeatable: the Simulation's seed, or another while there is no Simulation; None for truly random."""
    return otherwise if simulation is None else simulation["spec"].get("seed")
