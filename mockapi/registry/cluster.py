"""Facts about the simulated cluster that rules depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network


@dataclass(frozen=True)
class PortRange:
    """An inclusive range of port numbers, printed as `30000-32767`."""

    first: int = 30000
    last: int = 32767

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def size(self) -> int:
        """How many ports the range holds."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Cluster:
    """What a cluster's administrator would have chosen."""

    minor: str = "1.36"
    service_cidr: IPv4Network = field(default_factory=lambda: IPv4Network("10.96.0.0/16"))
    pod_cidr: IPv4Network = field(default_factory=lambda: IPv4Network("10.244.0.0/16"))
    node_ports: PortRange = field(default_factory=PortRange)
    nodes: int = 2
    # API groups that servers behind the API server add.
    aggregated: frozenset[str] = frozenset()
    # API groups that are served, and that discovery and OpenAPI keep to themselves.
    unlisted: frozenset[str] = frozenset()
    # How the cluster is simulated while no Simulation says otherwise: the name of a preset, and the seed if there is one.
    preset: str = "realistic"
    # What is installed from the start, by the names of addons.
    addons: tuple[str, ...] = ()
    seed: int | None = None
