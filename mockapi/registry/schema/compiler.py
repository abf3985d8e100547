"""Turns definitions into Python functions that decode values of them, each definition once and when first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import RLock
from typing import Any, NamedTuple

from mockapi.registry.schema import goshape, scalars
from mockapi.registry.schema.crds import SPECIAL_PROPS
from mockapi.registry.schema.definitions import Definitions, Schema, go_type, json_type, reference, struct_name
from mockapi.registry.schema.gonames import field_type, item_name, schema_type
from mockapi.registry.schema.report import FieldStep, Position, mismatch, unknown_field
from mockapi.registry.schema.scalars import Convert

_PLAIN: dict[str, type] = {"string": str, "boolean": bool}
_ZERO_SCALARS: dict[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}
_SPECIAL: dict[str, Convert] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": scalars.quantity,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": scalars.int_or_string,
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": scalars.time,
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": scalars.micro_time,
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": scalars.anything,
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": scalars.anything,
    "io.k8s.apimachinery.pkg.runtime.RawExtension": scalars.anything,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": scalars.anything,
}
_SPECIAL_ZEROS: dict[str, Any] = {"Quantity": "0", "IntOrString": 0}
_TIMES = ("Time", "MicroTime")
_ALWAYS_STRUCTS = ("metadata", "spec", "status")


class _Field(NamedTuple):
    """A field of a compiled struct; values of the type `plain` need no converting, `keep` says that empty ones stay."""

    plain: type | None
    keep: bool
    convert: Convert
    step: FieldStep


class Compiler:
    """The decoders of all definitions of a minor. Safe for use by many threads."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._converts: dict[str, Convert] = dict(_SPECIAL)
        self._compiling = RLock()
        self._underway: set[str] = set()

    def convert(self, definition: str) -> Convert:
        """The decoder of a definition. A definition that holds itself gets one that looks itself up when called."""
        return self._converts.get(definition) or self._made(definition)

    def _made(self, definition: str) -> Convert:
        with self._compiling:
            if definition in self._underway:
                return self._later(definition)
            if definition not in self._converts:
                self._underway.add(definition)
                self._converts[definition] = self._compile(definition)
                self._underway.remove(definition)
            return self._converts[definition]

    def _later(self, definition: str) -> Convert:
        def convert(value: Any, at: Position) -> Any:
            return self.convert(definition)(value, at)

        return convert

    def _compile(self, definition: str) -> Convert:
        if struct_name(definition) in SPECIAL_PROPS:
            schema_props = definition.rpartition(".")[0] + ".JSONSchemaProps"
            return SPECIAL_PROPS[struct_name(definition)](self.convert(schema_props))
        return self._struct(definition)

    def _struct(self, definition: str) -> Convert:
        properties = self._definitions.properties(definition)
        fields = {name: self._field(definition, name, schema) for name, schema in properties.items()}
        always = [name for name, schema in properties.items() if self._is_written(definition, name, schema)]
        structs = [name for name in always if self._is_struct(definition, name, properties[name])]
        zeros = [(name, self._zero(definition, name, properties[name])) for name in always if name not in structs]
        return _decode_struct(fields, zeros, [(name, fields[name].convert, fields[name].step) for name in structs], go_type(definition))

    def _field(self, definition: str, name: str, schema: Schema) -> _Field:
        struct = struct_name(definition)
        convert = self._schema(schema, field_type(struct, name, schema), item_name(struct, name))
        step = FieldStep(name, self._go_path(definition, name), struct)
        return _Field(_plain(schema), self._keeps_empty(definition, name, schema), convert, step)

    def _keeps_empty(self, definition: str, name: str, schema: Schema) -> bool:
        """Whether an empty value that was sent stays. Empty lists, maps and bytes hardly ever do: storing them loses them."""
        if reference(schema) or self._says(goshape.NOTICED, definition, name):
            return True
        if json_type(schema) not in _ZERO_SCALARS or schema.get("format") == "byte":
            return False
        tables = (goshape.POINTERS, goshape.WRITTEN)
        return name in self._definitions.required(definition) or any(self._says(table, definition, name) for table in tables)

    def _go_path(self, definition: str, name: str) -> str:
        is_kind = "x-kubernetes-group-version-kind" in self._definitions[definition]
        embedded = "TypeMeta" if is_kind and name in ("apiVersion", "kind") else goshape.embedded_in(struct_name(definition), name)
        return f"{embedded}.{name}" if embedded else name

    def _is_written(self, definition: str, name: str, schema: Schema) -> bool:
        """Whether the field is there even when it is empty."""
        if name in self._definitions.required(definition) or self._says(goshape.WRITTEN, definition, name):
            return True
        target = reference(schema)
        if not target or self._says(goshape.POINTERS, definition, name):
            return False
        return struct_name(target) in _TIMES or name in _ALWAYS_STRUCTS or self._says(goshape.VALUES, definition, name)

    def _is_struct(self, definition: str, name: str, schema: Schema) -> bool:
        target = reference(schema)
        return target is not None and target not in _SPECIAL and not self._says(goshape.POINTERS, definition, name)

    def _zero(self, definition: str, name: str, schema: Schema) -> Any:
        """What is written for an unset field: null for lists, maps, times and pointers."""
        if self._says(goshape.POINTERS, definition, name):
            return None
        target = reference(schema)
        if target:
            return _SPECIAL_ZEROS.get(struct_name(target))
        return None if schema.get("format") == "byte" else _ZERO_SCALARS.get(json_type(schema))

    def _schema(self, schema: Schema, type_name: str, named: str) -> Convert:
        target = reference(schema)
        if target:
            return self.convert(target)
        kind = json_type(schema)
        if kind == "array":
            return _decode_list(*self._inner(schema["items"], named), type_name)
        if kind == "object" and "additionalProperties" in schema:
            return _decode_map(*self._inner(schema["additionalProperties"], named), type_name)
        return _scalar(kind, schema, type_name)

    def _inner(self, schema: Schema, named: str) -> tuple[Convert, Callable[[Position], Any], type | None]:
        """How items or map values are decoded, what null ones become, and which pass unchanged."""
        return self._schema(schema, schema_type(schema, named), named), self._null(schema), _plain(schema)

    def _null(self, schema: Schema) -> Callable[[Position], Any]:
        """What an item or entry that is null becomes: the zero of its type."""
        target = reference(schema)
        if target and target not in _SPECIAL:
            convert = self.convert(target)
            return lambda at: convert({}, at)
        zero = _SPECIAL_ZEROS.get(struct_name(target)) if target else _ZERO_SCALARS.get(json_type(schema))
        return lambda at: zero

    def _says(self, table: dict[str, frozenset[str]], definition: str, name: str) -> bool:
        group = definition.split(".")[-3]
        return goshape.fact(table, group, struct_name(definition), name)


@cache
def compiler(definitions: Definitions) -> Compiler:
    """The compiler of a minor's definitions, one for each process."""
    return Compiler(definitions)


def _scalar(kind: str, schema: Schema, type_name: str) -> Convert:
    if kind == "string" and schema.get("format") == "byte":
        return scalars.data
    if kind == "integer":
        return scalars.integer(type_name)
    return scalars.number if kind == "number" else scalars.exactly(_PLAIN[kind], type_name)


def _decode_struct(
    fields: dict[str, _Field], zeros: list[tuple[str, Any]], structs: list[tuple[str, Convert, FieldStep]], type_name: str
) -> Convert:
    """Decodes an object with known fields; `zeros` and `structs` are what is written for those that are unset."""
    find = fields.get

    def decode(value: Any, at: Position) -> Any:
        if type(value) is not dict:
            return mismatch(value, at, type_name, "struct")
        out = {}
        for key, item in value.items():
            field = find(key)
            if field is None:
                unknown_field(at, key)
                continue
            plain, keep, convert, step = field
            if type(item) is plain:
                made = item
            elif item is None:
                continue
            else:
                made = convert(item, (at, step))
            if made or (keep and made is not None):
                out[key] = made
        for key, zero in zeros:
            if key not in out:
                out[key] = zero
        for key, convert, step in structs:
            if key not in out:
                out[key] = convert({}, (at, step))
        return out

    return decode


def _decode_list(convert: Convert, null: Callable[[Position], Any], plain: type | None, type_name: str) -> Convert:
    """Decodes an array; items of the type `plain` need no converting."""

    def decode(value: Any, at: Position) -> Any:
        if type(value) is not list:
            return mismatch(value, at, type_name, "slice")
        return [
            item if type(item) is plain else null((at, index)) if item is None else convert(item, (at, index))
            for index, item in enumerate(value)
        ]

    return decode


def _decode_map(convert: Convert, null: Callable[[Position], Any], plain: type | None, type_name: str) -> Convert:
    """Decodes an object with free keys; values of the type `plain` need no converting."""

    def decode(value: Any, at: Position) -> Any:
        if type(value) is not dict:
            return mismatch(value, at, type_name, "map")
        return {
            key: item if type(item) is plain else null((at, key)) if item is None else convert(item, (at, key))
            for key, item in value.items()
        }

    return decode


def _plain(schema: Schema) -> type | None:
    """The Python type of values that pass unchanged."""
    return None if reference(schema) or schema.get("format") == "byte" else _PLAIN.get(json_type(schema))
