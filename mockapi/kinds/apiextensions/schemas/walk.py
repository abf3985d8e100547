"""Going through the schemas of a definition."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.meta import Object
from mockapi.registry.structural.formats import is_recognized
from mockapi.registry.structural.shape import Schema, items, properties, values

JUNCTORS = ("allOf", "anyOf", "oneOf")


def inner_schemas(schema: Schema) -> Iterator[Schema]:
    """The schemas that stand directly within one."""
    yield from properties(schema).values()
    for name in JUNCTORS:
        yield from schema.get(name) or ()
    yield from (inner for inner in (values(schema), items(schema), schema.get("not")) if inner is not None)


def all_schemas(schema: Schema) -> Iterator[Schema]:
    """A schema and all within it."""
    yield schema
    for inner in inner_schemas(schema):
        yield from all_schemas(inner)


def unrecognized_formats(spec: Object) -> list[str]:
    """The formats in the schemas of a spec that the server does not check, each once."""
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in spec.get("versions") or ()]
    formats = (inner.get("format", "") for schema in schemas if schema for inner in all_schemas(schema))
    return [name for name in dict.fromkeys(formats) if name and not is_recognized(name)]
