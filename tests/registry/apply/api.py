"""The real API on a throw-away database, for writes under the names of managers."""

from __future__ import annotations

from typing import Any

from mockapi.machinery.clock import FakeClock
from mockapi.machinery.meta import Key, Object, name_of
from mockapi.registry.body import MERGE_PATCH, Body, Patch
from mockapi.registry.kind import Kind
from mockapi.registry.options import APPLY_PATCH, WriteOptions
from mockapi.registry.request import Request
from mockapi.registry.resources import Resources

NAMESPACE = "default"
Entries = dict[tuple[str, str], Object]


class Api:
    """Writes by resource name, in one namespace."""

    def __init__(self, resources: Resources, clock: FakeClock) -> None:
        self.resources = resources
        self.clock = clock
        self.created = False

    def create(self, resource: str, obj: Object, manager: str = "maker") -> Object:
        """POST."""
        kind = self._kind(resource)
        return self.resources.create(kind, NAMESPACE if kind.namespaced else "", Body(obj), self._request(manager))

    def update(self, resource: str, obj: Object, manager: str, subresource: str = "") -> Object:
        """PUT."""
        key = Key(NAMESPACE, name_of(obj))
        return self.resources.update(self._kind(resource), key, Body(obj), self._request(manager), subresource).object

    def patch(self, resource: str, name: str, patch: Object, manager: str, subresource: str = "") -> Object:
        """PATCH with a merge patch."""
        key = Key(NAMESPACE, name)
        return self.resources.patch(self._kind(resource), key, Patch(MERGE_PATCH, patch), self._request(manager), subresource)

    def apply(self, resource: str, obj: Object, manager: str, subresource: str = "", **options: Any) -> Object:
        """PATCH with a configuration; whether it created the object is told by `created`."""
        kind, request = self._kind(resource), self._request(manager, **options)
        named = {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
        written = self.resources.apply(kind, Key(NAMESPACE, name_of(obj)), Patch(APPLY_PATCH, named), request, subresource)
        self.created = written.created
        return written.object

    def get(self, resource: str, name: str) -> Object:
        """GET of one object."""
        return self.resources.get(self._kind(resource), Key(NAMESPACE, name)).object

    def _kind(self, resource: str) -> Kind:
        return self.resources.catalogue.by_resource(resource)

    def _request(self, manager: str, **options: Any) -> Request:
        return self.resources.request(WriteOptions(field_manager=manager, **options))


def entries(obj: Object) -> Entries:
    """The entries of managedFields by manager and operation."""
    return {(entry["manager"], entry["operation"]): entry for entry in obj["metadata"].get("managedFields", [])}


def owned(obj: Object) -> dict[tuple[str, str], Object]:
    """What each manager owns."""
    return {manager: entry["fieldsV1"] for manager, entry in entries(obj).items()}
