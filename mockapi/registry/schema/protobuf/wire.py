"""The protobuf wire format: a message's bytes as numbered values, and back. Failures carry the texts of the generated Go code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockapi.registry.schema.report import DecodeError

VARINT, FIXED64, LENGTH, START_GROUP, END_GROUP, FIXED32 = range(6)
_FIXED = {FIXED64: 8, FIXED32: 4}
_MOST_SHIFT = 63
_SMALL = tuple(bytes([number]) for number in range(0x80))


class Record(NamedTuple):
    """One field as it stands in a message: an int for a varint, bytes for everything else."""

    number: int
    wire_type: int
    value: int | bytes


def records(data: bytes, message: str) -> Iterator[Record]:
    """The fields of a message, in order; groups, which no message uses, are skipped. DecodeError when the bytes are malformed.

    `message` is the message's name, for the error.
    """
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == END_GROUP:
            raise DecodeError(f"proto: {message}: wiretype end group for non-group")
        if not 0 < number < 2**29:
            raise DecodeError(f"proto: {message}: illegal tag {number} (wire type {tag})")
        if wire_type == START_GROUP:
            at = _after_group(data, at)
            continue
        value, at = _value(data, at, wire_type)
        yield Record(number, wire_type, value)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned integer of at most 64 bits, and where it ends."""
    value = shift = 0
    while True:
        if shift > _MOST_SHIFT:
            raise DecodeError("proto: integer overflow")
        if at >= len(data):
            raise DecodeError("unexpected EOF")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
        shift += 7


def encoded_varint(value: int) -> bytes:
    """An integer as a varint; a negative one as the 64 bits of its two's complement."""
    if 0 <= value < 0x80:
        return _SMALL[value]
    value &= 2**64 - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def tag(number: int, wire_type: int) -> bytes:
    """What stands before the value of a field."""
    return encoded_varint(number << 3 | wire_type)


def delimited(number: int, value: bytes) -> bytes:
    """A field that holds a text, bytes or a message."""
    return tag(number, LENGTH) + encoded_varint(len(value)) + value


def signed(value: int, bits: int) -> int:
    """The low bits of a varint as a signed integer, as Go converts it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _value(data: bytes, at: int, wire_type: int) -> tuple[int | bytes, int]:
    if wire_type == VARINT:
        return varint(data, at)
    if wire_type == LENGTH:
        size, at = varint(data, at)
    elif wire_type in _FIXED:
        size = _FIXED[wire_type]
    else:
        raise DecodeError(f"proto: illegal wireType {wire_type}")
    if size >= 2**63:
        raise DecodeError("proto: negative length found during unmarshaling")
    if at + size > len(data):
        raise DecodeError("unexpected EOF")
    return data[at : at + size], at + size


def _after_group(data: bytes, at: int) -> int:
    depth = 1
    while depth:
        tag, at = varint(data, at)
        if tag & 7 == START_GROUP:
            depth += 1
        elif tag & 7 == END_GROUP:
            depth -= 1
        else:
            _, at = _value(data, at, tag & 7)
    return at
