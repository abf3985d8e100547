"""The API for controllers: in-process, plain dicts, the same pipeline as any client's request."""

from __future__ import annotations

from dataclasses import replace

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, key_of
from mockapi.registry.body import MERGE_PATCH, Body, Patch
from mockapi.registry.kind import Kind
from mockapi.registry.options import APPLY_PATCH, DeleteOptions, WriteOptions
from mockapi.registry.request import Request
from mockapi.registry.resources import Resources


class Client:
    """Calls by resource name (`services`, `deployments.apps`). What reads return is shared and must not be changed."""

    def __init__(self, resources: Resources, manager: str = "") -> None:
        """`manager` is the name that managedFields record for what is written."""
        self.resources = resources
        self._options = WriteOptions(field_manager=manager)

    def acting_as(self, manager: str) -> Client:
        """The same client, writing under the name of a component."""
        return Client(self.resources, manager)

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """The current object, or None."""
        self.resources.database.cache.catch_up()
        record = self.resources.database.cache.get(resource, Key(namespace, name))
        return record.object if record else None

    def list(self, resource: str, namespace: str = "") -> Objects:
        """The current objects of a namespace, or of all."""
        self.resources.database.cache.catch_up()
        return [record.object for record in self.resources.database.cache.list(resource, namespace)]

    def create(self, resource: str, obj: Object) -> Object:
        """Creates the object; raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        return self.resources.create(kind, key_of(obj).namespace, Body(obj), self._request())

    def update(self, resource: str, obj: Object, subresource: str = "") -> Object:
        """Replaces the object, if it is still at the resourceVersion that `obj` carries; raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        return self.resources.update(kind, key_of(obj), Body(obj), self._request(), subresource).object

    def update_status(self, resource: str, obj: Object) -> Object:
        """Replaces the object's status; as update."""
        return self.update(resource, obj, "status")

    def patch(self, resource: str, namespace: str, name: str, patch: Object, subresource: str = "") -> Object:
        """Applies a merge patch; raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        request = self._request()
        return self.resources.patch(kind, Key(namespace, name), Patch(MERGE_PATCH, patch), request, subresource)

    def apply(self, resource: str, obj: Object) -> Object:
        """Applies an object that holds what the manager cares for (server-side apply, KEP-555), by force; raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        request = self.resources.request(replace(self._options, force=True))
        return self.resources.apply(kind, key_of(obj), Patch(APPLY_PATCH, obj), request).object

    def scale(self, kind: Kind, key: Key) -> Object:
        """The autoscaling/v1 Scale of an object; raises StatusError."""
        return self.resources.scales.get(kind, key)

    def update_scale(self, kind: Kind, scale: Object) -> Object:
        """Scales the object that the Scale is of, if it is still at the resourceVersion that the Scale carries; raises StatusError."""
        return self.resources.scales.update(kind, key_of(scale), Body(scale), self._request())

    def act(self, resource: str, key: Key, subresource: str, body: Object, verb: str = "create") -> Object:
        """Calls a subresource that has a handler of its own, such as pods/binding; raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        declared = kind.subresource(subresource)
        if declared is None:
            raise errors.method_not_allowed()
        return self.resources.act(kind, key, verb, body, self._request(), declared)

    def delete(
        self, resource: str, namespace: str, name: str, *, uid: str = "", grace: int | None = None, propagation: str | None = None
    ) -> None:
        """Deletes the object if its uid is the one given; one that is gone already is fine. Raises StatusError."""
        kind = self.resources.catalogue.by_resource(resource)
        options = DeleteOptions(grace_period_seconds=grace, propagation_policy=propagation, precondition_uid=uid or None)
        try:
            self.resources.delete(kind, Key(namespace, name), options, self._request())
        except StatusError as failure:
            if failure.code != 404:
                raise

    def _request(self) -> Request:
        return self.resources.request(self._options)
