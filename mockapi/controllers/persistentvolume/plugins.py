"""What kube-controller-manager itself can do with volumes: next to nothing, as drivers of their own look after nearly all types."""

from __future__ import annotations

import re

from mockapi.controllers.persistentvolume.facts import PROVISIONED_BY
from mockapi.machinery.meta import Object, annotations_of, name_of

# The drivers that have taken over what once was built in (KEP-625).
_MIGRATED = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}
_MIGRATED_TO = "pv.kubernetes.io/migrated-to"
_BUILT_IN = "kubernetes.io/"
_HOST_PATH = "kubernetes.io/host-path"
_RECYCLABLE = ("hostPath", "nfs")
_NOT_DELETABLE = ("nfs", "local")
_DELETABLE_PATH = re.compile("/tmp/.+")


class NoPluginError(Exception):
    """Nothing built in can do it; the text is what events say."""


def external_provisioner(storage_class: Object) -> str:
    """The name of the driver that makes volumes of a class. NoPluginError when it should be built in and is not."""
    given = str(storage_class["provisioner"])
    if given in _MIGRATED:
        return _MIGRATED[given]
    if given == _HOST_PATH:
        raise NoPluginError(f'Provisioning in volume plugin "{given}" is disabled')
    if given.startswith(_BUILT_IN):
        raise NoPluginError(f"no volume plugin matched name: {given}")
    return given


def is_removed_elsewhere(volume: Object) -> bool:
    """Whether the driver that made a volume is also to remove it."""
    annotations = annotations_of(volume)
    made_by = annotations.get(PROVISIONED_BY, "")
    return bool(annotations.get(_MIGRATED_TO)) or (bool(made_by) and not made_by.startswith(_BUILT_IN))


def check_deletable(volume: Object) -> None:
    """NoPluginError when nothing built in can remove the storage of the volume."""
    made_by = annotations_of(volume).get(PROVISIONED_BY, "")
    if made_by and made_by != _HOST_PATH:
        raise NoPluginError(f"no volume plugin matched name: {made_by}")
    spec = volume["spec"]
    if spec.get("hostPath") is None:
        word = "deletable volume" if any(spec.get(kind) is not None for kind in _NOT_DELETABLE) else "volume"
        raise NoPluginError(f'error getting deleter volume plugin for volume "{name_of(volume)}": no {word} plugin matched')
    path = spec["hostPath"]["path"]
    if not _DELETABLE_PATH.search(path):
        raise NoPluginError(f"host_path deleter only supports /tmp/.+ but received provided {path}")


def is_recyclable(volume: Object) -> bool:
    """Whether the files of a volume can be removed for its next use."""
    return any(volume["spec"].get(kind) is not None for kind in _RECYCLABLE)
