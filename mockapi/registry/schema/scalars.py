"""Decoders of values without fields: each takes a value other than null and gives what the server keeps, None after a reported failure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from mockapi.registry.schema.quantity import QuantityError, canonical
from mockapi.registry.schema.report import DecodeError, Position, fail, mismatch, refusal
from mockapi.registry.schema.times import TimeError, micro_time_text, time_text

Convert = Callable[[Any, Position], Any]

_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def exactly(kind: type, go_type: str) -> Convert:
    """Takes JSON values of one Python type: str or bool."""
    go_kind = "string" if kind is str else "bool"

    def convert(value: Any, at: Position) -> Any:
        return value if type(value) is kind else mismatch(value, at, go_type, go_kind)

    return convert


def integer(go_type: str) -> Convert:
    """Takes whole numbers in the range of int32 or int64."""
    low, high = _RANGES[go_type]

    def convert(value: Any, at: Position) -> Any:
        if type(value) is int and low <= value <= high:
            return value
        return mismatch(value, at, go_type, go_type)

    return convert


def number(value: Any, at: Position) -> Any:
    """Takes any number (float64)."""
    return value if type(value) in (int, float) else mismatch(value, at, "float64", "float64")


def int_or_string(value: Any, at: Position) -> int | str:
    """intstr.IntOrString; anything but a string is read as int32, whose failure ends the decoding."""
    low, high = _RANGES["int32"]
    if type(value) is str or (type(value) is int and low <= value <= high):
        return value
    raise refusal(value, at, "int32")


def quantity(value: Any, at: Position) -> str:
    """resource.Quantity, in canonical text; numbers are read as their text."""
    try:
        return canonical(value.strip() if type(value) is str else _literal(value))
    except QuantityError as error:
        raise DecodeError(str(error)) from None


def time(value: Any, at: Position) -> str:
    """metav1.Time; a wrong type or text ends the decoding."""
    return _time(value, at, time_text)


def micro_time(value: Any, at: Position) -> str:
    """metav1.MicroTime; a wrong type or text ends the decoding."""
    return _time(value, at, micro_time_text)


def data(value: Any, at: Position) -> Any:
    """[]byte: base64, answered without line breaks and with clean padding bits."""
    if type(value) is not str:
        return mismatch(value, at, "[]uint8", "slice")
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return _lenient_data(value, at)
    return base64.b64encode(raw).decode()


def anything(value: Any, at: Position) -> Any:
    """Values whose fields the server does not know: RawExtension, FieldsV1, JSON."""
    return value


def _literal(value: Any) -> str:
    return repr(value) if type(value) in (int, float) else "(no number)"


def _time(value: Any, at: Position, canonical_text: Callable[[str], str]) -> str:
    if type(value) is not str:
        raise refusal(value, at, "string")
    try:
        return canonical_text(value)
    except TimeError as error:
        raise DecodeError(str(error)) from None


def _lenient_data(value: str, at: Position) -> Any:
    """Base64 with line breaks, which Go skips; any other flaw is reported with Go's offset."""
    offset = _first_flaw(value.encode("utf-8", "surrogatepass").decode("latin-1"))
    if offset is not None:
        return fail(at, f"illegal base64 data at input byte {offset}")
    return base64.b64encode(base64.b64decode(value.replace("\r", "").replace("\n", ""))).decode()


def _first_flaw(text: str) -> int | None:
    """The offset that Go's base64 reports for a text, None when it is sound. Quanta are four letters; line breaks do not count."""
    filled = 0
    for index, letter in enumerate(text):
        if letter in "\r\n":
            continue
        if letter not in _ALPHABET:
            return _padding_flaw(text, index, filled) if letter == "=" else index
        filled = (filled + 1) % 4
    return len(text) - filled if filled else None


def _padding_flaw(text: str, index: int, filled: int) -> int | None:
    """The flaw at or after the first `=`, which stands after `filled` letters of its quantum."""
    if filled < 2:
        return index
    after = _skip_breaks(text, index + 1)
    if filled == 2:
        if after == len(text):
            return len(text)
        if text[after] != "=":
            return after - 1
        after = _skip_breaks(text, after + 1)
    return after if after < len(text) else None


def _skip_breaks(text: str, index: int) -> int:
    while index < len(text) and text[index] in "\r\n":
        index += 1
    return index
