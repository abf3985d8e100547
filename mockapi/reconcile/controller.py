"""What a controller is: it names what it watches, and brings one key at a time nearer to what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from mockapi.machinery.clock import Clock
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.recorder import Recorder
from mockapi.reconcile.simulation import Simulation
from mockapi.registry.client import Client
from mockapi.registry.cluster import Cluster

# The keys that a change concerns: (object, previous) -> keys. `previous` is the state before a modification and None otherwise;
# for a deletion `object` is the last state. It must not write, and may be called again for a change that it has seen.
Watch = Callable[[Object, Object | None], Iterable[Key]]


@dataclass(frozen=True)
class Toolbox:
    """What controllers work with; `settings` tells how the simulation is set at the moment."""

    client: Client
    informers: Informers
    clock: Clock
    identity: Identity
    cluster: Cluster
    settings: Callable[[], Simulation]

    @property
    def simulation(self) -> Simulation:
        """The settings now: to be asked for whenever they are needed, since they may change at any time."""
        return self.settings()

    def acting_as(self, component: str) -> Toolbox:
        """The same for a controller that belongs to a component: managedFields name it for what is written."""
        return replace(self, client=self.client.acting_as(component))

    def recorder(self, component: str, host: str = "") -> Recorder:
        """Records events of a component, on a node's behalf where `host` is given."""
        return Recorder(self.client, self.clock, component, host)


class Controller:
    """Base of all controllers. `name` is unique in a process; at most `workers` keys are worked on at a time.

    `row` is how many keys it works on in its turn, where there are many: for those that finish what others begin, so that
    work that has been begun does not pile up.

    `component` is the program that does its work in a real cluster.
    """

    name: ClassVar[str]
    component: ClassVar[str] = "kube-controller-manager"
    workers: ClassVar[int] = 1
    row: ClassVar[int] = 1

    def __init__(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox
        self.client = toolbox.client
        self.informers = toolbox.informers
        self.clock = toolbox.clock

    def watches(self) -> Mapping[str, Watch]:
        """The resources whose changes matter, and which keys each change concerns."""
        raise NotImplementedError

    def watching(self) -> int:
        """Grows whenever `watches` would answer otherwise, as new kinds of objects come into being."""
        return 0

    def seeds(self) -> Iterable[Key]:
        """Keys to be looked at once at the start, whether or not there are such objects."""
        return ()

    def reconcile(self, key: Key) -> float | None:
        """Compares what is with what should be, and acts.

        It may rely on nothing but the key: not on what changed, nor on how often it is called. Returns the seconds after which
        it wants to be called again, or None. A StatusError 409 has it called again soon; so has any other exception, which is logged.
        """
        raise NotImplementedError


def own_key(obj: Object, previous: Object | None) -> Iterable[Key]:
    """The Watch of a controller for its own resource: the object's key."""
    meta = obj["metadata"]
    return (Key(meta.get("namespace", ""), meta["name"]),)


def controller_key(kind: str) -> Watch:
    """The Watch for dependents: the key of the owner that controls the object, now or before, if it is of the kind."""

    def keys(obj: Object, previous: Object | None) -> Iterable[Key]:
        return {
            Key(state["metadata"].get("namespace", ""), reference["name"])
            for state in (obj, previous)
            if state is not None
            for reference in state["metadata"].get("ownerReferences") or ()
            if reference.get("controller") and reference["kind"] == kind
        }

    return keys
