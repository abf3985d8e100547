"""What pods of one operating system may not ask for (core/v1 PodSpec.os, KEP-2802)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import one_of, under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

_NAMES = ("linux", "windows")
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
# What only Linux has, in a pod and in the security contexts of a pod and of a container.
_OF_POD = ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace")
_OF_POD_CONTEXT = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
)
_OF_CONTAINER_CONTEXT = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
# These are plain booleans inside the real server: there, false is as good as nothing.
_FLAGS = ("hostPID", "hostIPC")


def system_errors(spec: Object) -> Iterator[FieldError]:
    """The errors of a PodSpec, relative to it, that come from the operating system it names."""
    name = spec["os"].get("name", "")
    if name == "windows":
        yield from _on_windows(spec)
    elif name == "linux":
        yield from _on_linux(spec)
    else:
        yield from under("os.name", one_of(*_NAMES)(name))


def _on_windows(spec: Object) -> Iterator[FieldError]:
    yield from _misplaced(spec, _OF_POD)
    yield from under("securityContext", _misplaced(spec.get("securityContext") or {}, _OF_POD_CONTEXT))
    for place, context in _contexts(spec):
        yield from under(place, _misplaced(context, _OF_CONTAINER_CONTEXT))


def _misplaced(holder: Object, fields: tuple[str, ...]) -> Iterator[FieldError]:
    for field in fields:
        value = holder.get(field)
        if value is not None and not (field in _FLAGS and not value):
            yield fielderrors.forbidden(field, "cannot be set for a windows pod")


def _on_linux(spec: Object) -> Iterator[FieldError]:
    for place, context in (("securityContext", spec.get("securityContext") or {}), *_contexts(spec)):
        if context.get("windowsOptions") is not None:
            yield fielderrors.forbidden(f"{place}.windowsOptions", "windows options cannot be set for a linux pod")


def _contexts(spec: Object) -> Iterator[tuple[str, Object]]:
    """Where the security contexts of containers stand, and what they say."""
    for field in _CONTAINER_LISTS:
        for position, container in enumerate(spec.get(field) or ()):
            yield f"{field}[{position}].securityContext", container.get("securityContext") or {}
