"""Pod addresses of each node's range, handed out in turn so that a new pod comes with a new address.

With a seed each pod begins to look at a place of its own, so that it gets the same address in every run.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from threading import Lock

from mockapi.machinery.chance import share

# Network address, bridge, and broadcast address are not for pods.
_FIRST = 2


class PodAddresses:
    """Remembers who has which address; the caller tells it what was handed out before it was made. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holders: dict[str, str] = {}
        self._held: dict[str, str] = {}
        self._last: dict[str, int] = {}

    def note(self, uid: str, address: str) -> None:
        """Takes down that a pod has an address, which whoever else had it keeps."""
        with self._lock:
            if self._held.get(uid) != address:
                self._free(uid)
                self._hold(uid, address)

    def free(self, uid: str) -> None:
        """Takes its address back from a pod that is gone."""
        with self._lock:
            self._free(uid)

    def take(self, uid: str, range_: str, seed: int | None = None) -> str | None:
        """An address of the range for a pod, the one it has already if any; None when the range is full."""
        with self._lock:
            return self._held.get(uid) or self._next(uid, range_, seed)

    def _next(self, uid: str, range_: str, seed: int | None) -> str | None:
        network = IPv4Network(range_)
        usable = network.num_addresses - _FIRST - 1
        start = self._last.get(range_, usable - 1) if seed is None else int(share(str(seed), uid) * usable)
        for step in range(1, usable + 1):
            offset = (start + step) % usable
            address = str(network[_FIRST + offset])
            if address not in self._holders:
                self._last[range_] = offset
                self._hold(uid, address)
                return address
        return None

    def _hold(self, uid: str, address: str) -> None:
        self._held[uid] = address
        self._holders.setdefault(address, uid)

    def _free(self, uid: str) -> None:
        address = self._held.pop(uid, "")
        if self._holders.get(address) == uid:
            del self._holders[address]
