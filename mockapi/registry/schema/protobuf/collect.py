"""Gathers field numbers into `fields.json` from a Go program that carries the descriptors of its messages, such as kubectl up to 1.33:

    python -m mockapi.registry.schema.protobuf.collect /path/to/kubectl

What the table has already and the program has not stays: later minors, whose programs carry no descriptors, are entered by hand.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from mockapi.registry.schema.definitions import Definitions, minors, struct_name
from mockapi.registry.schema.protobuf.messages import TABLE, Table
from mockapi.registry.schema.protobuf.wire import records

# google.protobuf.FileDescriptorProto, DescriptorProto and FieldDescriptorProto: the numbers of what is read of them.
_FILE_PACKAGE, _FILE_MESSAGE = 2, 4
_MESSAGE_NAME, _MESSAGE_FIELD, _MESSAGE_NESTED = 1, 2, 3
_NAME, _NUMBER, _LABEL, _TYPE, _TYPE_NAME = 1, 3, 4, 5, 6
_REPEATED, _MESSAGE = 3, 11
_SCALAR_TYPES = {1: "double", 3: "int64", 5: "int32", 8: "bool", 9: "string", 12: "bytes"}
# What goes over the wire and is no definition.
_BEYOND = (
    "apimachinery.pkg.runtime.Unknown",
    "apimachinery.pkg.apis.meta.v1.PartialObjectMetadata",
    "apimachinery.pkg.apis.meta.v1.PartialObjectMetadataList",
    "apimachinery.pkg.apis.meta.v1beta1.PartialObjectMetadataList",
    "api.apidiscovery.v2.APIGroupDiscoveryList",
)
_GZIP = re.compile(rb"\x1f\x8b\x08\x00")
_MOST = 1 << 20

Message = dict[str, tuple[int, str]]
Packages = dict[str, dict[str, Message]]


def main(program: str) -> None:
    """Merges the messages of a program into the table."""
    table: Table = orjson.loads(TABLE.read_bytes()) if TABLE.exists() else {}
    for package, messages in found_in(Path(program).read_bytes()).items():
        for name, message in messages.items():
            held = table.setdefault(package, {}).setdefault(name, {})
            held.update(message)
    TABLE.write_bytes(serialised(table))


def found_in(data: bytes) -> Packages:
    """The messages of a program's bytes that definitions of some minor or `_BEYOND` need, with the fields' names in JSON."""
    packages = dict(_file(content) for content in _descriptors(data))
    needed: set[str] = set()
    properties = _properties()
    for definition in (*_BEYOND, *properties):
        _need(definition, packages, needed)
    structs = {name: message for messages in packages.values() for name, message in messages.items()}
    return {
        package: {
            name: dict(_in_json(field, fact, properties.get(f"{package}.{name}", set()), structs) for field, fact in message.items())
            for name, message in messages.items()
            if f"{package}.{name}" in needed
        }
        for package, messages in packages.items()
    }


def _descriptors(data: bytes) -> Iterator[bytes]:
    """The serialised descriptors of Kubernetes' messages: Go embeds each as a gzip member."""
    for match in _GZIP.finditer(data):
        unpack = zlib.decompressobj(31)
        try:
            content = unpack.decompress(data[match.start() : match.start() + _MOST])
        except zlib.error:
            continue
        if unpack.eof and re.match(rb"\n.k8s\.io/.*generated\.proto", content):
            yield content


def _file(content: bytes) -> tuple[str, dict[str, Message]]:
    values = _values(content)
    package = _short(values[_FILE_PACKAGE][0])
    return package, dict(_message(message, package) for message in values.get(_FILE_MESSAGE, []))


def _message(content: bytes, package: str) -> tuple[str, Message]:
    values = _values(content)
    nested = [_values(entry) for entry in values.get(_MESSAGE_NESTED, [])]
    maps = {_text_of(entry, _NAME): entry[_MESSAGE_FIELD][1] for entry in nested}
    return _text_of(values, _NAME), dict(_field(field, package, maps) for field in values.get(_MESSAGE_FIELD, []))


def _field(content: bytes, package: str, maps: dict[str, bytes]) -> tuple[str, tuple[int, str]]:
    values = _values(content)
    entry = maps.get(_text_of(values, _TYPE_NAME).rpartition(".")[2])
    if entry is not None:
        named = "map[string]" + _type(_values(entry), package)
    else:
        named = ("[]" if values[_LABEL][0] == _REPEATED else "") + _type(values, package)
    return _text_of(values, _NAME), (values[_NUMBER][0], named)


def _type(values: dict[int, list[Any]], package: str) -> str:
    if values[_TYPE][0] != _MESSAGE:
        return _SCALAR_TYPES[values[_TYPE][0]]
    named = _short(_text_of(values, _TYPE_NAME).encode())
    return named.removeprefix(f"{package}.") if named.rpartition(".")[0] == package else named


def _values(content: bytes) -> dict[int, list[Any]]:
    """A message's values by number."""
    values: dict[int, list[Any]] = {}
    for number, _, value in records(content, "descriptor"):
        values.setdefault(number, []).append(value)
    return values


def _text_of(values: dict[int, list[Any]], number: int) -> str:
    return str(values.get(number, [b""])[0], "utf-8")


def _short(name: bytes) -> str:
    """`.k8s.io.api.core.v1.Pod` without what all names begin with."""
    return name.decode().removeprefix(".").removeprefix("k8s.io.").replace("_", "-")


def _properties() -> dict[str, set[str]]:
    """The fields in JSON of each definition of any minor, by the definition's name without `io.k8s.`."""
    found: dict[str, set[str]] = {}
    for minor in minors():
        definitions = Definitions.for_minor(minor)
        for name in definitions:
            found.setdefault(name.removeprefix("io.k8s."), set()).update(definitions.properties(name))
    return found


def _need(definition: str, packages: Packages, needed: set[str]) -> None:
    """Adds a message and those that its fields hold."""
    package, _, name = definition.rpartition(".")
    if definition in needed or name not in packages.get(package, ()):
        return
    needed.add(definition)
    for _, named in packages[package][name].values():
        held = re.sub(r"^(\[\]|map\[string\])", "", named)
        _need(held if "." in held else f"{package}.{held}", packages, needed)


def _in_json(field: str, fact: tuple[int, str], properties: set[str], structs: dict[str, Message]) -> tuple[str, tuple[int, str]]:
    """A field under its name in JSON. A struct is embedded if JSON has no field for it, but for what it holds."""
    number, named = fact
    if not properties or field in properties:
        return field, fact
    if same := next((name for name in properties if name.lower() == field.lower()), None):
        return same, fact
    return (field, (number, f"({named})")) if properties & structs.get(struct_name(named), {}).keys() else (field, fact)


def serialised(table: Table) -> bytes:
    """The table with one line for each message, in order, so that changes read well."""
    packages = []
    for package, messages in sorted(table.items()):
        lines = [f'"{name}":{orjson.dumps(_sorted(message)).decode()}' for name, message in sorted(messages.items())]
        if lines:
            packages.append(f'"{package}":{{\n' + ",\n".join(lines) + "\n}")
    return ("{\n" + ",\n".join(packages) + "\n}\n").encode()


def _sorted(message: Message) -> Message:
    return dict(sorted(message.items(), key=lambda item: item[1][0]))


if __name__ == "__main__":
    main(sys.argv[1])
