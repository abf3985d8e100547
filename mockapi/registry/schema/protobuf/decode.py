"""Decoding a body in the Kubernetes protobuf encoding into what the equivalent JSON would have held.

A body is four magic bytes and a `runtime.Unknown`: the type of the object, and the bytes of its message. As in the generated Go code,
unknown fields are skipped, the last of several values wins, and messages that come in parts are merged.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from mockapi.machinery.meta import Object
from mockapi.registry.schema.definitions import Definitions, struct_name
from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.messages import Field, Shape
from mockapi.registry.schema.protobuf.special import SPECIAL
from mockapi.registry.schema.protobuf.wire import FIXED64, LENGTH, VARINT, records, signed, varint
from mockapi.registry.schema.report import DecodeError

MAGIC = b"k8s\x00"
_UNKNOWN = "io.k8s.apimachinery.pkg.runtime.Unknown"
_DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
# Deeper than any schema in use, and less than what Python's stack holds.
_MOST_DEPTH = 100

_KEY, _VALUE = 1, 2  # an entry of a map


class _Scalar(NamedTuple):
    wire_type: int
    read: Callable[[Any], Any]
    zero: Any


_SCALARS = {
    "string": _Scalar(LENGTH, lambda value: value.decode("utf-8", "replace"), ""),
    "bytes": _Scalar(LENGTH, lambda value: base64.b64encode(value).decode(), ""),
    "bool": _Scalar(VARINT, bool, False),
    "int32": _Scalar(VARINT, lambda value: signed(value, 32), 0),
    "int64": _Scalar(VARINT, lambda value: signed(value, 64), 0),
    "double": _Scalar(FIXED64, lambda value: struct.unpack("<d", value)[0], 0.0),
}


class UnreadableObjectError(DecodeError):
    """The body says what it holds, and the message in it is malformed."""

    def __init__(self, text: str, type_meta: Object) -> None:
        super().__init__(text)
        self.type_meta = type_meta


def decode(data: bytes, definitions: Definitions, default: Object) -> Object:
    """The object of a body, with its apiVersion and kind; `default` holds those of a body that leaves them out.

    A type without a known message is answered with its apiVersion and kind alone. DecodeError when the bytes are no such body.
    """
    type_meta, raw = _envelope(data)
    obj: Object = {name: type_meta.get(name) or default[name] for name in ("apiVersion", "kind")}
    definition = _definition(definitions, **obj)
    if definition is None:
        return obj
    try:
        obj.update(_message(definition, raw))
    except DecodeError as error:
        raise UnreadableObjectError(str(error), obj) from None
    return obj


def is_known(definitions: Definitions, apiVersion: str, kind: str) -> bool:  # noqa: N803
    """Whether objects of the type can be read from this encoding: custom resources cannot."""
    return _definition(definitions, apiVersion, kind) is not None


def _definition(definitions: Definitions, apiVersion: str, kind: str) -> str | None:  # noqa: N803
    if kind == "DeleteOptions":  # of every group
        return _DELETE_OPTIONS
    group, _, version = apiVersion.rpartition("/")
    name = definitions.name_of(group, version, kind)
    return name if name and messages.known(name) else None


def _envelope(data: bytes) -> tuple[Object, bytes]:
    """The type, and the message's bytes."""
    if not data:
        raise DecodeError("empty data")
    if not data.startswith(MAGIC):
        raise DecodeError(f"provided data does not appear to be a protobuf message, expected prefix [{' '.join(map(str, MAGIC))}]")
    if len(data) == len(MAGIC):
        raise DecodeError("empty body")
    unknown = _message(_UNKNOWN, data[len(MAGIC) :])
    return unknown.get("typeMeta", {}), base64.b64decode(unknown.get("raw", ""))


def _message(definition: str, data: bytes, depth: int = 0, held: Object | None = None) -> Object:
    """The fields of a message; those of its earlier part, if there is one, are held already."""
    if depth > _MOST_DEPTH:
        raise DecodeError("exceeded max depth")
    obj: Object = {} if held is None else held
    fields = messages.fields(definition)
    for number, wire_type, value in records(data, struct_name(definition)):
        field = fields.get(number)
        if field is not None:
            _add(obj, field, wire_type, value, depth + 1)
    return obj


def _add(obj: Object, field: Field, wire_type: int, value: Any, depth: int) -> None:
    if field.shape is Shape.EMBEDDED:
        _message(field.type, _expected(field.name, wire_type, LENGTH, value), depth, obj)
    elif field.shape is Shape.LIST:
        obj.setdefault(field.name, []).extend(_items(field, wire_type, value, depth))
    elif field.shape is Shape.MAP:
        key, item = _entry(field, _expected(field.name, wire_type, LENGTH, value), depth)
        obj.setdefault(field.name, {})[key] = item
    else:
        obj[field.name] = _value(field, wire_type, value, depth, obj.get(field.name))


def _items(field: Field, wire_type: int, value: Any, depth: int) -> list[Any]:
    scalar = _SCALARS.get(field.type)
    if scalar is None or scalar.wire_type != VARINT or wire_type != LENGTH:
        return [_value(field, wire_type, value, depth)]
    items, at = [], 0
    while at < len(value):  # packed
        item, at = varint(value, at)
        items.append(scalar.read(item))
    return items


def _entry(field: Field, data: bytes, depth: int) -> tuple[str, Any]:
    """A map's entry; a key or value that is left out is zero."""
    scalar = _SCALARS.get(field.type)
    key, item = "", scalar.zero if scalar else _value(field, LENGTH, b"", depth)
    for number, wire_type, value in records(data, "proto"):
        if number == _KEY:
            key = _SCALARS["string"].read(_expected(field.name, wire_type, LENGTH, value))
        elif number == _VALUE:
            item = _value(field, wire_type, value, depth)
    return key, item


def _value(field: Field, wire_type: int, value: Any, depth: int, held: Any = None) -> Any:
    scalar = _SCALARS.get(field.type)
    if scalar:
        return scalar.read(_expected(field.name, wire_type, scalar.wire_type, value))
    _expected(field.name, wire_type, LENGTH, value)
    special = SPECIAL.get(field.type)
    return special(_message(field.type, value, depth)) if special else _message(field.type, value, depth, held)


def _expected(name: str, wire_type: int, expected: int, value: Any) -> Any:
    if wire_type != expected:
        raise DecodeError(f"proto: wrong wireType = {wire_type} for field {name[:1].upper()}{name[1:]}")
    return value
