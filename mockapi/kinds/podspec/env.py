"""Rules of a container's environment (core/v1 EnvVar, EnvFromSource) and of references to a pod's own fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import each, file_path, grammar, part, present, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Check

_ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_FILE_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_KNOWN_FIELDS = frozenset({*_ENV_FIELDS, *_FILE_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.host"})
_SUBSCRIPTED = re.compile(r"(metadata\.(?:annotations|labels))\['(.*)'\]", re.DOTALL)
_ANY_SUBSCRIPT = re.compile(r"(.*)\['(.*)'\]", re.DOTALL)
_RESOURCES = tuple(f"{side}.{name}" for side in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory"))
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_CPU_DIVISORS = ("1m", "1")
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONE_SOURCE = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
_TOO_MANY = "may not have more than one field specified at a time"


def variable(entry: Object) -> Iterator[FieldError]:
    """One entry of `env`."""
    yield from under("name", grammar(names.environment_variable_name, must=True)(entry.get("name", "")))
    source = entry.get("valueFrom")
    if source is None:
        return
    given = [name for name in _SOURCES if source.get(name) is not None]
    for name in given:
        yield from under(f"valueFrom.{name}", _SOURCE_CHECKS[name](source[name]))
    if not given:
        yield fielderrors.invalid("valueFrom", "", _ONE_SOURCE)
    elif entry.get("value"):
        yield fielderrors.invalid("valueFrom", "", "may not be specified when `value` is not empty")
    elif len(given) > 1:
        yield fielderrors.invalid("valueFrom", "", _TOO_MANY)


def from_sources(entries: list[Object]) -> Iterator[FieldError]:
    """The list `envFrom`; errors about the number of sources name the list."""
    for position, entry in enumerate(entries):
        item = f"[{position}]"
        yield from under(f"{item}.prefix", grammar(names.environment_variable_name)(entry.get("prefix", "")))
        given = [name for name in ("configMapRef", "secretRef") if entry.get(name) is not None]
        for name in given:
            yield from under(f"{item}.{name}.name", grammar(names.dns1123_subdomain, must=True)(entry[name].get("name", "")))
        if not given:
            yield fielderrors.invalid("", "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(given) > 1:
            yield fielderrors.invalid("", "", _TOO_MANY)


def downward_file(item: Object) -> Iterator[FieldError]:
    """A DownwardAPIVolumeFile."""
    path = item.get("path", "")
    yield from under("path", present(path))
    yield from under("path", file_path(path))
    if item.get("fieldRef") is not None:
        yield from under("fieldRef", _field_reference(_FILE_FIELDS)(item["fieldRef"]))
        if item.get("resourceFieldRef") is not None:
            yield fielderrors.invalid("", "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif item.get("resourceFieldRef") is not None:
        yield from under("resourceFieldRef", _resource_of_named_container(item["resourceFieldRef"]))
    else:
        yield fielderrors.required("", "one of fieldRef and resourceFieldRef is required")


def _field_reference(supported: tuple[str, ...]) -> Check:
    def check(reference: Object) -> Iterator[FieldError]:
        version, path = reference.get("apiVersion", ""), reference.get("fieldPath", "")
        if not version or not path:
            yield fielderrors.required("fieldPath" if version else "apiVersion")
        elif version != "v1":
            yield _unconvertible(path, f"unsupported pod version: {version}")
        elif not _SUBSCRIPTED.fullmatch(path) and path not in _KNOWN_FIELDS:
            yield _unconvertible(path, _unsupported_label(path))
        else:
            yield from _field_path(path, supported)

    return check


def _unsupported_label(path: str) -> str:
    found = _ANY_SUBSCRIPT.fullmatch(path)
    return f"field label does not support subscript: {path}" if found else f"field label not supported: {path}"


def _unconvertible(path: str, reason: str) -> FieldError:
    return fielderrors.invalid("fieldPath", path, f"error converting fieldPath: {reason}")


def _field_path(path: str, supported: tuple[str, ...]) -> Iterator[FieldError]:
    if subscripted := _SUBSCRIPTED.fullmatch(path):
        key = subscripted[2].lower() if subscripted[1] == "metadata.annotations" else subscripted[2]
        yield from (fielderrors.invalid("", key, message) for message in names.qualified_name(key))
        return
    path = "spec.nodeName" if path == "spec.host" else path
    if path not in supported:
        yield fielderrors.not_supported("fieldPath", path, supported)


def _resource_reference(reference: Object) -> Iterator[FieldError]:
    resource = reference.get("resource", "")
    if not resource:
        yield fielderrors.required("resource")
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        yield fielderrors.not_supported("resource", resource, _RESOURCES)
    yield from _divisor(resource, reference.get("divisor") or "0")


def _resource_of_named_container(reference: Object) -> Iterator[FieldError]:
    if reference.get("containerName"):
        yield from _resource_reference(reference)
    else:
        yield fielderrors.required("containerName")
        yield from _divisor(reference.get("resource", ""), reference.get("divisor") or "0")


def _divisor(resource: str, divisor: str) -> Iterator[FieldError]:
    if not amount(divisor) or "." not in resource:
        return
    name = resource.partition(".")[2]
    allowed = _CPU_DIVISORS if name == "cpu" else _BYTE_DIVISORS
    if divisor not in allowed:
        what = "local ephemeral storage" if name == "ephemeral-storage" else "hugepages" if name.startswith("hugepages-") else name
        listed = " and ".join(allowed) if name == "cpu" else ", ".join(allowed)
        yield fielderrors.invalid("divisor", resource, f"only divisor's values {listed} are supported with the {what} resource")


def _key(selector: Object) -> Iterator[FieldError]:
    name = selector.get("name", "")
    yield from (fielderrors.invalid("name", name, message) for message in names.dns1123_subdomain(name))
    yield from under("key", grammar(names.config_key, must=True)(selector.get("key", "")))


def _file_key(selector: Object) -> Iterator[FieldError]:
    yield from under("key", grammar(names.environment_variable_name, must=True)(selector.get("key", "")))
    yield from under("volumeName", grammar(names.dns1123_label, must=True)(selector.get("volumeName", "")))
    yield from under("path", present(selector.get("path")))
    yield from part(selector, "path", file_path)


_SOURCE_CHECKS: dict[str, Check] = {
    "fieldRef": _field_reference(_ENV_FIELDS),
    "resourceFieldRef": _resource_reference,
    "configMapKeyRef": _key,
    "secretKeyRef": _key,
    "fileKeyRef": _file_key,
}

variables: Check = each(variable)
