"""Reading and naming objects: every API object is a plain dict of JSON values."""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]
Objects = list[Object]


class Key(NamedTuple):
    """Names one object of a resource; `namespace` is "" for cluster-scoped objects."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def metadata(obj: Object) -> Object:
    """The object's metadata, made when absent."""
    meta: Object = obj.setdefault("metadata", {})
    return meta


def name_of(obj: Object) -> str:
    """metadata.name, or "" when absent."""
    return str(obj.get("metadata", {}).get("name") or "")


def namespace_of(obj: Object) -> str:
    """metadata.namespace, or "" when absent."""
    return str(obj.get("metadata", {}).get("namespace") or "")


def key_of(obj: Object) -> Key:
    """The object's name within its resource."""
    return Key(namespace_of(obj), name_of(obj))


def uid_of(obj: Object) -> str:
    """metadata.uid, or "" when absent."""
    return str(obj.get("metadata", {}).get("uid") or "")


def labels_of(obj: Object) -> dict[str, str]:
    """metadata.labels; empty when absent. Not to be changed."""
    return obj.get("metadata", {}).get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """metadata.annotations; empty when absent. Not to be changed."""
    return obj.get("metadata", {}).get("annotations") or {}


def is_terminating(obj: Object) -> bool:
    """Whether deletion was asked for and has not completed (metadata.deletionTimestamp)."""
    return bool(obj.get("metadata", {}).get("deletionTimestamp"))


def controller_of(obj: Object) -> Object | None:
    """The owner reference with `controller: true`, of which an object has at most one. Not to be changed."""
    references: Objects = obj.get("metadata", {}).get("ownerReferences") or []
    return next((reference for reference in references if reference.get("controller")), None)


def owner_reference(owner: Object, *, block: bool = True) -> Object:
    """A controller reference to `owner`, which must carry apiVersion, kind, name and uid."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": uid_of(owner),
        "controller": True,
        "blockOwnerDeletion": block,
    }
