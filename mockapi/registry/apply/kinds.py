"""The type of a kind's objects, built in or custom."""

from __future__ import annotations

from mockapi.registry.apply.compile import types
from mockapi.registry.apply.custom import custom_type
from mockapi.registry.apply.types import Type
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def type_of(kind: Kind, definitions: Definitions) -> Type:
    """The type of a kind. LookupError when nothing is known of it."""
    if kind.codec is not None:
        return custom_type(kind.codec.schema, types(definitions).of(_OBJECT_META))
    name = definitions.name_of(kind.group, kind.version, kind.kind)
    if name is None:
        raise LookupError(f"no definition of {kind.api_version} {kind.kind}")
    return types(definitions).of(name)
