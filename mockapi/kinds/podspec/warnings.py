"""What the API server warns of in a PodSpec that it accepts."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.resources import fractional_bytes
from mockapi.machinery import names
from mockapi.machinery.fielderrors import Path
from mockapi.machinery.meta import Object, annotations_of, name_of

_OLD_NODE_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}
OLD_VOLUMES = {
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
}
_CONTAINER_LISTS = ("initContainers", "containers")


def dotted_name(obj: Object, old: Object | None, use: str = "Pod names and hostnames") -> list[str]:
    """A warning of a new object whose name, which pods bear, is no DNS label."""
    messages = names.dns1123_label(name_of(obj)) if old is None else []
    if not messages:
        return []
    text = f"metadata.name: this is used in {use}, which can result in surprising behavior; a DNS label is recommended: "
    return [f"{text}[{' '.join(messages)}]"]


def template_warnings(obj: Object, old: Object | None) -> list[str]:
    """Warnings of a workload's pod template, on create and whenever the workload's generation grows."""
    if old is not None and obj["metadata"].get("generation") == old["metadata"].get("generation"):
        return []
    template = obj["spec"].get("template") or {}
    return list(pod_spec_warnings(template.get("spec") or {}, Path("spec.template.spec"), annotations_of(template)))


def pod_spec_warnings(spec: Object, path: Path, annotations: dict[str, str]) -> Iterator[str]:
    """Warnings of a PodSpec that stands at `path`, under metadata with these annotations."""
    yield from _node_labels(spec, path)
    yield from _host_aliases(spec, path)
    yield from _volumes(spec, path)
    yield from _pull_secrets(spec, path)
    for field in _CONTAINER_LISTS:
        for position, container in enumerate(spec.get(field) or ()):
            yield from _container(container, path.child(field).item(position))
    yield from _port_names(spec, path)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{path.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1"


def _node_labels(spec: Object, path: Path) -> Iterator[str]:
    for key in sorted(spec.get("nodeSelector") or {}):
        if key in _OLD_NODE_LABELS:
            yield f"{path.child('nodeSelector').key(key)}: {_OLD_NODE_LABELS[key]}"


def _host_aliases(spec: Object, path: Path) -> Iterator[str]:
    seen: set[str] = set()
    for position, alias in enumerate(spec.get("hostAliases") or ()):
        if alias.get("ip") in seen:
            yield f'{path.child("hostAliases").item(position).child("ip")}: duplicate ip "{alias["ip"]}"'
        seen.add(alias.get("ip", ""))


def _volumes(spec: Object, path: Path) -> Iterator[str]:
    for position, volume in enumerate(spec.get("volumes") or ()):
        for kind, text in OLD_VOLUMES.items():
            if volume.get(kind) is not None:
                yield f"{path.child('volumes').item(position).child(kind)}: {text}"


def _pull_secrets(spec: Object, path: Path) -> Iterator[str]:
    seen: set[str] = set()
    for position, reference in enumerate(spec.get("imagePullSecrets") or ()):
        place, name = path.child("imagePullSecrets").item(position).child("name"), reference.get("name", "")
        if not name:
            yield f'{place}: invalid empty name ""'
        elif name in seen:
            yield f'{place}: duplicate name "{name}"'
        seen.add(name)


def _container(container: Object, path: Path) -> Iterator[str]:
    for text in fractional_bytes(container.get("resources") or {}):
        yield f"{path}.resources.{text}"
    seen: set[str] = set()
    for position, variable in enumerate(container.get("env") or ()):
        name = variable.get("name", "")
        if name in seen and f"$({name})" not in variable.get("value", ""):
            yield f'{path}.env[{position}]: hides previous definition of "{name}", which may be dropped when using apply'
        seen.add(name)


def _port_names(spec: Object, path: Path) -> Iterator[str]:
    named: dict[str, str] = {}
    for position, container in enumerate(spec.get("containers") or ()):
        for index, port in enumerate(container.get("ports") or ()):
            place, name = f"{path.child('containers').item(position)}.ports[{index}]", port.get("name")
            if name in named and not named[name].startswith(f"{path.child('containers').item(position)}."):
                yield (
                    f'{place}: duplicate port name "{name}" with {named[name]}, services and probes that select ports by name '
                    f"will use {named[name]}"
                )
            if name:
                named.setdefault(name, place)
