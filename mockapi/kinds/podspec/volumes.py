"""Rules of a pod's volumes (core/v1 Volume)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import absolute_path, each, file_mode, file_path, grammar, one_of, part, present, under, without_backsteps
from mockapi.kinds.podspec.env import downward_file
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO
from mockapi.registry.validation import Check

_HOST_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
_SHORTEST_TOKEN, _LONGEST_TOKEN = 600, 1 << 32
ONE_TYPE = "may not specify more than 1 volume type"
# The types of volumes in the order in which the API server looks for them.
_TYPES = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)


def volumes(items: list[Object]) -> tuple[dict[str, Object], list[FieldError]]:
    """The volumes that are in order, by name, and the errors of the others."""
    good: dict[str, Object] = {}
    errors: list[FieldError] = []
    for position, item in enumerate(items):
        name = item.get("name", "")
        found = [*_volume(item), *under("name", grammar(names.dns1123_label, must=True)(name))]
        if name in good:
            found.append(fielderrors.duplicate("name", name))
        if not found:
            good[name] = item
        errors += under(f"[{position}]", found)
    return good, errors


def _volume(volume: Object) -> Iterator[FieldError]:
    given = [kind for kind in _TYPES if volume.get(kind) is not None]
    if not given:
        yield fielderrors.required("", "must specify a volume type")
    for position, kind in enumerate(given):
        if position:
            yield fielderrors.forbidden(kind, ONE_TYPE)
        else:
            yield from under(kind, source_errors(kind, volume[kind]))


def source_errors(kind: str, source: Object) -> Iterator[FieldError]:
    """The errors of a volume's source, which stands under the name of its type."""
    for field in _REQUIRED.get(kind, ()):
        yield from under(field, present(source.get(field)))
    if kind in _CHECKS:
        yield from _CHECKS[kind](source)


def _empty_dir(source: Object) -> Iterator[FieldError]:
    if source.get("sizeLimit") is not None and amount(source["sizeLimit"]) < ZERO:
        yield fielderrors.forbidden("sizeLimit", "SizeLimit field must be a valid resource quantity")


def _host_path(source: Object) -> Iterator[FieldError]:
    if source.get("path"):
        yield from under("path", without_backsteps(source["path"]))
        if source.get("type", "") not in _HOST_TYPES:
            yield fielderrors.not_supported("type", source["type"], _HOST_TYPES)


def _nfs(source: Object) -> Iterator[FieldError]:
    yield from under("path", absolute_path(source.get("path", "")))


def _keys(source: Object) -> Iterator[FieldError]:
    yield from part(source, "defaultMode", file_mode)
    yield from part(source, "items", each(_key_to_path))


def _key_to_path(item: Object) -> Iterator[FieldError]:
    yield from under("key", present(item.get("key")))
    yield from under("path", present(item.get("path")))
    yield from under("path", file_path(item.get("path", "")))
    yield from part(item, "mode", file_mode)


def _downward(source: Object) -> Iterator[FieldError]:
    yield from part(source, "defaultMode", file_mode)
    for item in source.get("items") or ():
        yield from downward_file(item)
        yield from part(item, "mode", file_mode)


def _projected(source: Object) -> Iterator[FieldError]:
    yield from part(source, "defaultMode", file_mode)
    taken: set[str] = set()
    for position, projection in enumerate(source.get("sources") or ()):
        yield from _projection(projection, f"sources[{position}]", taken)


def _projection(projection: Object, place: str, taken: set[str]) -> Iterator[FieldError]:
    given = [name for name in _PROJECTIONS if projection.get(name) is not None]
    for name in given:
        yield from under(f"{place}.{name}", _PROJECTIONS[name](projection[name]))
        for path in _paths(name, projection[name]):
            if path in taken:
                yield fielderrors.invalid("", _named(name, projection[name], path), "conflicting duplicate paths")
            taken.add(path)
    if len(given) > 1:
        yield fielderrors.forbidden(place, f"{ONE_TYPE} per source")


def _paths(name: str, source: Object) -> list[str]:
    items = [source] if name in {"serviceAccountToken", "clusterTrustBundle"} else source.get("items") or []
    return [item["path"] for item in items if item.get("path")]


def _named(name: str, source: Object, path: str) -> str:
    return str(source.get("name") or path) if name in {"secret", "configMap"} else path


def _named_keys(source: Object) -> Iterator[FieldError]:
    yield from under("name", present(source.get("name")))
    yield from part(source, "items", each(_key_to_path))


def _token(source: Object) -> Iterator[FieldError]:
    seconds = source.get("expirationSeconds", _SHORTEST_TOKEN)
    if seconds < _SHORTEST_TOKEN:
        yield fielderrors.invalid("expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > _LONGEST_TOKEN:
        yield fielderrors.invalid("expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    yield from _token_path(source)


def _token_path(source: Object) -> Iterator[FieldError]:
    yield from under("path", present(source.get("path")))
    yield from under("path", file_path(source.get("path", "")))


def _trust_bundle(source: Object) -> Iterator[FieldError]:
    if source.get("name") and source.get("signerName"):
        yield fielderrors.invalid("", "clusterTrustBundle", "only one of name and signerName may be used")
    elif not source.get("name") and not source.get("signerName"):
        yield fielderrors.required("", "either name or signerName must be specified")
    yield from _token_path(source)


def _image(source: Object) -> Iterator[FieldError]:
    yield from under("pullPolicy", one_of("Always", "IfNotPresent", "Never")(source.get("pullPolicy", "")))


def _ephemeral(source: Object) -> Iterator[FieldError]:
    if source.get("volumeClaimTemplate") is None:
        yield fielderrors.required("volumeClaimTemplate")


_REQUIRED: dict[str, tuple[str, ...]] = {
    "hostPath": ("path",),
    "gitRepo": ("repository",),
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
    "secret": ("secretName",),
    "nfs": ("server", "path"),
    "iscsi": ("targetPortal", "iqn"),
    "glusterfs": ("endpoints", "path"),
    "persistentVolumeClaim": ("claimName",),
    "rbd": ("monitors", "image"),
    "cinder": ("volumeID",),
    "cephfs": ("monitors",),
    "quobyte": ("registry", "volume"),
    "flexVolume": ("driver",),
    "configMap": ("name",),
    "azureFile": ("secretName", "shareName"),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "scaleIO": ("gateway", "system", "volumeName"),
    "csi": ("driver",),
    "image": ("reference",),
}
_CHECKS: dict[str, Check] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "nfs": _nfs,
    "secret": _keys,
    "configMap": _keys,
    "downwardAPI": _downward,
    "projected": _projected,
    "ephemeral": _ephemeral,
    "image": _image,
}
_PROJECTIONS: dict[str, Check] = {
    "secret": _named_keys,
    "configMap": _named_keys,
    "downwardAPI": _downward,
    "serviceAccountToken": _token,
    "clusterTrustBundle": _trust_bundle,
}
