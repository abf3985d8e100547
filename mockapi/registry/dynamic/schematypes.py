"""The types of whole objects, from their OpenAPI schemas."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.registry.cel.declarations import escaped
from mockapi.registry.cel.types import BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, ObjectType, Type, list_of, map_of
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions, Schema, json_type, reference

_PLAIN = {"boolean": BOOL, "integer": INT, "number": DOUBLE, "string": STRING}
_FORMATS = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}
_OBJECT_META = {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
_ROOT = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": _OBJECT_META}


class SchemaTypes:
    """Types by kind. A type that contains itself is anything there."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, Type] = {}

    def of(self, kind: Kind) -> Type:
        """The type of a kind's objects; anything where no schema tells."""
        if kind.codec is not None:
            schema = kind.codec.schema
            return self._type({**schema, "properties": {**schema.get("properties", {}), **_ROOT}}, kind.kind)
        name = self._definitions.name_of(kind.group, kind.version, kind.kind)
        return DYN if name is None else self._defined(name)

    def _defined(self, name: str) -> Type:
        if name not in self._known:
            self._known[name] = DYN
            self._known[name] = self._type(self._definitions[name], name)
        return self._known[name]

    def _type(self, schema: Schema, name: str) -> Type:
        if target := reference(schema):
            return self._defined(target)
        if "oneOf" in schema or schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields"):
            return DYN
        match json_type(schema):
            case "array":
                return list_of(self._type(schema.get("items", {}), f"{name}.@idx"))
            case "object":
                return self._object(schema, name)
            case "string":
                return _FORMATS.get(schema.get("format", ""), STRING)
            case plain:
                return _PLAIN.get(plain, DYN)

    def _object(self, schema: Schema, name: str) -> Type:
        rest = schema.get("additionalProperties")
        if isinstance(rest, Mapping):
            return map_of(STRING, self._type(dict(rest), f"{name}.@elem"))
        fields = {}
        for field, inner in schema.get("properties", {}).items():
            shown = escaped(field)
            if shown is not None:
                fields[shown] = (field, self._type(inner, f"{name}.{field}"))
        return ObjectType(name, fields=fields)
