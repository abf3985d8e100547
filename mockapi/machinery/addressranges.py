"""Ranges of IPv4 addresses, written as a CIDR block or as first and last address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True)
class AddressRange:
    """All addresses from the first to the last, both included."""

    first: int
    last: int

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= int(address) <= self.last

    def __iter__(self) -> Iterator[str]:
        return (str(IPv4Address(number)) for number in range(self.first, self.last + 1))

    def __str__(self) -> str:
        return f"{IPv4Address(self.first)}-{IPv4Address(self.last)}"

    @property
    def size(self) -> int:
        """How many addresses it has."""
        return self.last - self.first + 1

    def overlaps(self, other: AddressRange) -> bool:
        """Whether some address is in both."""
        return self.first <= other.last and other.first <= self.last


def parse_range(text: str) -> AddressRange:
    """`192.0.2.0/28` as its hosts, or `192.0.2.10-192.0.2.20`. ValueError when it is neither; its text says why."""
    if "/" in text:
        network = IPv4Network(text)
        edge = 1 if network.prefixlen < 31 else 0
        return AddressRange(int(network.network_address) + edge, int(network.broadcast_address) - edge)
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError("must be a CIDR block or first and last address, as in 192.0.2.0/28 or 192.0.2.10-192.0.2.20")
    found = AddressRange(int(IPv4Address(first.strip())), int(IPv4Address(last.strip())))
    if found.last < found.first:
        raise ValueError("must not end before it begins")
    return found
