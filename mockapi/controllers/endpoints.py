"""The endpoints controller: a service with a selector has Endpoints of its name with the pods that it selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mockapi.controllers.service_endpoints.selection import Selection, selects
from mockapi.controllers.service_endpoints.slices import HEADLESS
from mockapi.controllers.service_endpoints.subsets import subsets_of, truncated
from mockapi.controllers.service_endpoints.triggers import TriggerTimes, mark
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, annotations_of, key_of, labels_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import WARNING

_ENDPOINTS = "endpoints"
_MANAGED_BY = "endpoints.kubernetes.io/managed-by"
_MANAGER = "endpoint-controller"
_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
_CONFLICT = 409


class EndpointsController(Controller):
    """Keyed by service. Endpoints that were edited stay so until the service or its pods change, as on a real cluster."""

    name: ClassVar[str] = "endpoints-controller"
    workers: ClassVar[int] = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._selection = Selection(toolbox.informers)
        self._triggers = TriggerTimes()
        self._recorder = toolbox.recorder("endpoint-controller")

    def watches(self) -> Mapping[str, Watch]:
        return {"services": own_key, "pods": self._selection.concerned, _ENDPOINTS: self._if_gone_or_left_over}

    def reconcile(self, key: Key) -> float | None:
        service = self.informers.of("services").get(key)
        current = self.informers.of(_ENDPOINTS).get(key)
        if service is None:
            self._triggers.forget(key)
            if current is not None:
                self.client.delete(_ENDPOINTS, *key)
        elif selects(service):
            pods = self._selection.pods(service)
            self._write(service, subsets_of(service, pods), current, self._triggers.trigger(service, pods))
        return None

    def _write(self, service: Object, subsets: Objects, current: Object | None, trigger: str) -> None:
        cut = truncated(subsets)
        annotations = {name: value for name, value in annotations_of(current or {}).items() if name != _OVER_CAPACITY}
        if cut is not subsets:
            annotations[_OVER_CAPACITY] = "truncated"
        wanted = _endpoints(service, cut, annotations, current)
        if current is not None and _same(current, wanted):
            return
        wanted["metadata"]["annotations"] = mark(annotations, trigger)
        try:
            if current is None:
                self.client.create(_ENDPOINTS, wanted)
            else:
                self.client.update(_ENDPOINTS, wanted)
        except StatusError as failure:
            self._record_failure(wanted, failure, "Create" if current is None else "Update")
            raise

    def _record_failure(self, endpoints: Object, failure: StatusError, verb: str) -> None:
        if failure.code != _CONFLICT:
            message = f"Failed to {verb.lower()} endpoint {key_of(endpoints)}: {failure.message}"
            self._recorder.event(endpoints, WARNING, f"FailedTo{verb}Endpoint", message)

    def _if_gone_or_left_over(self, endpoints: Object, previous: Object | None) -> Iterable[Key]:
        """Endpoints that are to be made anew, and those whose service went while nobody looked."""
        key = key_of(endpoints)
        gone = self.informers.of(_ENDPOINTS).get(key) is None
        ours = labels_of(endpoints).get(_MANAGED_BY) == _MANAGER
        if gone or (ours and self.informers.of("services").get(key) is None):
            yield key


def _endpoints(service: Object, subsets: Objects, annotations: dict[str, str], current: Object | None) -> Object:
    """Endpoints as they should be, over what is there."""
    key = key_of(service)
    labels = {name: value for name, value in labels_of(service).items() if name != HEADLESS}
    if service["spec"].get("clusterIP", "") in {"", "None"}:
        labels[HEADLESS] = ""
    meta = (current or {}).get("metadata") or {"namespace": key.namespace, "name": key.name}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {**meta, "labels": {**labels, _MANAGED_BY: _MANAGER}, "annotations": annotations},
        "subsets": subsets,
    }


def _same(current: Object, wanted: Object) -> bool:
    """Whether nothing but the time of the last change differs."""
    return (
        (current.get("subsets") or []) == wanted["subsets"]
        and labels_of(current) == labels_of(wanted)
        and annotations_of(current).get(_OVER_CAPACITY) == annotations_of(wanted).get(_OVER_CAPACITY)
    )
