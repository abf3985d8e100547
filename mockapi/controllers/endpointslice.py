"""The endpointslice controller: a service with a selector has the EndpointSlices of the pods that it selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mockapi.controllers.service_endpoints.desired import MANAGER, plan_slices
from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.selection import Selection, selects
from mockapi.controllers.service_endpoints.slices import MANAGED_BY, SERVICE_NAME, with_metadata
from mockapi.controllers.service_endpoints.triggers import TriggerTimes, mark
from mockapi.controllers.service_endpoints.writer import SLICES, SliceWriter
from mockapi.machinery.meta import Key, Object, Objects, annotations_of, is_terminating, key_of, labels_of, namespace_of
from mockapi.machinery.selectors import selector_from_map
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.informer import Informer
from mockapi.reconcile.recorder import WARNING

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 1000.0


class EndpointSliceController(Controller):
    """Keyed by service."""

    name: ClassVar[str] = "endpointslice-controller"
    workers: ClassVar[int] = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._selection = Selection(toolbox.informers)
        self._triggers = TriggerTimes()
        self._writer = SliceWriter(toolbox.client)
        self._recorder = toolbox.recorder("endpoint-slice-controller")
        self._failures: dict[Key, int] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {"services": own_key, "pods": self._selection.concerned, SLICES: self._of_slice}

    def reconcile(self, key: Key) -> float | None:
        service = self.informers.of("services").get(key)
        if service is None:
            self._triggers.forget(key)
            self._failures.pop(key, None)
            return None
        if not selects(service):
            return None
        pods = self._selection.pods(service)
        trigger = self._triggers.trigger(service, pods)
        existing = managed_slices(self.informers.of(SLICES), key, MANAGER)
        plan, complaints = plan_slices(service, pods, existing, lambda name: self.informers.of("nodes").get(Key("", name)))
        self._writer.carry_out(_marked(plan, trigger), create=not is_terminating(service))
        return self._complain(service, complaints)

    def _complain(self, service: Object, complaints: list[str]) -> float | None:
        """Records that pods were left out, and has another look later, ever less often."""
        key = key_of(service)
        if not complaints:
            self._failures.pop(key, None)
            return None
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        text = complaints[0] if len(complaints) == 1 else f"[{', '.join(complaints)}]"
        message = f"Error updating Endpoint Slices for Service {key}: {text}"
        self._recorder.event(service, WARNING, "FailedToUpdateEndpointSlices", message)
        return min(_FIRST_RETRY * 2.0 ** min(failures, 10), _LONGEST_RETRY)

    def _of_slice(self, slice_: Object, previous: Object | None) -> Iterable[Key]:
        if self.informers.of(SLICES).get(key_of(slice_)) is None:
            self._writer.forget(slice_)
        elif self._writer.wrote(slice_):
            return ()
        return services_of(slice_, previous, MANAGER)


def managed_slices(slices: Informer, service: Key, manager: str) -> Objects:
    """The slices of a service that a controller manages, without those being deleted."""
    selector = selector_from_map({SERVICE_NAME: service.name, MANAGED_BY: manager})
    return [slice_ for slice_ in slices.matching(service.namespace, selector) if not is_terminating(slice_)]


def services_of(slice_: Object, previous: Object | None, manager: str) -> set[Key]:
    """The services to which a slice of the controller belongs or belonged."""
    states = [state for state in (slice_, previous) if state and labels_of(state).get(MANAGED_BY) == manager]
    return {Key(namespace_of(state), labels_of(state)[SERVICE_NAME]) for state in states if SERVICE_NAME in labels_of(state)}


def _marked(plan: Plan, trigger: str) -> Plan:
    for slices in (plan.create, plan.update):
        slices[:] = [with_metadata(slice_, annotations=mark(annotations_of(slice_), trigger)) for slice_ in slices]
    return plan
