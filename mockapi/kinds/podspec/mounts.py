"""Rules of what containers mount (core/v1 VolumeMount, VolumeDevice) against the volumes that the pod declares."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import descending_path, present, under, without_backsteps
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")


def mounts(container: Object, volumes: dict[str, Object]) -> Iterator[FieldError]:
    """The errors of `volumeMounts`, relative to it; those of sub-paths name the list, as on a real server."""
    devices = container.get("volumeDevices") or []
    device_names = {device.get("name") for device in devices}
    device_paths = {device.get("devicePath") for device in devices}
    taken: set[str] = set()
    for position, mount in enumerate(container.get("volumeMounts") or ()):
        name, path = mount.get("name", ""), mount.get("mountPath", "")
        yield from under(f"[{position}]", _place(name, path, volumes, taken))
        if name in device_names:
            yield fielderrors.invalid(f"[{position}].name", name, "must not already exist in volumeDevices")
        if path in device_paths:
            yield fielderrors.invalid(f"[{position}].mountPath", path, "must not already exist as a path in volumeDevices")
        taken.add(path)
        yield from _options(mount, position, container)


def _place(name: str, path: str, volumes: dict[str, Object], taken: set[str]) -> Iterator[FieldError]:
    yield from under("name", present(name))
    if name not in volumes:
        yield fielderrors.not_found("name", name)
    yield from under("mountPath", present(path))
    if path in taken:
        yield fielderrors.invalid("mountPath", path, "must be unique")


def _options(mount: Object, position: int, container: Object) -> Iterator[FieldError]:
    if mount.get("subPath"):
        yield from under("subPath", descending_path(mount["subPath"]))
    if mount.get("subPathExpr"):
        if mount.get("subPath"):
            yield fielderrors.invalid(f"[{position}].subPathExpr", mount["subPathExpr"], "subPathExpr and subPath are mutually exclusive")
        yield from under("subPathExpr", descending_path(mount["subPathExpr"]))
    if mount.get("mountPropagation") is not None:
        yield from under("mountPropagation", _propagation(mount["mountPropagation"], container))


def _propagation(value: str, container: Object) -> Iterator[FieldError]:
    if value not in _PROPAGATIONS:
        yield fielderrors.not_supported("", value, _PROPAGATIONS)
    elif value == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        yield fielderrors.forbidden("", "Bidirectional mount propagation is available only to privileged containers")


def devices(container: Object, volumes: dict[str, Object]) -> Iterator[FieldError]:
    """The errors of `volumeDevices`, relative to it."""
    mounted = {mount.get("name") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    paths: set[str] = set()
    for position, device in enumerate(container.get("volumeDevices") or ()):
        name, path = device.get("name", ""), device.get("devicePath", "")
        yield from under(f"[{position}]", _device(name, path, volumes))
        if path and path in paths:
            yield fielderrors.invalid(f"[{position}].devicePath", path, "must be unique")
        if name in names:
            yield fielderrors.invalid(f"[{position}].name", name, "must be unique")
        if name in mounted:
            yield fielderrors.invalid(f"[{position}].name", name, "must not already exist in volumeMounts")
        names.add(name)
        paths.add(path)


def _device(name: str, path: str, volumes: dict[str, Object]) -> Iterator[FieldError]:
    yield from under("name", present(name))
    yield from under("devicePath", present(path))
    yield from under("devicePath", without_backsteps(path))
    if name not in volumes:
        yield fielderrors.not_found("name", name)
    elif not {"persistentVolumeClaim", "ephemeral"} & set(volumes[name]):
        yield fielderrors.invalid("name", name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
