"""Metadata of custom resources and of objects embedded in them (x-kubernetes-embedded-resource): decoded as that of any object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, Path, invalid, required
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_object_meta
from mockapi.registry.schema.decode import DecodeError
from mockapi.registry.schema.report import Position, Report
from mockapi.registry.schema.scalars import Convert
from mockapi.registry.structural.shape import Schema, is_embedded, items, joined, properties, values

# Calls back for every embedded object of a value: (object, its path).
Visit = Callable[[Object, str], None]
Walk = Callable[[Any, str, Visit], None]


def embedded_walk(schema: Schema) -> Walk | None:
    """The function that finds the embedded objects of a value; None for a schema without any."""
    fields = {name: found for name, inner in properties(schema).items() if (found := embedded_walk(inner))}
    rest, each = _optional(values(schema)), _optional(items(schema))
    here = is_embedded(schema)
    if not (fields or rest or each or here):
        return None

    def walk(value: Any, path: str, visit: Visit) -> None:
        if isinstance(value, dict):
            if here:
                visit(value, path)
            for name, inner in value.items():
                further = fields.get(name, rest)
                if further is not None:
                    further(inner, joined(path, name), visit)
        elif isinstance(value, list) and each is not None:
            for position, inner in enumerate(value):
                each(inner, f"{path}[{position}]", visit)

    return walk


def _optional(schema: Schema | None) -> Walk | None:
    return None if schema is None else embedded_walk(schema)


def decoded_metadata(convert: Convert, obj: Object, path: str, report: Report) -> None:
    """Replaces an object's metadata by what the server holds of it; `convert` decodes ObjectMeta. DecodeError when a type is wrong."""
    if "metadata" not in obj:
        return
    at: Position = (None, report)
    for step in (path, "metadata") if path else ("metadata",):
        at = (at, step)
    meta = convert({} if obj["metadata"] is None else obj["metadata"], at)
    if report.failure is not None:
        raise DecodeError(report.failure)
    obj["metadata"] = meta


def embedded_errors(walk: Walk, obj: Object) -> Iterator[FieldError]:
    """The errors of embedded objects: they must say what they are."""
    found: list[tuple[Object, str]] = []
    walk(obj, "", lambda value, path: found.append((value, path)))
    for value, path in found:
        for field in ("apiVersion", "kind"):
            if not value.get(field):
                yield required(Path(path).child(field), "must not be empty")
        api_version = value.get("apiVersion") or ""
        if api_version.count("/") > 1:
            yield invalid(Path(path).child("apiVersion"), api_version, f"unexpected GroupVersion string: {api_version}")
        meta = value.get("metadata")
        if isinstance(meta, dict) and meta:
            place = Path(path).child("metadata")
            missing = validate_object_meta(
                {"name": "unnamed", **meta}, namespaced=bool(meta.get("namespace")), name_rule=names.path_segment_name, path=place
            )
            yield from missing
