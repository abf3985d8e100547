"""Turns messages into Python functions that write them, each message once and when first needed."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from mockapi.machinery.meta import Object
from mockapi.registry.schema import goshape
from mockapi.registry.schema.definitions import Definitions, minors, struct_name
from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.messages import Field, Shape
from mockapi.registry.schema.protobuf.special import SPECIAL_FIELDS
from mockapi.registry.schema.protobuf.wire import FIXED64, LENGTH, VARINT, delimited, encoded_varint, tag

Write = Callable[[Any], bytes]
"""Writes a value without its field's tag."""

_KEY, _VALUE = 1, 2  # an entry of a map
# The only value that Go leaves out of JSON when it is zero, and thus the only one that goshape holds for a pointer.
_VALUE_LEFT_OUT = ("ObjectMeta", "creationTimestamp")
_TIMES = ("Time", "MicroTime")
_ALWAYS_STRUCTS = ("metadata", "spec", "status")
_SPECIAL_ZEROS = {"Quantity": "0", "IntOrString": 0}


class _Plan(NamedTuple):
    """How a field is written, and what is when it is unset, with its tag. An embedded struct, without a name, gets the whole object."""

    name: str
    write: Write
    unset: bytes


@cache
def writer(definition: str) -> Write:
    """Writes the JSON value of a message. LookupError when there is no message of that name."""
    fields = SPECIAL_FIELDS.get(definition)
    write = _message(definition, definition)
    if fields is None:
        return write

    def special(value: Any) -> bytes:
        found = fields(value)
        return b"" if found is None else write(found)

    return special


def _message(definition: str, holder: str) -> Write:
    """Writes an object as a message. `holder` is the definition that holds the fields in JSON: for an embedded struct another one."""
    plans = [_plan(number, field, holder) for number, field in sorted(messages.fields(definition).items())]

    def write(obj: Object) -> bytes:
        out = []
        for name, written, unset in plans:
            value = obj.get(name) if name else obj
            if value is not None:
                out.append(written(value))
            elif unset:
                out.append(unset)
        return b"".join(out)

    return write


def _plan(number: int, field: Field, holder: str) -> _Plan:
    if field.shape is Shape.EMBEDDED:
        return _Plan("", _delimited(number, _message(field.type, holder)), b"")
    if field.shape is Shape.LIST:
        return _Plan(field.name, _list(_tagged(number, field.type)), b"")
    if field.shape is Shape.MAP:
        return _Plan(field.name, _map(number, _tagged(_VALUE, field.type)), b"")
    write = _tagged(number, field.type)
    return _Plan(field.name, write, _unset(number, field) if _is_value(holder, field) else b"")


def _list(write: Write) -> Write:
    return lambda items: b"".join([write(item) for item in items])


def _map(number: int, write: Write) -> Write:
    start, key_start = tag(number, LENGTH), tag(_KEY, LENGTH)

    def written(entries: Object) -> bytes:
        out = []
        for key, value in sorted(entries.items()):
            name = key.encode()
            entry = key_start + encoded_varint(len(name)) + name + write(value)
            out.append(start + encoded_varint(len(entry)) + entry)
        return b"".join(out)

    return written


def _tagged(number: int, named: str) -> Write:
    """Writes a value of a type with the tag of its field."""
    if named in ("int32", "int64", "bool"):
        start = tag(number, VARINT)
        return lambda value: start + encoded_varint(value)
    if named == "double":
        start = tag(number, FIXED64)
        return lambda value: start + struct.pack("<d", value)
    return _delimited(number, _LENGTHS.get(named) or _when_needed(named))


def _delimited(number: int, write: Write) -> Write:
    start = tag(number, LENGTH)

    def written(value: Any) -> bytes:
        data = write(value)
        return start + encoded_varint(len(data)) + data

    return written


def _when_needed(definition: str) -> Write:
    """The writer of a message that may hold itself."""

    def write(value: Any) -> bytes:
        return writer(definition)(value)

    return write


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else base64.b64decode(value)


_LENGTHS: dict[str, Write] = {"string": str.encode, "bytes": _bytes}


def _unset(number: int, field: Field) -> bytes:
    """The zero of a field's type."""
    if field.type in messages.SCALARS:
        return _tagged(number, field.type)("" if field.type == "string" else 0)
    if field.type not in SPECIAL_FIELDS:
        return delimited(number, writer(field.type)({}))
    zero = _SPECIAL_ZEROS.get(struct_name(field.type))
    return delimited(number, b"" if zero is None else writer(field.type)(zero))


def _is_value(holder: str, field: Field) -> bool:
    """Whether Go holds a field by value, by the rules of `goshape`; of bytes it is known only whether there are any."""
    struct, group = struct_name(holder), holder.split(".")[-3]
    if (struct, field.name) == _VALUE_LEFT_OUT:
        return True
    if field.type == "bytes" or goshape.fact(goshape.POINTERS, group, struct, field.name):
        return False
    if field.type in messages.SCALARS or struct_name(field.type) in _TIMES or field.name in _ALWAYS_STRUCTS:
        return True
    return goshape.fact(goshape.VALUES, group, struct, field.name) or field.name in _required(holder)


@cache
def _required(definition: str) -> frozenset[str]:
    """The fields that a definition requires, as the latest minor has it that knows it."""
    known = (Definitions.for_minor(minor) for minor in reversed(minors()))
    return next((definitions.required(definition) for definitions in known if definition in definitions), frozenset())
