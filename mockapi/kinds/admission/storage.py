"""Admission of volumes and claims: protection of what is in use, the default storage class, and which claims may grow."""

from __future__ import annotations

from mockapi.kinds.core.volume_rules import BETA_CLASS, storage_class_of
from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.storage.storageclass import is_default
from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object, Objects, annotations_of, name_of
from mockapi.registry.admission import CREATE, UPDATE, Admission, Attributes

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
# The finalizers by which volumes and claims outlive their use.
PROTECTION = {CLAIMS: "kubernetes.io/pvc-protection", VOLUMES: "kubernetes.io/pv-protection"}


class StorageObjectInUseProtection(Admission):
    """Gives new volumes and claims the finalizer that keeps them while they are in use (KEP-1024)."""

    def mutate(self, attributes: Attributes) -> None:
        finalizer = PROTECTION.get(attributes.kind.resource)
        if attributes.operation != CREATE or attributes.obj is None or finalizer is None:
            return
        meta = attributes.obj["metadata"]
        if finalizer not in (meta.get("finalizers") or ()):
            meta["finalizers"] = [*(meta.get("finalizers") or ()), finalizer]


class DefaultStorageClass(Admission):
    """Gives claims that say nothing of a class the default one; of several the newest."""

    def mutate(self, attributes: Attributes) -> None:
        claim = attributes.obj
        if attributes.operation != CREATE or attributes.kind.resource != CLAIMS or claim is None:
            return
        if claim["spec"].get("storageClassName") is not None or BETA_CLASS in annotations_of(claim):
            return
        chosen = _newest([found for found in attributes.request.read_all(CLASSES, "") if is_default(found)])
        if chosen is not None:
            claim["spec"]["storageClassName"] = name_of(chosen)


class PersistentVolumeClaimResize(Admission):
    """Lets a bound claim grow if its class allows that."""

    def validate(self, attributes: Attributes) -> None:
        claim, old = attributes.obj, attributes.old
        if attributes.operation != UPDATE or attributes.kind.resource != CLAIMS or claim is None or old is None or attributes.subresource:
            return
        if amount(_size(claim)) <= amount(_size(old)):
            return
        if (old.get("status") or {}).get("phase") != "Bound":
            raise _forbidden(claim, "Only bound persistent volume claims can be expanded")
        found = attributes.request.read(CLASSES, Key("", storage_class_of(claim)))
        if found is None or not found.get("allowVolumeExpansion"):
            sentence = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            raise _forbidden(claim, sentence)


def _newest(classes: Objects) -> Object | None:
    by_name = sorted(classes, key=name_of)
    return max(by_name, key=lambda found: str(found["metadata"].get("creationTimestamp", "")), default=None)


def _size(claim: Object) -> str:
    return str(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0")


def _forbidden(claim: Object, sentence: str) -> errors.StatusError:
    return errors.forbidden(CLAIMS, "", name_of(claim), sentence)
