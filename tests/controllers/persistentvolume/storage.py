"""Volumes, claims and classes in a few words."""

from __future__ import annotations

from typing import Any

from mockapi.kinds.admission.storage import DefaultStorageClass, PersistentVolumeClaimResize, StorageObjectInUseProtection
from mockapi.machinery.meta import Object
from mockapi.storage.database import Database
from tests.world import World

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"


def storage_world(database: Database) -> World:
    """A world with the admission of storage, and the namespace in which events about volumes are."""
    world = World(database, admission=(StorageObjectInUseProtection(), DefaultStorageClass(), PersistentVolumeClaimResize()))
    world.create("namespaces", {"metadata": {"name": "default"}})
    return world


def add_volume(world: World, name: str, size: str = "1Gi", meta: Object | None = None, **spec: Any) -> Object:
    """Creates a volume of class `manual` for one writer, unless `spec` says otherwise."""
    common = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": "manual"}
    source = {} if {"nfs", "local", "csi"} & set(spec) else {"hostPath": {"path": "/mnt/x"}}
    return world.create(VOLUMES, {"metadata": {"name": name, **(meta or {})}, "spec": {**common, **source, **spec}})


def add_claim(world: World, name: str, size: str = "1Gi", meta: Object | None = None, **spec: Any) -> Object:
    """Creates a claim of class `manual` for one writer, unless `spec` says otherwise."""
    common = {"resources": {"requests": {"storage": size}}, "accessModes": ["ReadWriteOnce"], "storageClassName": "manual"}
    given = {field: value for field, value in {**common, **spec}.items() if value is not None}
    return world.create(CLAIMS, {"metadata": {"name": name, **(meta or {})}, "spec": given})


def add_class(world: World, name: str, provisioner: str = "example.com/none", **fields: Any) -> Object:
    """Creates a storage class."""
    meta = {"name": name, **fields.pop("meta", {})}
    return world.create(CLASSES, {"metadata": meta, "provisioner": provisioner, **fields})


def volume(world: World, name: str) -> Object:
    """The volume of that name, which must be there."""
    found = world.client.get(VOLUMES, "", name)
    assert found is not None
    return found


def claim(world: World, name: str) -> Object:
    """The claim of that name, which must be there."""
    found = world.get(CLAIMS, name)
    assert found is not None
    return found


def phases(world: World) -> dict[str, str]:
    """The phase of every volume and claim."""
    return {found["metadata"]["name"]: found["status"]["phase"] for found in [*world.client.list(VOLUMES), *world.list(CLAIMS)]}


def volume_of(world: World, name: str) -> str:
    """The volume that a claim names, or ""."""
    return str(claim(world, name)["spec"].get("volumeName", ""))


def change_volume(world: World, name: str, patch: Object, subresource: str = "") -> None:
    """Merges a patch into a volume, and lets the controllers act."""
    world.client.patch(VOLUMES, "", name, patch, subresource)
    world.settle()


def events_about(world: World, name: str) -> list[tuple[str, str]]:
    """Reason and message of the events about a claim or volume."""
    found = [*world.list("events"), *world.client.list("events", "default")]
    return [(event["reason"], event["message"]) for event in found if event["involvedObject"]["name"] == name]
