"""Types for managed fields, made of definitions: x-kubernetes-list-type, -list-map-keys and -map-type say who owns what as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from threading import Lock

from mockapi.registry.apply.lists import Associative, PlainList
from mockapi.registry.apply.maps import Deduced, Granular
from mockapi.registry.apply.types import Atomic, Scalar, Type
from mockapi.registry.schema.definitions import Definitions, Schema, json_type, reference, struct_name

_SCALARS = {"string": Scalar("string"), "boolean": Scalar("boolean"), "integer": Scalar("numeric"), "number": Scalar("numeric")}
_UNTYPED = Scalar("untyped")
_ANYTHING = Atomic(Deduced())

# What an item may leave out of its keys: the published definitions lack these defaults.
_KEY_DEFAULTS = {
    ("ContainerPort", "protocol"): "TCP",
    ("ServicePort", "protocol"): "TCP",
    ("LocalObjectReference", "name"): "",
}


class Types:
    """The types of all definitions of a minor, each made once and when first needed. Safe for use by many threads."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._ready: dict[str, Type] = {}
        self._making = Lock()
        self._structs: dict[str, Granular] = {}  # for who makes them: some are not whole yet

    def of(self, definition: str) -> Type:
        """The type of a definition. KeyError when there is none of that name."""
        return self._ready.get(definition) or self._made(definition)

    def _made(self, definition: str) -> Type:
        with self._making:
            return self._ready.setdefault(definition, self._of(definition))

    def _of(self, definition: str) -> Type:
        schema = self._definitions[definition]
        if "properties" not in schema:
            return _without_fields(schema)
        struct = self._struct(definition)
        return Atomic(struct) if schema.get("x-kubernetes-map-type") == "atomic" else struct

    def _struct(self, definition: str) -> Granular:
        """A definition's fields, whether or not it is atomic."""
        if definition not in self._structs:
            struct = self._structs[definition] = Granular()
            struct.fields.update((name, self._schema(schema)) for name, schema in self._definitions.properties(definition).items())
        return self._structs[definition]

    def _schema(self, schema: Schema) -> Type:
        target = reference(schema)
        if target is not None:
            granular = schema.get("x-kubernetes-map-type") == "granular"
            return self._struct(target) if granular else self._of(target)
        if json_type(schema) == "array":
            return self._list(schema)
        if "additionalProperties" in schema:
            values = Granular(element=self._schema(schema["additionalProperties"]))
            return Atomic(values) if schema.get("x-kubernetes-map-type") == "atomic" else values
        return _without_fields(schema)

    def _list(self, schema: Schema) -> Type:
        item = self._schema(schema["items"])
        kind = schema.get("x-kubernetes-list-type", "atomic")
        if kind == "atomic":
            return Atomic(PlainList(item))
        keys = schema.get("x-kubernetes-list-map-keys") or ()
        return Associative(item, keys, _defaults(reference(schema["items"]), keys))


@cache
def types(definitions: Definitions) -> Types:
    """The types of a minor's definitions, one set of them for each process."""
    return Types(definitions)


def without(of: Type, paths: Iterable[tuple[str, ...]]) -> Type:
    """The type with the fields at these paths left out: nobody comes to own them."""
    if not isinstance(of, Granular):
        return of
    left = Granular(of.fields, of.element)
    for path in paths:
        inner = left.fields.get(path[0])
        if len(path) == 1:
            left.fields.pop(path[0], None)
        elif inner is not None:
            left.fields[path[0]] = without(inner, [path[1:]])
    return left


def only(of: Type, paths: Iterable[tuple[str, ...]]) -> Type:
    """The type with nothing but the fields at these paths, and what is below them; a path goes on in the items of a list."""
    below: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    if isinstance(of, Associative):
        return of.with_items(lambda item: only(item, paths))
    if not isinstance(of, Granular):
        return of
    kept = {name: inner for name, inner in of.fields.items() if name in below}
    return Granular({name: inner if () in below[name] else only(inner, below[name]) for name, inner in kept.items()})


def _without_fields(schema: Schema) -> Type:
    return _SCALARS.get(json_type(schema)) or (_UNTYPED if "oneOf" in schema else _ANYTHING)


def _defaults(item: str | None, keys: Iterable[str]) -> dict[str, str]:
    struct = struct_name(item) if item else ""
    return {key: _KEY_DEFAULTS[struct, key] for key in keys if (struct, key) in _KEY_DEFAULTS}
