"""The types of what expressions about a write may name."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.registry.cel.types import BOOL, DYN, INT, STRING, TIMESTAMP, ObjectType, Type, list_of, map_of


def _object(name: str, fields: Mapping[str, Type]) -> ObjectType:
    return ObjectType(name, fields={field: (field, declared) for field, declared in fields.items()})


_KIND = _object("kubernetes.GroupVersionKind", {"group": STRING, "version": STRING, "kind": STRING})
_RESOURCE = _object("kubernetes.GroupVersionResource", {"group": STRING, "version": STRING, "resource": STRING})
_TEXTS = list_of(STRING)
_USER = _object("kubernetes.UserInfo", {"username": STRING, "uid": STRING, "groups": _TEXTS, "extra": map_of(STRING, _TEXTS)})

REQUEST = _object(
    "kubernetes.AdmissionRequest",
    {
        "kind": _KIND,
        "resource": _RESOURCE,
        "subResource": STRING,
        "requestKind": _KIND,
        "requestResource": _RESOURCE,
        "requestSubResource": STRING,
        "name": STRING,
        "namespace": STRING,
        "operation": STRING,
        "userInfo": _USER,
        "dryRun": BOOL,
        "options": DYN,
    },
)

_METADATA = _object(
    "kubernetes.NamespaceMetadata",
    {
        "name": STRING,
        "generateName": STRING,
        "namespace": STRING,
        "labels": map_of(STRING, STRING),
        "annotations": map_of(STRING, STRING),
        "uid": STRING,
        "creationTimestamp": TIMESTAMP,
        "deletionGracePeriodSeconds": INT,
        "deletionTimestamp": TIMESTAMP,
        "generation": INT,
        "resourceVersion": STRING,
        "finalizers": _TEXTS,
    },
)
NAMESPACE = _object(
    "kubernetes.Namespace",
    {
        "metadata": _METADATA,
        "spec": _object("kubernetes.NamespaceSpec", {"finalizers": _TEXTS}),
        "status": _object("kubernetes.NamespaceStatus", {"phase": STRING}),
    },
)


def variables_type(variables: Mapping[str, Type]) -> ObjectType:
    """The type of `variables` in a policy."""
    return _object("kubernetes.variables", variables)
