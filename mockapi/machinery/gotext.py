"""JSON values as the real server's error messages print them: in the notations of Go's fmt package."""

from __future__ import annotations

from typing import Any

_TYPES = {dict: "map[string]interface {}", list: "[]interface {}", str: "string", bool: "bool", int: "int64", float: "float64"}
_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", '"': r"\"", "\\": r"\\"}


def value_text(value: Any) -> str:
    """The verb %v: `map[a:1 b:[x y]]`, keys sorted, strings bare."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{value_text(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(value_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "<nil>" if value is None else str(value)


def quoted(text: str) -> str:
    """The verb %q: in quotation marks, what cannot be printed escaped."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def type_name(value: Any) -> str:
    """The Go type that a JSON value is decoded into."""
    return "%!s(<nil>)" if value is None else _TYPES[type(value)]


def json_type_name(value: Any) -> str:
    """A JSON value's type as the errors of Go's decoder name it."""
    return "null" if value is None else _JSON_TYPES[type(value)]
