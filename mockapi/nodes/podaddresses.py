"""Pod addresses of each node's range, handed out in turn so that a new pod comes with a new address."""

from __future__ import annotations

from ipaddress import IPv4Network
from threading import Lock

# Network address, bridge, and broadcast address are not for pods.
_FIRST = 2


class PodAddresses:
    """Remembers who has which address; the caller tells it what was handed out before it was made. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holders: dict[str, str] = {}
        self._last: dict[str, int] = {}

    def note(self, uid: str, address: str) -> None:
        """Takes down that a pod has an address."""
        with self._lock:
            self._holders[address] = uid

    def free(self, uid: str, address: str) -> None:
        """Takes the address back from a pod that is gone."""
        with self._lock:
            if self._holders.get(address) == uid:
                del self._holders[address]

    def take(self, uid: str, range_: str) -> str | None:
        """An address of the range for a pod, the one it has already if any; None when the range is full."""
        network = IPv4Network(range_)
        usable = network.num_addresses - _FIRST - 1
        with self._lock:
            for address, holder in self._holders.items():
                if holder == uid:
                    return address
            start = self._last.get(range_, usable - 1)
            for step in range(1, usable + 1):
                offset = (start + step) % usable
                address = str(network[_FIRST + offset])
                if address not in self._holders:
                    self._last[range_] = offset
                    self._holders[address] = uid
                    return address
        return None
