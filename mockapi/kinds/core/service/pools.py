"""Taking cluster IPs and node ports: chosen ones, and free ones from the band that is kept for automatic choice.

The low end of each range is a band for values that people choose; automatic choice goes there only when the rest is full
(KEP-3070 for cluster IPs, KEP-3668 for node ports).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

from mockapi.registry.cluster import PortRange
from mockapi.registry.strategy import Allocator

CLUSTER_IPS, NODE_PORTS = "serviceip", "nodeport"

# A band is tried at random so often before it is searched from end to end: enough unless it is nearly full.
_GUESSES = 32
# What a dry run shows as the first automatic node port.
_DRY_PORT = 32769


class RefusedError(Exception):
    """A value cannot be had; the text says why."""


class FullError(RefusedError):
    """No value is left."""

    def __init__(self) -> None:
        super().__init__("range is full")


@dataclass(frozen=True)
class Holder:
    """Takes and gives back values of the pools for one owner."""

    allocator: Allocator
    owner: str
    pick: Callable[[int], int]

    def take(self, pool: str, value: str) -> bool:
        """False when anybody has the value already, this owner included."""
        return self.allocator.owner(pool, value) is None and self.allocator.claim(pool, value, self.owner)

    def give_back(self, pool: str, value: str) -> None:
        """Frees a value that the owner holds."""
        self.allocator.free(pool, value, self.owner)

    def take_any(self, pool: str, bands: tuple[range, ...], text: Callable[[int], str]) -> str:
        """Takes a free value, from the first band that has one. Raises FullError."""
        for band in bands:
            for number in self._candidates(band):
                if self.take(pool, text(number)):
                    return text(number)
        raise FullError

    def _candidates(self, band: range) -> Iterator[int]:
        if not band:
            return
        for _ in range(_GUESSES):
            yield band[self.pick(len(band))]
        start = self.pick(len(band))
        yield from band[start:]
        yield from band[:start]


class ClusterIPs(Protocol):
    """Where cluster IPs come from, IPv4 addresses in their usual form. `take` and `take_any` raise RefusedError; `take_any` returns one."""

    def take(self, ip: str) -> None: ...

    def take_any(self) -> str: ...

    def give_back(self, ip: str) -> None: ...


@dataclass(frozen=True)
class RealClusterIPs:
    """Cluster IPs of a network. `check` raises RefusedError for an address that would be free but cannot be recorded."""

    network: IPv4Network
    holder: Holder
    check: Callable[[str], None]

    def take(self, ip: str) -> None:
        if not _is_host(ip, self.network):
            raise RefusedError("the provided network does not match the current range")
        self.check(ip)
        if not self.holder.take(CLUSTER_IPS, ip):
            raise RefusedError("provided IP is already allocated")

    def take_any(self) -> str:
        ip = self.holder.take_any(CLUSTER_IPS, cluster_ip_bands(self.network), lambda number: str(IPv4Address(number)))
        self.check(ip)
        return ip

    def give_back(self, ip: str) -> None:
        self.holder.give_back(CLUSTER_IPS, ip)


@dataclass(frozen=True)
class DryClusterIPs:
    """Cluster IPs in a dry run: none is taken, and the network's own address stands for an automatic one."""

    network: IPv4Network

    def take(self, ip: str) -> None:
        if not _is_host(ip, self.network):
            raise RefusedError(f"the provided IP ({ip}) is not in the valid range. The range of valid IPs is {self.network}")

    def take_any(self) -> str:
        return str(self.network.network_address)

    def give_back(self, ip: str) -> None:
        """Nothing was taken."""


class NodePorts(Protocol):
    """Where node ports come from. `take` and `take_any` raise RefusedError; `take_any` returns the port."""

    def take(self, port: int) -> None: ...

    def take_any(self) -> int: ...

    def give_back(self, port: int) -> None: ...


@dataclass
class RealNodePorts:
    """Node ports of a range. What is given back becomes free at `close` only, so that one write cannot pass a port on to itself."""

    ports: PortRange
    holder: Holder
    _returned: list[int] = field(default_factory=list)

    def take(self, port: int) -> None:
        if port not in self.ports:
            raise RefusedError(f"provided port is not in the valid range. The range of valid ports is {self.ports}")
        if not self.holder.take(NODE_PORTS, str(port)):
            raise RefusedError("provided port is already allocated")

    def take_any(self) -> int:
        return int(self.holder.take_any(NODE_PORTS, node_port_bands(self.ports), str))

    def give_back(self, port: int) -> None:
        self._returned.append(port)

    def close(self) -> None:
        """Frees what was given back."""
        for port in self._returned:
            self.holder.give_back(NODE_PORTS, str(port))


@dataclass
class DryNodePorts:
    """Node ports in a dry run: the range is not looked at, and automatic ports count up from one that is outside of it."""

    holder: Holder
    _taken: list[int] = field(default_factory=list)

    def take(self, port: int) -> None:
        if port in self._taken or self.holder.allocator.owner(NODE_PORTS, str(port)) is not None:
            raise RefusedError("provided port is already allocated")
        self._taken.append(port)

    def take_any(self) -> int:
        port = max(self._taken) + 1 if self._taken else _DRY_PORT
        self._taken.append(port)
        return port

    def give_back(self, port: int) -> None:
        """Nothing was taken."""

    def close(self) -> None:
        """Nothing was taken."""


def cluster_ip_bands(network: IPv4Network) -> tuple[range, ...]:
    """The addresses of a service network as numbers: those for automatic choice first, then those kept for people (KEP-3070)."""
    return _bands(_hosts(network), _reserved(network.num_addresses, step=16, most=256))


def node_port_bands(ports: PortRange) -> tuple[range, ...]:
    """The node ports for automatic choice, then those kept for people (KEP-3668)."""
    return _bands(range(ports.first, ports.last + 1), _reserved(ports.size, step=32, most=128))


def _hosts(network: IPv4Network) -> range:
    return range(int(network.network_address) + 1, int(network.broadcast_address))


def _is_host(ip: str, network: IPv4Network) -> bool:
    return int(IPv4Address(ip)) in _hosts(network)


def _bands(values: range, reserved: int) -> tuple[range, ...]:
    return values[reserved:], values[:reserved]


def _reserved(size: int, *, step: int, most: int) -> int:
    return min(max(16, size // step), most) if size > 16 else 0
