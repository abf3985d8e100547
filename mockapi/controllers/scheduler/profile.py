"""What nodes by themselves say to pods of one make; remembered, because most pods are like one that came before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import orjson

from mockapi.controllers.scheduler.plugins import resources
from mockapi.controllers.scheduler.plugins.base import Feasible, Incoming, Refusal
from mockapi.controllers.scheduler.plugins.nodes import preference, soft_taints, tainted, unschedulable, unwanted
from mockapi.controllers.scheduler.podinfo import Request
from mockapi.controllers.scheduler.snapshot import NodeInfo

Filter = Callable[[Incoming, NodeInfo], Refusal | None]

# In the order in which kube-scheduler asks its plugins. The first ones look at nothing but the node itself.
_OF_NODES: tuple[Filter, ...] = (unschedulable, tainted, unwanted)
_OF_ROOM: tuple[Filter, ...] = (resources.ports_taken, resources.too_little)

_DECIDING = ("nodeSelector", "affinity", "tolerations")
_KEPT = 64


def why_not(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """What the first filter says that is against the node by itself."""
    return _first(_OF_NODES, incoming, info) or _first(_OF_ROOM, incoming, info)


def _first(filters: tuple[Filter, ...], incoming: Incoming, info: NodeInfo) -> Refusal | None:
    return next((refusal for check in filters if (refusal := check(incoming, info))), None)


class Profile:
    """The verdicts on pods that ask for the same. Lists are by position of the node.

    `room`, `soft` and `preferred` are the raw scores; they count only where `refusals` has None.
    """

    def __init__(self) -> None:
        self.refusals: list[Refusal | None] = []
        self.room: list[int] = []
        self.soft: list[int] = []
        self.preferred: list[int] = []
        self._of_nodes: list[Refusal | None] = []
        self._layout = -1
        self._fitting: list[int] | None = None  # and the next, as long as they hold
        self._feasible: Feasible | None = None
        self._versions: list[int] = []
        self._described: list[int] = []

    @property
    def fitting(self) -> list[int]:
        """The positions of the nodes that fit."""
        if self._fitting is None:
            self._fitting = [position for position, refusal in enumerate(self.refusals) if refusal is None]
        return self._fitting

    def feasible(self, nodes: Sequence[NodeInfo]) -> Feasible:
        """The nodes that fit; `nodes` are those that were looked at."""
        if self._feasible is None:
            self._feasible = Feasible([nodes[position] for position in self.fitting])
        return self._feasible

    def look(self, incoming: Incoming, nodes: Sequence[NodeInfo], layout: int) -> None:
        """Brings the verdicts up to date: only nodes that have changed are asked again. Another `layout` means other nodes."""
        if self._layout != layout:
            self._begin_anew(len(nodes), layout)
        versions = self._versions
        for position, info in enumerate(nodes):
            if versions[position] != info.version:
                self._ask(incoming, position, info)

    def _begin_anew(self, count: int, layout: int) -> None:
        self._layout = layout
        self._fitting = self._feasible = None
        self.refusals, self._of_nodes = [None] * count, [None] * count
        self.room, self.soft, self.preferred = [0] * count, [0] * count, [0] * count
        self._versions, self._described = [0] * count, [0] * count

    def _ask(self, incoming: Incoming, position: int, info: NodeInfo) -> None:
        if self._described[position] != info.described:
            self._of_nodes[position] = _first(_OF_NODES, incoming, info)
            self.soft[position] = soft_taints(incoming, info)
            self.preferred[position] = preference(incoming, info)
            self._described[position] = info.described
            self._fitting = self._feasible = None
        refusal = self._of_nodes[position] or _first(_OF_ROOM, incoming, info)
        if (refusal is None) != (self.refusals[position] is None):
            self._fitting = self._feasible = None
        self.refusals[position] = refusal
        self.room[position] = 0 if refusal else resources.room(incoming, info)
        self._versions[position] = info.version


class Profiles:
    """The profiles of late."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, Request], Profile] = OrderedDict()

    def of(self, incoming: Incoming) -> Profile:
        """The profile of pods that ask for what this one asks for."""
        spec = incoming.pod["spec"]
        key = (orjson.dumps([spec.get(name) for name in _DECIDING]), incoming.info.request)
        profile = self._known.get(key) or self._known.setdefault(key, Profile())
        self._known.move_to_end(key)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return profile
