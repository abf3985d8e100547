"""Processes that end before a write: what controllers have done by then must be enough for the next ones to go on."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.reconcile.controller import Controller
from mockapi.registry.admission import Admission, Attributes
from tests.world import World


class Crash(BaseException):
    """The process ends."""


class Crasher(Admission):
    """Ends the process before one of the next writes that the controllers ask for; never while `writes` is below zero."""

    writes = -1

    def mutate(self, attributes: Attributes) -> None:
        if attributes.request.field_manager == "kube-controller-manager" and self.writes >= 0:
            self.writes -= 1
            if self.writes < 0:
                raise Crash


def restarting(world: World, controllers: tuple[type[Controller], ...], action: Callable[[], None]) -> None:
    """Does something; after a crash the controllers start again, and do what is left."""
    try:
        action()
    except Crash:
        world.run(*controllers)
