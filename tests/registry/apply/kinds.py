"""Types of real definitions for the tests of the engine."""

from __future__ import annotations

from mockapi.registry.apply.compile import types
from mockapi.registry.apply.types import Type
from mockapi.registry.schema.definitions import Definitions

TYPES = types(Definitions.for_minor())


def of(kind: str, group: str = "core", version: str = "v1") -> Type:
    """The type of a kind."""
    return TYPES.of(f"io.k8s.api.{group}.{version}.{kind}")
