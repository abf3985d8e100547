"""What claims, volumes, classes and pods say of each other (core/v1 PersistentVolume.spec.claimRef, PersistentVolumeClaim.spec)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockapi.machinery.meta import Key, Object, annotations_of, key_of, name_of, namespace_of, uid_of
from mockapi.machinery.quantity import ZERO, Quantity, parse_quantity

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

AVAILABLE, BOUND, FAILED, LOST, PENDING, RELEASED = "Available", "Bound", "Failed", "Lost", "Pending", "Released"

_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_BETA_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class"


class PodClaim(NamedTuple):
    """A claim that a pod uses; `ephemeral` when it is made for one of the pod's own volumes (KEP-1698)."""

    key: Key
    ephemeral: bool


def claims_of(pod: Object) -> Iterator[PodClaim]:
    """The claims that a pod uses, in the order of its volumes."""
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield PodClaim(Key(namespace_of(pod), volume["persistentVolumeClaim"]["claimName"]), ephemeral=False)
        elif volume.get("ephemeral"):
            yield PodClaim(Key(namespace_of(pod), f"{name_of(pod)}-{volume['name']}"), ephemeral=True)


def phase_of(obj: Object) -> str:
    """The phase of a volume or claim."""
    return str((obj.get("status") or {}).get("phase") or "")


def class_of(obj: Object) -> str:
    """The name of the storage class of a volume or claim, or ""."""
    annotated = annotations_of(obj).get(_BETA_CLASS)
    return str((obj["spec"].get("storageClassName") or "") if annotated is None else annotated)


def says_class(claim: Object) -> bool:
    """Whether a claim names a class, if only "" for none at all."""
    return _BETA_CLASS in annotations_of(claim) or claim["spec"].get("storageClassName") is not None


def is_default(storage_class: Object) -> bool:
    """Whether claims that say nothing of a class get this one."""
    annotations = annotations_of(storage_class)
    return "true" in (annotations.get(DEFAULT_CLASS), annotations.get(_BETA_DEFAULT_CLASS))


def waits_for_consumer(storage_class: Object | None) -> bool:
    """Whether claims of the class are bound only once a pod wants them (StorageClass.volumeBindingMode)."""
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def requested(claim: Object) -> Quantity:
    """How much a claim asks for."""
    return _storage((claim["spec"].get("resources") or {}).get("requests"))


def capacity(volume: Object) -> Quantity:
    """How much a volume holds."""
    return _storage(volume["spec"].get("capacity"))


def actual(claim: Object) -> Quantity:
    """How much a claim has got."""
    return _storage((claim.get("status") or {}).get("capacity"))


def claim_of(volume: Object) -> Key | None:
    """The claim that a volume is bound to or kept for."""
    reference = volume["spec"].get("claimRef")
    return Key(reference.get("namespace", ""), reference.get("name", "")) if reference else None


def is_for(volume: Object, claim: Object) -> bool:
    """Whether the volume is bound to that claim, or kept for one of its name."""
    return claim_of(volume) == key_of(claim) and volume["spec"]["claimRef"].get("uid", "") in {"", uid_of(claim)}


def is_fully_bound(claim: Object) -> bool:
    """Whether the binder has completed the binding of the claim."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations_of(claim)


def _storage(amounts: Object | None) -> Quantity:
    text = (amounts or {}).get("storage")
    return ZERO if text is None else parse_quantity(text)
