"""Ports of endpoints: which number a service port has on a pod, and the order in which ports are listed.

Kubernetes lists ports by a hash of how Go prints them, which differs between Endpoints and EndpointSlices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from mockapi.machinery.hashing import fnv128a_hex
from mockapi.machinery.meta import Object, Objects

# A list of ports as a dictionary's key: equal for equal ports, whatever their order was.
PortKey = tuple[tuple[str, str, int | None, str | None], ...]


def target_port(service_port: Object, pod: Object) -> int | None:
    """The number that a service port leads to on a pod; None when its name is not a port of the pod's containers."""
    target = service_port.get("targetPort", service_port["port"])
    if isinstance(target, int):
        return target
    protocol = service_port.get("protocol", "TCP")
    for container in _serving_containers(pod):
        for port in container.get("ports") or ():
            if port.get("name") == target and port.get("protocol", "TCP") == protocol:
                return int(port["containerPort"])
    return None


def slice_ports(service: Object, pod: Object) -> Objects:
    """The ports of an EndpointSlice that has the pod, in order; those that the pod does not have are left out."""
    found = []
    for service_port in service["spec"].get("ports") or ():
        number = target_port(service_port, pod)
        if number is not None:
            found.append(_endpoint_port(service_port, number, {"name": service_port.get("name", "")}))
    return sorted_slice_ports(found)


def subset_port(service_port: Object, number: int) -> Object:
    """A port of Endpoints, where an unnamed port has no name."""
    name = service_port.get("name")
    return _endpoint_port(service_port, number, {"name": name} if name else {})


def sorted_slice_ports(ports: Iterable[Object]) -> Objects:
    """Ports in the order of an EndpointSlice."""
    return _sorted(ports, _slice_text)


def sorted_subset_ports(ports: Iterable[Object]) -> Objects:
    """Ports in the order of Endpoints."""
    return _sorted(ports, _subset_text)


def subset_ports_rank(ports: Iterable[Object]) -> str:
    """What subsets are sorted by; the real server sorts them by a hash that nobody can foresee."""
    return "".join(_hash(_subset_text(port)) for port in ports)


def port_key(ports: Iterable[Object] | None) -> PortKey:
    """Tells whether lists of ports are the same."""
    return tuple(
        (port.get("name") or "", port.get("protocol") or "", port.get("port"), port.get("appProtocol"))
        for port in sorted_slice_ports(ports or ())
    )


def _serving_containers(pod: Object) -> Objects:
    """Containers that run beside each other: the ordinary ones, and init containers that are restarted always (KEP-753)."""
    spec = pod["spec"]
    sidecars = [container for container in spec.get("initContainers") or () if container.get("restartPolicy") == "Always"]
    return [*spec.get("containers", ()), *sidecars]


def _endpoint_port(service_port: Object, number: int, name: Object) -> Object:
    port = {**name, "port": number, "protocol": service_port.get("protocol", "TCP")}
    protocol = service_port.get("appProtocol")
    return port if protocol is None else {**port, "appProtocol": protocol}


def _sorted(ports: Iterable[Object], text: Callable[[Object], str]) -> Objects:
    found = list(ports)
    return found if len(found) < 2 else sorted(found, key=lambda port: _hash(text(port)))


@lru_cache(maxsize=4096)
def _hash(text: str) -> str:
    return fnv128a_hex(text.encode())


def _slice_text(port: Object) -> str:
    number = port.get("port")
    return (
        f"(v1.EndpointPort){{Name:(*string){port.get('name') or ''} Protocol:(*v1.Protocol){port.get('protocol', 'TCP')} "
        f"Port:(*int32){'<nil>' if number is None else number} AppProtocol:(*string){_nil(port.get('appProtocol'))}}}"
    )


def _subset_text(port: Object) -> str:
    return (
        f"(v1.EndpointPort){{Name:(string){port.get('name') or ''} Port:(int32){port['port']} "
        f"Protocol:(v1.Protocol){port.get('protocol', 'TCP')} AppProtocol:(*string){_nil(port.get('appProtocol'))}}}"
    )


def _nil(text: str | None) -> str:
    return "<nil>" if text is None else text
