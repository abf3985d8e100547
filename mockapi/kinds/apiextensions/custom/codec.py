"""Reading custom resources: from clients, and from storage in whatever version they were stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import orjson

from mockapi.kinds.apiextensions.custom.webhook import WebhookConverter
from mockapi.machinery import errors
from mockapi.machinery.fielderrors import invalid
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.schema.compiler import compiler
from mockapi.registry.schema.decode import Decoded
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.report import Report
from mockapi.registry.schema.scalars import Convert
from mockapi.registry.structural.embedded import decoded_metadata
from mockapi.registry.structural.schema import StructuralSchema
from mockapi.storage.records import Record

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
# Records whose served form is remembered, for each served version.
_REMEMBERED = 4096


class CustomCodec:
    """Reads the objects of one resource in one of its versions."""

    def __init__(
        self,
        group: str,
        version: str,
        kind: str,
        schemas: Mapping[str, StructuralSchema],
        storage_version: str,
        definitions: Definitions,
        converter: WebhookConverter | None = None,
    ) -> None:
        """`schemas` holds the schema of each version, served or not; without a `converter` versions differ by name alone."""
        self._group_version = f"{group}/{version}"
        self._group = group
        self._version = version
        self._kind = kind
        self._schemas = schemas
        self._storage_version = storage_version
        self._definitions = definitions
        self._converter = converter
        self.served: Callable[[Record], Record] = lru_cache(_REMEMBERED)(self._served)

    @property
    def in_storage(self) -> bool:
        """Whether this version is the one in which objects are stored."""
        return self._version == self._storage_version

    @property
    def schema(self) -> dict[str, Any]:
        """The OpenAPI schema of the version."""
        return self.structural.schema

    @property
    def structural(self) -> StructuralSchema:
        """The version's schema."""
        return self._schemas[self._version]

    @cached_property
    def _metadata(self) -> Convert:
        return compiler(self._definitions).convert(_OBJECT_META)

    def decode(self, value: Object) -> Decoded:
        """What a client sent, pruned and with defaults. DecodeError on wrong metadata, StatusError on another kind or version."""
        self._check_type(value)
        obj = _copy(value)
        obj.setdefault("metadata", {})
        report, dropped = Report(), list[str]()
        decoded_metadata(self._metadata, obj, "", report)
        if self.structural.embedded is not None:
            self.structural.embedded(obj, "", lambda inner, path: decoded_metadata(self._metadata, inner, path, report))
        self.structural.prune(obj, "", dropped)
        self.structural.default(obj)
        return Decoded(obj, report.unknown + [f'unknown field "{path}"' for path in sorted(dropped)])

    def convert(self, value: Object) -> Decoded:
        """The same for the outcome of a patch."""
        return self.decode(value)

    def stored(self, obj: Object) -> Object:
        """A new object in the storage version. StatusError 500 when a webhook does not convert it."""
        return self._converted(_copy(obj), self._storage_version)

    def read(self, stored: Object) -> Object:
        """A new object, as this version serves a stored one: with the defaults of the version in which it is stored.

        StatusError 500 when a webhook does not convert it.
        """
        obj = _copy(stored)
        before = str(obj.get("apiVersion", "")).rpartition("/")[2]
        if before in self._schemas:
            self._schemas[before].prune(obj, "", [])
            self._schemas[before].default(obj)
        return obj if before == self._version else self._converted(obj, self._version)

    def _served(self, record: Record) -> Record:
        obj = self.read(record.object)
        if obj == record.object:
            return record
        return Record(record.revision, record.resource, record.key, orjson.dumps(obj))

    def _converted(self, obj: Object, version: str) -> Object:
        """The object in a version; what that does not know is lost. The object given may be changed."""
        api_version = f"{self._group}/{version}"
        if self._converter is not None and obj["apiVersion"] != api_version:
            obj = self._converter.convert(obj, api_version)
        obj["apiVersion"] = api_version
        self._schemas[version].prune(obj, "", [])
        return obj

    def _check_type(self, value: Object) -> None:
        """The object must say of what kind and version it is."""
        if value.get("apiVersion") != self._group_version:
            raise errors.bad_request(
                f"the API version in the data ({value.get('apiVersion')}) does not match the expected API version ({self._group_version})"
            )
        named = value.get("kind")
        if named != self._kind:
            raise errors.invalid(str(named), self._group, name_of(value), [invalid("kind", named, f"must be {self._kind}")])


def _copy(obj: Object) -> Object:
    copied: Object = orjson.loads(orjson.dumps(obj))
    return copied
