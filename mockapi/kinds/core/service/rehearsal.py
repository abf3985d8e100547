"""Finding out which error comes first.

A real server allocates before it validates: a service that asks for a taken port and breaks a rule is told of the port alone, and
rules are checked with allocated values in place. Here allocation belongs to the transaction that stores the object, after validation.
So when rules are broken, and only then, allocation is rehearsed on a copy against what the stored services show.
"""

from __future__ import annotations

from copy import deepcopy

from mockapi.kinds.core.service.allocation import allocate
from mockapi.kinds.core.service.pools import CLUSTER_IPS, NODE_PORTS
from mockapi.kinds.core.service.spec import cluster_ips, has_node_ports, is_headless, node_ports
from mockapi.machinery.meta import Object, Objects, uid_of
from mockapi.registry.request import Request


def rehearsed(service: Object, old: Object | None, request: Request) -> Object:
    """A copy of the service with the values that it would be given. Raises the StatusError that allocation would end in."""
    copy = deepcopy(service)
    allocate(copy, old, Stage(request.read_all("services", "")), request)
    return copy


class Stage:
    """An Allocator that knows what some services hold and forgets what is taken from it."""

    def __init__(self, services: Objects) -> None:
        self._owners = {holding: uid_of(service) for service in services for holding in holdings(service)}

    def claim(self, pool: str, value: str, owner: str) -> bool:
        return self._owners.setdefault((pool, value), owner) == owner

    def owner(self, pool: str, value: str) -> str | None:
        return self._owners.get((pool, value))

    def free(self, pool: str, value: str, owner: str) -> None:
        if self.owner(pool, value) == owner:
            del self._owners[pool, value]


def holdings(service: Object) -> set[tuple[str, str]]:
    """What a stored service holds: pools and values."""
    spec = service["spec"]
    ips = [] if is_headless(spec) else cluster_ips(spec)
    numbers = [
        *(node_ports(spec) if has_node_ports(spec) else ()),
        *([spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else []),
    ]
    return {(CLUSTER_IPS, ip) for ip in ips} | {(NODE_PORTS, str(number)) for number in numbers}
