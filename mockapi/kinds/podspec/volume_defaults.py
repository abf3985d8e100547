"""Defaults of a Volume (core/v1), in place."""

from __future__ import annotations

from typing import Any

from mockapi.kinds.podspec.images import default_pull_policy
from mockapi.machinery.meta import Object

_FILE_MODE = 0o644
_TOKEN_SECONDS = 3600

# Defaults of volume sources whose fields are plain values.
_FIELDS: dict[str, dict[str, Any]] = {
    "secret": {"defaultMode": _FILE_MODE},
    "configMap": {"defaultMode": _FILE_MODE},
    "downwardAPI": {"defaultMode": _FILE_MODE},
    "projected": {"defaultMode": _FILE_MODE},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def fill(obj: Object, **values: Any) -> None:
    """Sets fields that are absent or hold Go's zero value: null, 0 or the empty text."""
    for field, value in values.items():
        if obj.get(field) in (None, "", 0):
            obj[field] = value


def fill_reference(source: Object) -> None:
    """Defaults of an EnvVarSource or of a DownwardAPIVolumeFile, which refer to a pod's own fields in the same way."""
    if source.get("fieldRef") is not None:
        fill(source["fieldRef"], apiVersion="v1")
    if source.get("resourceFieldRef") is not None:
        source["resourceFieldRef"].setdefault("divisor", "0")


def default_volume(volume: Object) -> None:
    """Fills in a volume's source; a volume without one is an emptyDir."""
    sources = [field for field, value in volume.items() if field != "name" and value is not None]
    if not sources:
        volume["emptyDir"] = {}
    for source in sources:
        default_source(source, volume[source])
    _default_files(volume.get("downwardAPI") or {})
    for source in (volume.get("projected") or {}).get("sources") or ():
        _default_projection(source)
    if volume.get("image") is not None:
        fill(volume["image"], pullPolicy=default_pull_policy(volume["image"].get("reference") or ""))
    _default_claim((volume.get("ephemeral") or {}).get("volumeClaimTemplate"))


def default_source(kind: str, source: Object) -> None:
    """Fills in the plain fields of a volume's source, which stands under the name of its type."""
    for field, value in _FIELDS.get(kind, {}).items():
        if source.get(field) is None:
            source[field] = value


def _default_projection(source: Object) -> None:
    _default_files(source.get("downwardAPI") or {})
    token = source.get("serviceAccountToken")
    if token is not None and token.get("expirationSeconds") is None:
        token["expirationSeconds"] = _TOKEN_SECONDS


def _default_files(downward: Object) -> None:
    for item in downward.get("items") or ():
        fill_reference(item)


def _default_claim(template: Object | None) -> None:
    if template is not None:
        fill(template.setdefault("spec", {}), volumeMode="Filesystem")
