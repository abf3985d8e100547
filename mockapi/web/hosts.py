"""The Host header of a server that is bound to loopback.

A web page may make a browser send requests to 127.0.0.1 under a name of its own (DNS rebinding); such a name is not let through.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from mockapi.machinery.errors import StatusError


def require_loopback(host: str) -> None:
    """StatusError 403 when the Host header names anything but this machine's loopback."""
    if not _is_loopback(host):
        raise StatusError(403, "Forbidden", f'the host "{host}" is not one of the names of this server\'s loopback address')


@lru_cache(64)
def _is_loopback(host: str) -> bool:
    name = host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
