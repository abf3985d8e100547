"""Joins managedFields to the writes of the API: which fields a writer can own, of each kind and each of its subresources."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object
from mockapi.registry.apply.compile import only, without
from mockapi.registry.apply.fieldmanager import FieldManager
from mockapi.registry.apply.kinds import type_of
from mockapi.registry.body import Patch
from mockapi.registry.kind import Kind
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions

# What only the server writes: nobody owns it.
_SYSTEM_FIELDS = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "creationTimestamp"),
    ("metadata", "selfLink"),
    ("metadata", "uid"),
    ("metadata", "generation"),
    ("metadata", "managedFields"),
    ("metadata", "resourceVersion"),
)
# Field managers of the kinds and versions in use; those of custom resources come and go with their definitions.
_REMEMBERED = 1024


class Ownership:
    """Records in objects who owns their fields, and applies configurations to them."""

    def __init__(self, pipeline: Pipeline, definitions: Definitions) -> None:
        self._pipeline = pipeline
        self._definitions = definitions
        self._manager: Callable[[Kind, str], FieldManager] = lru_cache(_REMEMBERED)(self._make_manager)

    def created(self, kind: Kind, obj: Object, request: Request, subresource: str = "") -> None:
        """Records the maker of an object that was decoded and is about to be created."""
        self._manager(kind, subresource).created(obj, request.field_manager, timestamp(request.clock.now()))

    def updated(self, kind: Kind, obj: Object, old: Object, request: Request, subresource: str = "") -> None:
        """Records the owners of a decoded object that is about to replace another."""
        self._manager(kind, subresource).updated(old, obj, request.field_manager, timestamp(request.clock.now()))

    def applied(self, kind: Kind, live: Object | None, patch: Patch, request: Request, subresource: str = "") -> Object:
        """What an apply makes of the live object, if there is one: not decoded, its owners recorded. StatusError 400, 409 or 500."""
        time = timestamp(request.clock.now())
        return self._manager(kind, subresource).apply(live, patch.value, request.field_manager, request.force, time)

    def _make_manager(self, kind: Kind, subresource: str) -> FieldManager:
        subresource = subresource or kind.strategy.subresource
        whole = type_of(kind, self._definitions)
        reset = kind.strategy.reset_fields(subresource)
        tracked = without(whole, _SYSTEM_FIELDS + tuple(tuple(path.split(".")) for path in reset))
        allowed = kind.strategy.owned_fields(subresource)
        if allowed:
            tracked = only(tracked, [tuple(path.split(".")) for path in allowed])
        return FieldManager(kind.api_version, kind.kind, whole, tracked, lambda: self._empty(kind), subresource)

    def _empty(self, kind: Kind) -> Object:
        """An object of the kind before anything is written to it."""
        named = {"kind": kind.kind, "apiVersion": kind.api_version}
        if kind.codec is not None:
            return {**named, "metadata": {}}
        decoder = Decoder(self._definitions, self._pipeline.definition_name(kind))
        return {**decoder.decode({"metadata": {}}).object, **named}
