"""Growing volumes (PersistentVolumeClaim.spec.resources.requests beyond status.capacity; KEP-284 and KEP-1790).

Nothing built in can do it: one controller says so, and the driver's own does it for the volumes that the driver made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.persistentvolume import facts
from mockapi.controllers.persistentvolume.facts import CLAIMS, PROVISIONED_BY, VOLUMES
from mockapi.controllers.persistentvolume.provisioner import DRIVER
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.persistentvolume.waits import Waits
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, annotations_of, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.recorder import NORMAL, WARNING
from mockapi.registry.simulated import SIMULATIONS

_IN_PROGRESS = "ControllerResizeInProgress"


class VolumeExpansion(Controller):
    """Tells of each bound claim that asks for more that it is up to a driver."""

    name = "volume-expand"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._store = Store(self.informers)
        self._recorder = toolbox.recorder("volume_expand")

    def watches(self) -> Mapping[str, Watch]:
        return {CLAIMS: _asks_for_more}

    def reconcile(self, key: Key) -> float | None:
        claim = self._store.claim(key)
        if claim is not None and _growing_volume(self._store, claim) is not None:
            self._recorder.event(claim, WARNING, "ExternalExpanding", "waiting for an external controller to expand this PVC")
        return None


class VolumeResizer(Controller):
    """Has the driver's volumes grow, and with them what their claims have."""

    name = "volume-resizer"
    component = "csi-resizer"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._store = Store(self.informers)
        self._waits = Waits(self.clock)
        self._recorder = toolbox.recorder(f"external-resizer {DRIVER}")

    def watches(self) -> Mapping[str, Watch]:
        return {CLAIMS: _asks_for_more, SIMULATIONS: lambda _obj, _previous: self._waits.going_on()}

    def reconcile(self, key: Key) -> float | None:
        claim = self._store.claim(key)
        volume = None if claim is None else _growing_volume(self._store, claim)
        if claim is None or volume is None or annotations_of(volume).get(PROVISIONED_BY) != DRIVER:
            self._waits.forget(key)
            return None
        with unless_gone():
            return self._grow(claim, volume)
        return None

    def _grow(self, claim: Object, volume: Object) -> float | None:
        if not self._waits.has_begun(key_of(claim)):
            claim = self._begin(claim)
            self._recorder.event(claim, NORMAL, "Resizing", f"External resizer is resizing volume {name_of(volume)}")
        settings = self.toolbox.simulation
        left = self._waits.left(key_of(claim), settings.jittered(settings.volume_resize_delay, uid_of(claim)))
        if left > 0:
            return left
        size = claim["spec"]["resources"]["requests"]["storage"]
        if facts.capacity(volume) < facts.requested(claim):
            self.client.update(VOLUMES, {**volume, "spec": {**volume["spec"], "capacity": {"storage": size}}})
        kept = {field: value for field, value in claim["status"].items() if field not in {"conditions", "allocatedResourceStatuses"}}
        self.client.update_status(CLAIMS, {**claim, "status": {**kept, "capacity": {"storage": size}}})
        self._recorder.event(claim, NORMAL, "VolumeResizeSuccessful", "Resize volume succeeded")
        return None

    def _begin(self, claim: Object) -> Object:
        now = timestamp(self.clock.now())
        condition = {"type": "Resizing", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
        allocated = {"storage": claim["spec"]["resources"]["requests"]["storage"]}
        progress = {"conditions": [condition], "allocatedResources": allocated, "allocatedResourceStatuses": {"storage": _IN_PROGRESS}}
        return self.client.update_status(CLAIMS, {**claim, "status": {**claim["status"], **progress}})


def _asks_for_more(claim: Object, previous: Object | None) -> Iterable[Key]:
    """The Watch for claims: those that were told to grow, or are found growing at the start."""
    if previous is not None and facts.requested(claim) <= facts.requested(previous):
        return []
    return [key_of(claim)] if facts.actual(claim) < facts.requested(claim) else []


def _growing_volume(store: Store, claim: Object) -> Object | None:
    """The volume of a claim that is bound and asks for more than it has got."""
    if not facts.is_fully_bound(claim) or facts.actual(claim) >= facts.requested(claim):
        return None
    volume = store.volume(claim["spec"]["volumeName"])
    bound_to = (volume or {"spec": {}})["spec"].get("claimRef") or {}
    return volume if bound_to.get("uid") == uid_of(claim) else None
