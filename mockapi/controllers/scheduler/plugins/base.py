"""What plugins are given, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mockapi.controllers.scheduler.podinfo import PodInfo
from mockapi.controllers.scheduler.snapshot import NodeInfo
from mockapi.machinery.meta import Object

HIGHEST_SCORE = 100


@dataclass(frozen=True, slots=True)
class Incoming:
    """The pod that is to be placed: the object, and what is counted of it."""

    pod: Object
    info: PodInfo


class Refusal(NamedTuple):
    """Why a pod cannot go to a node, in kube-scheduler's words; `final` when it could not even if other pods left the node."""

    plugin: str
    reasons: tuple[str, ...]
    final: bool


class Obstacle(NamedTuple):
    """Why a pod can go nowhere yet, whatever the node."""

    plugin: str
    reason: str


class Feasible:
    """The nodes that a pod fits, by name, with what scores ask of them again and again."""

    def __init__(self, nodes: list[NodeInfo]) -> None:
        self.nodes = nodes
        self.names = [info.name for info in nodes]
        self._columns: dict[str, list[str | None]] = {}

    def column(self, key: str) -> list[str | None]:
        """The value that each of the nodes has of a label."""
        if key not in self._columns:
            self._columns[key] = [info.labels.get(key) for info in self.nodes]
        return self._columns[key]


# Why the pod cannot go to a node; None when the plugin has nothing against it.
Check = Callable[[NodeInfo], Refusal | None]


def normalized(scores: Sequence[int], *, reverse: bool = False) -> list[int]:
    """Scores brought to 0..100 by the highest of them; reversed, the lowest is best."""
    highest = max(scores, default=0)
    if not highest:
        return [HIGHEST_SCORE if reverse else 0] * len(scores)
    scaled = [HIGHEST_SCORE * score // highest for score in scores]
    return [HIGHEST_SCORE - score for score in scaled] if reverse else scaled
