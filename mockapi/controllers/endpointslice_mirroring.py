"""The endpointslicemirroring controller: Endpoints of a service without selector are repeated in EndpointSlices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mockapi.controllers.endpointslice import managed_slices, services_of
from mockapi.controllers.service_endpoints.mirror import MANAGER, MAX_ADDRESSES, Mirrored, is_mirrored, plan_mirror
from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.writer import SLICES, SliceWriter
from mockapi.machinery.meta import Key, Object, is_terminating, key_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import WARNING


class EndpointSliceMirroringController(Controller):
    """Keyed by Endpoints, which have the name of their service."""

    name: ClassVar[str] = "endpointslice-mirroring-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._writer = SliceWriter(toolbox.client)
        self._recorder = toolbox.recorder("endpoint-slice-mirroring-controller")

    def watches(self) -> Mapping[str, Watch]:
        return {"endpoints": own_key, "services": own_key, SLICES: self._of_slice}

    def reconcile(self, key: Key) -> float | None:
        endpoints = self.informers.of("endpoints").get(key)
        service = self.informers.of("services").get(key)
        existing = managed_slices(self.informers.of(SLICES), key, MANAGER)
        if endpoints is None or service is None or not is_mirrored(endpoints) or service["spec"].get("selector"):
            self._writer.carry_out(Plan(delete=existing))
            return None
        mirrored = plan_mirror(endpoints, existing)
        self._warn(endpoints, mirrored)
        self._writer.carry_out(mirrored.plan, create=not is_terminating(endpoints))
        return None

    def _warn(self, endpoints: Object, mirrored: Mirrored) -> None:
        if mirrored.invalid:
            message = f"Skipped {mirrored.invalid} invalid IP addresses when mirroring to EndpointSlices"
            self._recorder.event(endpoints, WARNING, "InvalidIPAddress", message)
        if mirrored.skipped > mirrored.invalid:
            limit = f"A max of {MAX_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset"
            message = f"{limit}. {mirrored.skipped} addresses were skipped"
            self._recorder.event(endpoints, WARNING, "TooManyAddressesToMirror", message)

    def _of_slice(self, slice_: Object, previous: Object | None) -> Iterable[Key]:
        if self.informers.of(SLICES).get(key_of(slice_)) is None:
            self._writer.forget(slice_)
        elif self._writer.wrote(slice_):
            return ()
        return services_of(slice_, previous, MANAGER)
