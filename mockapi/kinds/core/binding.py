"""core/v1 Binding: the oldest way to put a pod on a node. Nothing is stored: it comes to the same as pods/binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.core.pod.binding import bind_named
from mockapi.machinery.meta import Key, Object, name_of
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(resources: Resources, key: Key, binding: Object, request: Request) -> Object:
    """POST: the pod is the one that the binding is named after. StatusError 404, 409 or 500."""
    return bind_named(resources, Key(key.namespace, name_of(binding)), binding, request)


KIND = Kind(
    group="",
    version="v1",
    kind="Binding",
    plural="bindings",
    verbs=("create",),
    handlers=(("create", _create),),
)
