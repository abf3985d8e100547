"""The settings of the moment, for controllers: the object Simulation as it is now."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.machinery.meta import Object
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.simulation import Simulation, simulation_of
from mockapi.registry.simulated import SIMULATION, SIMULATIONS


def current_simulation(informers: Informers, otherwise: Simulation) -> Callable[[], Simulation]:
    """Tells the settings of the moment, or others while there is no object Simulation. What it returns may be called from any thread."""
    informer = informers.of(SIMULATIONS)
    known: tuple[Object | None, Simulation] = (None, otherwise)

    def current() -> Simulation:
        nonlocal known
        obj, settings = informer.get(SIMULATION), known
        if obj is not settings[0]:
            known = settings = (obj, otherwise if obj is None else simulation_of(obj))
        return settings[1]

    return current
