"""All kinds and admission plugins on a database of their own: what a client would get, without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockapi.machinery.clock import FakeClock
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, name_of
from mockapi.registry.body import MERGE_PATCH, Body, Patch
from mockapi.registry.deletes import Deleted
from mockapi.registry.kind import Kind
from mockapi.registry.options import DeleteOptions, ListOptions
from mockapi.registry.request import Request
from mockapi.registry.resources import Resources
from mockapi.registry.tables import table

NAMESPACE = "default"


class Api:
    """Calls by resource name, in one namespace; `warnings` are those of the last write."""

    def __init__(self, resources: Resources, clock: FakeClock) -> None:
        self.resources = resources
        self.clock = clock
        self._last = resources.request()

    @property
    def warnings(self) -> list[str]:
        """What the last write warned of."""
        return self._last.warnings

    def create(self, resource: str, obj: Object, *, dry_run: bool = False) -> Object:
        """POST."""
        return self.create_of(self._kind(resource), obj, dry_run=dry_run)

    def create_of(self, kind: Kind, obj: Object, *, dry_run: bool = False) -> Object:
        """POST, under a version of a resource."""
        return self.resources.create(kind, NAMESPACE if kind.namespaced else "", Body(obj), self._request(dry_run))

    def update(self, resource: str, obj: Object, subresource: str = "") -> Object:
        """PUT."""
        kind = self._kind(resource)
        return self.resources.update(kind, self._key(kind, name_of(obj)), Body(obj), self._request(), subresource).object

    def patch(self, resource: str, name: str, patch: Object, subresource: str = "") -> Object:
        """PATCH with a merge patch."""
        return self.patch_of(self._kind(resource), name, patch, subresource)

    def patch_of(self, kind: Kind, name: str, patch: Object, subresource: str = "") -> Object:
        """PATCH with a merge patch, under a version of a resource."""
        return self.resources.patch(kind, self._key(kind, name), Patch(MERGE_PATCH, patch), self._request(), subresource)

    def delete(self, resource: str, name: str) -> Deleted:
        """DELETE."""
        kind = self._kind(resource)
        return self.resources.delete(kind, self._key(kind, name), DeleteOptions(), self._request())

    def get(self, resource: str, name: str) -> Object:
        """GET of one object."""
        kind = self._kind(resource)
        return self.resources.get(kind, self._key(kind, name)).object

    def selected(self, resource: str, field_selector: str) -> list[str]:
        """Names of the objects that a field selector selects."""
        kind = self._kind(resource)
        namespace = NAMESPACE if kind.namespaced else ""
        page = self.resources.list(kind, namespace, ListOptions(field_selector=field_selector))
        return [record.key.name for record in page.records]

    def row(self, resource: str, name: str) -> dict[str, Any]:
        """The cells of one object by their columns' names."""
        shown = table(self._kind(resource), [self.get(resource, name)], self.clock.now(), {}, self.resources.definitions)
        columns: Objects = shown["columnDefinitions"]
        return dict(zip((column["name"] for column in columns), shown["rows"][0]["cells"], strict=True))

    def act(self, resource: str, name: str, subresource: str, verb: str, body: Object) -> Object:
        """A request on a subresource with a handler of its own."""
        kind = self._kind(resource)
        declared = kind.subresource(subresource)
        handler = declared.handler(verb) if declared else None
        assert handler is not None
        return handler(self.resources, self._key(kind, name), body, self._request())

    def _kind(self, resource: str) -> Kind:
        return self.resources.catalogue.by_resource(resource)

    @staticmethod
    def _key(kind: Kind, name: str) -> Key:
        return Key(NAMESPACE if kind.namespaced else "", name)

    def _request(self, dry_run: bool = False) -> Request:
        self._last = self.resources.request(dry_run=dry_run)
        return self._last


def refusal(call: Callable[..., Any], *args: Any, **options: Any) -> StatusError:
    """The error that the call ends in."""
    with pytest.raises(StatusError) as caught:
        call(*args, **options)
    return caught.value


def causes(call: Callable[..., Any], *args: Any, **options: Any) -> list[str]:
    """Field and message of each cause of the 422 that the call ends in."""
    failure = refusal(call, *args, **options)
    assert failure.code == 422, failure.message
    assert failure.details is not None
    return [f"{cause['field']}: {cause['message']}" for cause in failure.details["causes"]]
