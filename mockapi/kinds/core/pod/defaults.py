"""Defaults that a Pod gets and a pod template does not, in place."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.defaults import default_pod_spec
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO, Quantity

# What the resources of a whole pod may be given in (KEP-2837).
_POD_LEVEL = ("cpu", "memory")
_POD_LEVEL_PREFIX = "hugepages-"


def default_pod(pod: Object) -> None:
    """All defaults of a Pod."""
    spec = pod.setdefault("spec", {})
    default_pod_spec(spec)
    for container in _containers(spec):
        _requests_from_limits(container["resources"])
    _default_pod_requests(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    if spec.get("hostNetwork"):
        _publish_on_host(spec)


def _containers(spec: Object) -> Iterator[Object]:
    yield from spec.get("containers") or ()
    yield from spec.get("initContainers") or ()


def _requests_from_limits(resources: Object) -> None:
    if resources.get("limits"):
        resources["requests"] = {**resources["limits"], **(resources.get("requests") or {})}


def _default_pod_requests(spec: Object) -> None:
    """A pod with limits of its own requests what its containers request, or else what it is limited to."""
    whole = spec.get("resources") or {}
    if not whole.get("limits"):
        return
    found = dict(whole.get("requests") or {})
    for source in (_container_requests(spec), whole["limits"]):
        for name, value in source.items():
            if name in _POD_LEVEL or name.startswith(_POD_LEVEL_PREFIX):
                found.setdefault(name, value)
    if found:
        whole["requests"] = found


def _container_requests(spec: Object) -> dict[str, str]:
    """What the pod's containers request together: the regular ones and sidecars at once, other init containers one by one."""
    together: dict[str, Quantity] = {}
    most: dict[str, Quantity] = {}
    for container in spec.get("initContainers") or ():
        needed = _sum(together, container)
        if container.get("restartPolicy") == "Always":
            together = needed
        most = _most(most, needed)
    for container in spec.get("containers") or ():
        together = _sum(together, container)
    return {name: str(value) for name, value in _most(most, together).items()}


def _requests(container: Object) -> dict[str, str]:
    return container["resources"].get("requests") or {}


def _sum(amounts: dict[str, Quantity], container: Object) -> dict[str, Quantity]:
    return {**amounts, **{name: amounts.get(name, ZERO) + amount(text) for name, text in _requests(container).items()}}


def _most(one: dict[str, Quantity], other: dict[str, Quantity]) -> dict[str, Quantity]:
    return {name: max(one.get(name, ZERO), other.get(name, ZERO)) for name in {**one, **other}}


def _publish_on_host(spec: Object) -> None:
    """On the host's network each container port is a port of the host."""
    for container in _containers(spec):
        for port in container.get("ports") or ():
            if not port.get("hostPort") and port.get("containerPort"):
                port["hostPort"] = port["containerPort"]
