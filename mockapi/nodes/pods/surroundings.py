"""What a kubelet knows besides the pod: its node, the images there, other objects, the settings, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object
from mockapi.nodes.staging.engine import Memory
from mockapi.reconcile.simulation import Simulation


@dataclass(frozen=True)
class ImageRule:
    """What becomes of pulls of an image: they fail with a reason (`ErrImagePull`, ...) and message, or take so many seconds."""

    reason: str = ""
    message: str = ""
    delay: float | None = None


@dataclass(frozen=True)
class Surroundings:
    """`address` takes an address for the pod, None while there is none; `find` looks up a ConfigMap or Secret of its namespace.

    `present` is since when an image is on the node, None while it is not; `host_address` None while the node cannot run the pod;
    `fault` how the pod fails because of a Fault, in the words of its annotations.
    """

    now: datetime
    settings: Simulation
    memory: Memory
    host_address: str | None
    address: Callable[[], str | None]
    find: Callable[[str, str], Object | None]
    image_rule: Callable[[str], ImageRule | None]
    present: Callable[[str], datetime | None]
    fault: Mapping[str, str] = field(default_factory=dict)

    @property
    def timestamp(self) -> str:
        """Now, as objects have it."""
        return timestamp(self.now)
