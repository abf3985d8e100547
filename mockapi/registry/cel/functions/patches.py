"""The types and the function of expressions that make patches (KEP-3962)."""

from __future__ import annotations

from mockapi.registry.cel.overloads import Overload
from mockapi.registry.cel.types import DYN, STRING, AnyFields, ObjectType

_OBJECT = "Object"
JSON_PATCH = ObjectType("JSONPatch", fields={**{name: (name, STRING) for name in ("op", "path", "from")}, "value": ("value", DYN)})
OBJECT = ObjectType(_OBJECT, fields=AnyFields())


def patch_messages(name: str) -> ObjectType | None:
    """`JSONPatch`; `Object`, and the objects in it by their path: `Object.spec.template`."""
    if name == JSON_PATCH.name:
        return JSON_PATCH
    if name == _OBJECT or name.startswith(f"{_OBJECT}."):
        return ObjectType(name, fields=AnyFields())
    return None


OVERLOADS = [
    Overload("jsonpatch.escapeKey", (STRING,), STRING, lambda key: key.replace("~", "~0").replace("/", "~1")),
]
