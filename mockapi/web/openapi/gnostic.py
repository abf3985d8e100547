"""An OpenAPI v2 document in the Protocol Buffers form that Go clients ask for (media type proto-openapi.spec.v2).

Only what documents of `v2` hold is written. The numbers are those of the messages of package openapi.v2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from mockapi.registry.schema.definitions import Schema

_METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}
_LENGTH_DELIMITED = 2


def encode(document: Schema) -> bytes:
    """The document as a message Document."""
    info = document["info"]
    return b"".join(
        (
            _text(1, document["swagger"]),
            _field(2, _text(1, info["title"]) + _text(2, info["version"])),
            _field(8, _named(2, document["paths"], _path_item)),
            _field(9, _named(1, document["definitions"], _schema)),
        )
    )


def _path_item(item: Schema) -> bytes:
    operations = b"".join(_field(number, _operation(item[method])) for method, number in _METHODS.items() if method in item)
    return operations + _parameters(9, item["parameters"])


def _operation(operation: Schema) -> bytes:
    return b"".join(
        (
            _texts(1, operation["tags"]),
            _text(3, operation["description"]),
            _text(5, operation["operationId"]),
            _texts(6, operation["produces"]),
            _texts(7, operation["consumes"]),
            _parameters(8, operation["parameters"]),
            _field(9, _named(1, operation["responses"], _response)),
            _extensions(13, operation),
        )
    )


def _parameters(number: int, parameters: Iterable[Schema]) -> bytes:
    return b"".join(_field(number, _field(1, _parameter(parameter))) for parameter in parameters)


def _parameter(parameter: Schema) -> bytes:
    place, required = parameter["in"], parameter.get("required", False)
    if place == "body":
        return _field(1, _text(2, parameter["name"]) + _text(3, place) + _flag(4, required) + _field(5, _schema(parameter["schema"])))
    common = _flag(1, required) + _text(2, place) + _text(3, parameter["description"]) + _text(4, parameter["name"])
    if place == "query":
        return _field(2, _field(3, common + _text(6, parameter["type"]) + _flag(20, parameter["uniqueItems"])))
    return _field(2, _field(4, common + _text(5, parameter["type"]) + _flag(19, parameter["uniqueItems"])))


def _response(response: Schema) -> bytes:
    return _field(1, _text(1, response["description"]) + _field(2, _field(1, _schema(response["schema"]))))


def _schema(schema: Schema) -> bytes:
    parts = [_text(1, schema.get("$ref", "")), _text(2, schema.get("format", "")), _text(4, schema.get("description", ""))]
    parts.append(_texts(19, schema.get("required", ())))
    parts += [_field(20, _any(value)) for value in schema.get("enum", ())]
    if isinstance(schema.get("additionalProperties"), dict):
        parts.append(_field(21, _field(1, _schema(schema["additionalProperties"]))))
    if "type" in schema:
        parts.append(_field(22, _text(1, schema["type"])))
    if "items" in schema:
        parts.append(_field(23, _field(1, _schema(schema["items"]))))
    if "properties" in schema:
        parts.append(_field(25, _named(1, schema["properties"], _schema)))
    return b"".join(parts) + _extensions(31, schema)


def _extensions(number: int, holder: Schema) -> bytes:
    return _named(number, {name: value for name, value in holder.items() if name.startswith("x-")}, _any)


def _any(value: object) -> bytes:
    """A value as YAML text, of which JSON is a part."""
    return _text(2, orjson.dumps(value).decode())


def _named(number: int, values: Mapping[str, Any], write: Callable[[Any], bytes]) -> bytes:
    """A map: a repeated message of name and value."""
    return b"".join(_field(number, _text(1, name) + _field(2, write(value))) for name, value in values.items())


def _texts(number: int, values: Iterable[str]) -> bytes:
    return b"".join(_field(number, value.encode()) for value in values)


def _text(number: int, value: str) -> bytes:
    return _field(number, value.encode()) if value else b""


def _flag(number: int, value: bool) -> bytes:
    return _varint(number << 3) + b"\x01" if value else b""


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    """An unsigned integer, seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
