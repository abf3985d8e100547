"""Resources whose objects are stored in another form than that in which they are served: custom resources with their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mockapi.machinery.meta import Object
from mockapi.registry.conversion import converted
from mockapi.registry.schema.decode import Decoded
from mockapi.storage.records import Record

if TYPE_CHECKING:
    from mockapi.registry.kind import Kind


class Codec(Protocol):
    """Reads one served version from clients and from storage.

    A Kind without a codec is decoded by its OpenAPI definition and stored as it is.
    """

    @property
    def in_storage(self) -> bool:
        """Whether this version is the one in which objects are stored."""

    @property
    def schema(self) -> dict[str, Any]:
        """The OpenAPI schema of the version (JSONSchemaProps)."""

    def decode(self, value: Object) -> Decoded:
        """What a client sent, in the shape that the server keeps. DecodeError on wrong types, StatusError on another kind or version."""

    def convert(self, value: Object) -> Decoded:
        """The same for the outcome of a patch."""

    def stored(self, obj: Object) -> Object:
        """A new object, in the form to be stored."""

    def read(self, stored: Object) -> Object:
        """A new object, as this version serves a stored one."""

    def served(self, record: Record) -> Record:
        """A stored record as this version serves it."""


def as_stored(kind: Kind, obj: Object) -> Object:
    """An object in the form in which it is stored."""
    return obj if kind.codec is None else kind.codec.stored(obj)


def as_answered(kind: Kind, obj: Object) -> Object:
    """A written object as reading it back gives it."""
    return as_object(kind, as_stored(kind, obj))


def as_object(kind: Kind, stored: Object) -> Object:
    """A stored object as clients of the kind see it."""
    if kind.conversion is not None:
        return kind.conversion.from_hub(stored)
    return stored if kind.codec is None else kind.codec.read(stored)


def as_served(kind: Kind, record: Record) -> Record:
    """A stored record as clients of the kind see it."""
    if kind.conversion is not None:
        return converted(kind.conversion, record)
    return record if kind.codec is None else kind.codec.served(record)


def as_found(kind: Kind, record: Record) -> Object:
    """A stored record as the rules of the kind see it: in the version that was written, of built-in kinds in the stored one."""
    return record.object if kind.conversion is not None else as_served(kind, record).object


def all_served(kind: Kind, records: list[Record]) -> list[Record]:
    """The same as `as_served` for a list."""
    return records if kind.codec is None and kind.conversion is None else [as_served(kind, record) for record in records]
