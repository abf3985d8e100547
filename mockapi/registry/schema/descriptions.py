"""What the definitions say of a field, in the words of the API's reference."""

from __future__ import annotations

from mockapi.registry.schema.definitions import Definitions, Schema, reference

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def description(definitions: Definitions, definition: str | None, path: str) -> str:
    """The description of the field at a path such as `spec.type`; "" when the minor does not know it.

    Below `metadata` it is the same for every kind, so `definition` may be None, as that of a custom resource is.
    """
    first, *rest = path.split(".")
    if first == "metadata" and rest:
        definition, (first, *rest) = _OBJECT_META, rest
    if definition is None:
        return ""
    field = definitions.properties(definition).get(first, {})
    for name in rest:
        field = _properties(definitions, field).get(name, {})
    return str(field.get("description", ""))


def _properties(definitions: Definitions, field: Schema) -> dict[str, Schema]:
    target = reference(field)
    return definitions.properties(target) if target else {}
