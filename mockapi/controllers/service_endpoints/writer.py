"""Carrying out a plan for slices, and knowing its traces again."""

from __future__ import annotations

import threading

from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.machinery.meta import Object, name_of, namespace_of, uid_of
from mockapi.registry.client import Client

SLICES = "endpointslices.discovery.k8s.io"


class SliceWriter:
    """Writes slices for one controller."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._written: dict[str, str] = {}

    def carry_out(self, plan: Plan, *, create: bool = True) -> None:
        """Writes what the plan says; new slices only if `create`. Raises StatusError."""
        for slice_ in plan.create if create else ():
            self._remember(self._client.create(SLICES, slice_))
        for slice_ in plan.update:
            self._remember(self._client.update(SLICES, slice_))
        for slice_ in plan.delete:
            self._client.delete(SLICES, namespace_of(slice_), name_of(slice_))

    def wrote(self, slice_: Object) -> bool:
        """Whether the slice is just as this controller left it, so that its change need not be looked at."""
        with self._lock:
            return bool(self._written.get(uid_of(slice_)) == slice_["metadata"]["resourceVersion"])

    def forget(self, slice_: Object) -> None:
        """The slice is gone."""
        with self._lock:
            self._written.pop(uid_of(slice_), None)

    def _remember(self, slice_: Object) -> None:
        with self._lock:
            self._written[uid_of(slice_)] = slice_["metadata"]["resourceVersion"]
