"""Rules of a pod's containers (core/v1 Container), one by one and among each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mockapi.kinds.podspec.checks import grammar, one_of, part, present, under
from mockapi.kinds.podspec.env import from_sources, variables
from mockapi.kinds.podspec.mounts import devices, mounts
from mockapi.kinds.podspec.probes import lifecycle, liveness, readiness
from mockapi.kinds.podspec.resources import container_resources
from mockapi.kinds.podspec.security import container_security
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Leaf, Rules, context, rule

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_PROBES = {"livenessProbe": liveness, "readinessProbe": readiness, "startupProbe": liveness}
_RESIZE_POLICIES = ("NotRequired", "RestartContainer")
_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_NOT_FOR_INIT = "may not be set for init containers without restartPolicy=Always"
_EPHEMERAL_ALLOWED = frozenset(
    [
        "name",
        "image",
        "command",
        "args",
        "workingDir",
        "envFrom",
        "env",
        "volumeMounts",
        "volumeDevices",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "imagePullPolicy",
        "securityContext",
        "stdin",
        "stdinOnce",
        "tty",
        "targetContainerName",
    ]
)
_EPHEMERAL_FORBIDDEN = ("ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy")


@dataclass(frozen=True)
class Surroundings:
    """What containers are judged by: the pod's usable volumes and how long its termination may take."""

    volumes: dict[str, Object]
    grace: int


def _resize_policies(policies: list[Object]) -> Iterator[FieldError]:
    for policy in policies:
        if policy.get("resourceName") not in {"cpu", "memory"}:
            yield fielderrors.not_supported("", policy.get("resourceName", ""), ["cpu", "memory"])
        yield from one_of(*_RESIZE_POLICIES)(policy.get("restartPolicy", ""))


def _ports(ports: list[Object]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for position, port in enumerate(ports):
        yield from under(f"[{position}]", _port(port, seen))


def _port(port: Object, seen: set[str]) -> Iterator[FieldError]:
    name = port.get("name", "")
    if name and (messages := names.port_name(name)):
        yield from (fielderrors.invalid("name", name, message) for message in messages)
    elif name and name in seen:
        yield fielderrors.duplicate("name", name)
    seen.add(name)
    number, host = port.get("containerPort") or 0, port.get("hostPort") or 0
    if not number:
        yield fielderrors.required("containerPort")
    yield from (fielderrors.invalid("containerPort", number, message) for message in names.port_number(number) if number)
    yield from (fielderrors.invalid("hostPort", host, message) for message in names.port_number(host) if host)
    yield from under("protocol", one_of(*_PROTOCOLS)(port.get("protocol", "")))


class ContainerRules(Rules):
    """What holds for containers of every sort. The context's `about` is the pod's Surroundings."""

    name = Leaf(grammar(names.dns1123_label, must=True), must=True)
    image = Leaf(present, must=True)
    terminationMessagePolicy = Leaf(one_of("File", "FallbackToLogsOnError"))  # noqa: N815 (fields of the API keep their names)
    ports = Leaf(_ports)
    env = Leaf(variables)
    envFrom = Leaf(from_sources)  # noqa: N815
    volumeMounts = Leaf()  # noqa: N815
    volumeDevices = Leaf()  # noqa: N815
    imagePullPolicy = Leaf(one_of("Always", "IfNotPresent", "Never"))  # noqa: N815
    resources = Leaf(container_resources)
    resizePolicy = Leaf(_resize_policies)  # noqa: N815
    securityContext = Leaf(container_security)  # noqa: N815

    @rule("volumeMounts")
    def mounted(self, container: Object) -> Iterator[FieldError]:
        """Mounts name volumes of the pod."""
        return mounts(container, context()["about"].volumes)

    @rule("volumeDevices")
    def attached(self, container: Object) -> Iterator[FieldError]:
        """Devices name volumes of the pod."""
        return devices(container, context()["about"].volumes)


@cache
def _rules() -> ContainerRules:
    return ContainerRules()


def common(container: Object, about: Surroundings) -> list[FieldError]:
    """The errors that a container of any sort may have."""
    return _rules().errors(container, about=about)


def regular_containers(containers: list[Object], about: Surroundings) -> Iterator[FieldError]:
    """Pod.spec.containers, relative to it."""
    if not containers:
        yield fielderrors.required("")
    seen: set[str] = set()
    for position, container in enumerate(containers):
        yield from under(f"[{position}]", [*common(container, about), *_regular(container, about, seen)])
    yield from host_port_conflicts(containers)


def _regular(container: Object, about: Surroundings, seen: set[str]) -> Iterator[FieldError]:
    name = container.get("name", "")
    if name in seen:
        yield fielderrors.duplicate("name", name)
    seen.add(name)
    yield from _running(container, about)
    yield from part(container, "restartPolicy", one_of(*_RESTART_POLICIES))


def _running(container: Object, about: Surroundings) -> Iterator[FieldError]:
    """What only containers that keep running may have."""
    yield from part(container, "lifecycle", lifecycle(about.grace))
    for field, check in _PROBES.items():
        yield from part(container, field, check)


def init_containers(containers: list[Object], regular: list[Object], about: Surroundings) -> Iterator[FieldError]:
    """Pod.spec.initContainers, relative to it; names are unique among these and the regular ones."""
    seen = {container.get("name", "") for container in regular}
    for position, container in enumerate(containers):
        yield from under(f"[{position}]", [*common(container, about), *_initial(container, about, seen)])
        yield from under("", host_port_conflicts([container]))


def _initial(container: Object, about: Surroundings, seen: set[str]) -> Iterator[FieldError]:
    name = container.get("name", "")
    yield from part(container, "restartPolicy", one_of(*_RESTART_POLICIES))
    if name in seen:
        yield fielderrors.duplicate("name", name)
    elif name:
        seen.add(name)
    if container.get("restartPolicy") == "Always":
        yield from _running(container, about)
    else:
        for field in ("lifecycle", *_PROBES):
            if container.get(field) is not None:
                yield fielderrors.forbidden(field, _NOT_FOR_INIT)


def ephemeral_containers(containers: list[Object], others: list[Object], about: Surroundings) -> Iterator[FieldError]:
    """Pod.spec.ephemeralContainers, relative to it (KEP-277)."""
    seen = {container.get("name", "") for container in others}
    targets = set(seen)
    for position, container in enumerate(containers):
        yield from under(f"[{position}]", _ephemeral(container, about, seen, targets))


def _ephemeral(container: Object, about: Surroundings, seen: set[str], targets: set[str]) -> Iterator[FieldError]:
    plain = {field: value for field, value in container.items() if field in _EPHEMERAL_ALLOWED}
    yield from common(plain, about)
    name, target = container.get("name", ""), container.get("targetContainerName")
    if name in seen:
        yield fielderrors.duplicate("name", name)
    seen.add(name)
    if target and target not in targets:
        yield fielderrors.not_found("targetContainerName", target)
    for field in _EPHEMERAL_FORBIDDEN:
        if container.get(field):
            yield fielderrors.forbidden(field, "cannot be set for an Ephemeral Container")
    for position, mount in enumerate(container.get("volumeMounts") or ()):
        for field in ("subPath", "subPathExpr"):
            if mount.get(field):
                yield fielderrors.forbidden(f"volumeMounts[{position}].{field}", "cannot be set for an Ephemeral Container")


def host_port_conflicts(containers: list[Object]) -> Iterator[FieldError]:
    """Ports of the host that two of the containers claim."""
    taken: set[str] = set()
    for position, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            claim = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if claim in taken:
                yield fielderrors.duplicate(f"[{position}].ports[{index}].hostPort", claim)
            taken.add(claim)


def host_network_ports(containers: list[Object], *, in_template: bool) -> Iterator[FieldError]:
    """On the host's network a port cannot be another one of the host; in a template it may be left open."""
    for position, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            host, number = port.get("hostPort") or 0, port.get("containerPort") or 0
            if (host or not in_template) and host != number:
                place = f"[{position}].ports[{index}].hostPort"
                yield fielderrors.invalid(place, host, "must match `containerPort` when `hostNetwork` is true")


def surplus_space(containers: list[Object]) -> Iterator[FieldError]:
    """Images of pods may not have space around them; those of templates may, as ever."""
    for position, container in enumerate(containers):
        image = container.get("image", "")
        if image != image.strip():
            yield fielderrors.invalid(f"[{position}].image", image, "must not have leading or trailing whitespace")
