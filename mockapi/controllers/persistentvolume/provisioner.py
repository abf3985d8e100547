"""The driver of the simulated cluster: makes volumes on the disks of nodes for claims of its classes, and removes them (local-path)."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.persistentvolume import facts
from mockapi.controllers.persistentvolume.binding import reference_to
from mockapi.controllers.persistentvolume.facts import CLAIMS, PROVISIONED_BY, RELEASED, SELECTED_NODE, VOLUMES
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.persistentvolume.waits import Waits
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.meta import Key, Object, annotations_of, is_terminating, key_of, labels_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import NORMAL, WARNING
from mockapi.registry.simulated import SIMULATIONS

DRIVER = "rancher.io/local-path"
_HOSTNAME = "kubernetes.io/hostname"
_MODES = {"ReadWriteOnce", "ReadWriteOncePod"}
# How soon what failed is tried again.
_RETRY = 15.0


class VolumeProvisioner(Controller):
    """Its keys are claims, and volumes, which have no namespace."""

    name = "local-path-provisioner"
    component = "local-path-provisioner"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._store = Store(self.informers)
        self._waits = Waits(self.clock)
        self._recorder = toolbox.recorder(f"{DRIVER}_{self.name}_{toolbox.identity.uid()}")

    def watches(self) -> Mapping[str, Watch]:
        return {CLAIMS: own_key, VOLUMES: own_key, SIMULATIONS: lambda _obj, _previous: self._waits.going_on()}

    def reconcile(self, key: Key) -> float | None:
        claim = self._store.claim(key) if key.namespace else None
        volume = None if key.namespace else self._store.volume(key.name)
        with unless_gone():
            if claim is not None and self._is_to_be_made(claim):
                return self._make(claim)
            if volume is not None and _is_to_be_removed(volume):
                return self._remove(volume)
        self._waits.forget(key)
        return None

    def _is_to_be_made(self, claim: Object) -> bool:
        """Whether the claim needs a volume of the driver, and its node is known, if it matters."""
        annotations, storage_class = annotations_of(claim), self._store.storage_class(facts.class_of(claim))
        marked = DRIVER in (annotations.get(facts.PROVISIONER), annotations.get(facts.BETA_PROVISIONER))
        if not marked or claim["spec"].get("volumeName") or storage_class is None or storage_class["provisioner"] != DRIVER:
            return False
        return SELECTED_NODE in annotations or not facts.waits_for_consumer(storage_class)

    def _make(self, claim: Object) -> float | None:
        name = f"pvc-{uid_of(claim)}"
        if self._store.volume(name) is not None:
            return None
        if claim["spec"].get("volumeMode") == "Block":
            return self._refuse(claim, f"{DRIVER} does not support block volume provisioning")
        if not self._waits.has_begun(key_of(claim)):
            self._recorder.event(claim, NORMAL, "Provisioning", f'External provisioner is provisioning volume for claim "{key_of(claim)}"')
        settings = self.toolbox.simulation
        left = self._waits.left(key_of(claim), settings.jittered(settings.volume_provision_delay, uid_of(claim)))
        if left > 0:
            return left
        return self._finish(claim, name)

    def _finish(self, claim: Object, name: str) -> float | None:
        selected = annotations_of(claim).get(SELECTED_NODE)
        node = self.client.get("nodes", "", selected) if selected else None
        if selected and node is None:
            self._reschedule(claim, selected)
            return None
        storage_class = self._store.storage_class(facts.class_of(claim)) or {}
        if problem := _problem(claim):
            return self._refuse(claim, f'failed to provision volume with StorageClass "{name_of(storage_class)}": {problem}')
        self.client.create(VOLUMES, _volume(name, claim, storage_class, node))
        self._recorder.event(claim, NORMAL, "ProvisioningSucceeded", f"Successfully provisioned volume {name}")
        return None

    def _refuse(self, claim: Object, sentence: str) -> float:
        self._recorder.event(claim, WARNING, "ProvisioningFailed", sentence)
        return _RETRY

    def _reschedule(self, claim: Object, node: str) -> None:
        """Gives the claim back to the scheduler, to choose another node."""
        self._recorder.event(claim, WARNING, "ProvisioningFailed", f'node "{node}" not found')
        annotations = {key: value for key, value in annotations_of(claim).items() if key != SELECTED_NODE}
        self.client.update(CLAIMS, {**claim, "metadata": {**claim["metadata"], "annotations": annotations}})

    def _remove(self, volume: Object) -> float | None:
        settings = self.toolbox.simulation
        left = self._waits.left(key_of(volume), settings.jittered(settings.volume_delete_delay, uid_of(volume)))
        if left > 0:
            return left
        self.client.delete(VOLUMES, "", name_of(volume), uid=uid_of(volume))
        return None


def _problem(claim: Object) -> str:
    """Why the driver makes no such volume; "" when it does."""
    if claim["spec"].get("selector") is not None:
        return "claim.Spec.Selector is not supported"
    if not set(claim["spec"]["accessModes"]) <= _MODES:
        return "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"
    return ""


def _volume(name: str, claim: Object, storage_class: Object, node: Object | None) -> Object:
    """The volume for a claim, on the node; without one it is to be had on all, as the driver has it on a shared file system."""
    key = key_of(claim)
    annotations = {PROVISIONED_BY: DRIVER, **({"local.path.provisioner/selected-node": name_of(node)} if node else {})}
    path = f"/var/local-path-provisioner/{name}_{key.namespace}_{key.name}"
    spec = {
        "persistentVolumeReclaimPolicy": storage_class["reclaimPolicy"],
        "accessModes": claim["spec"]["accessModes"],
        "volumeMode": claim["spec"]["volumeMode"],
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "storageClassName": name_of(storage_class),
        "claimRef": reference_to(claim),
        "hostPath": {"path": path, "type": "DirectoryOrCreate"},
        **(_affinity(node) if node else {}),
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "annotations": annotations}, "spec": spec}


def _affinity(node: Object) -> Object:
    values = [labels_of(node).get(_HOSTNAME, name_of(node))]
    terms = [{"matchExpressions": [{"key": _HOSTNAME, "operator": "In", "values": values}]}]
    return {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}


def _is_to_be_removed(volume: Object) -> bool:
    made_here = annotations_of(volume).get(PROVISIONED_BY) == DRIVER
    deletes = volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    return made_here and deletes and facts.phase_of(volume) == RELEASED and not is_terminating(volume)
