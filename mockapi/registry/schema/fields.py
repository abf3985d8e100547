"""What a strategic merge patch must know of a definition's fields: `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key`."""

from __future__ import annotations

from functools import cached_property

from mockapi.registry.schema.definitions import Definitions, Schema, json_type, reference


class FieldInfo:
    """One field of a definition, or the definition itself; has the members of `registry.patch.meta.PatchMeta`."""

    def __init__(self, definitions: Definitions, schema: Schema) -> None:
        """`schema` is the field's own: it may refer to a definition, and carries the patch extensions."""
        self._definitions = definitions
        self._schema = schema
        self._children: dict[str, FieldInfo] = {}
        self.strategies: tuple[str, ...] = tuple(filter(None, schema.get("x-kubernetes-patch-strategy", "").split(",")))
        self.merge_key: str | None = schema.get("x-kubernetes-patch-merge-key")
        self.is_list: bool = json_type(self._target) == "array"
        self.is_map: bool = json_type(self._target) == "object" and "properties" not in self._target

    def child(self, field: str) -> FieldInfo:
        """The named field of an object, or the value of a map. An unknown field answers one without strategies."""
        if field not in self._children:
            self._children[field] = FieldInfo(self._definitions, self._child_schema(field))
        return self._children[field]

    def item(self) -> FieldInfo:
        """The items of a list."""
        return self._item

    @cached_property
    def _item(self) -> FieldInfo:
        return FieldInfo(self._definitions, self._target.get("items", {}))

    @cached_property
    def _target(self) -> Schema:
        target = reference(self._schema)
        return self._definitions[target] if target else self._schema

    def _child_schema(self, field: str) -> Schema:
        schema: Schema = self._target.get("properties", {}).get(field) or self._target.get("additionalProperties") or {}
        return schema


def patch_meta(definitions: Definitions, definition: str) -> FieldInfo:
    """The fields of a definition as patches see them. KeyError when there is no such definition."""
    return FieldInfo(definitions, definitions[definition])
