"""Admission: rules that look at a write beyond its own kind. The plugins and their order are declared in `mockapi.kinds.admission`."""

from __future__ import annotations

from dataclasses import dataclass

from mockapi.machinery.meta import Key, Object, key_of
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"


@dataclass(frozen=True)
class Attributes:
    """One write under admission. `obj` is None on DELETE and may be changed in place by `mutate`; `old` is None on CREATE."""

    operation: str
    kind: Kind
    obj: Object | None
    old: Object | None
    request: Request
    subresource: str = ""

    @property
    def key(self) -> Key:
        """Names the object. A name that is still to be generated is told by its prefix, as refusals of the real server do."""
        obj = self.obj or self.old or {}
        key = key_of(obj)
        return key if key.name else Key(key.namespace, str(obj.get("metadata", {}).get("generateName") or ""))


class Admission:
    """A plugin; the base class lets everything through."""

    def mutate(self, attributes: Attributes) -> None:
        """May change the object or raise StatusError; runs before validation."""

    def validate(self, attributes: Attributes) -> None:
        """May raise StatusError; runs after validation."""


@dataclass(frozen=True)
class Chain:
    """The plugins in their order."""

    plugins: tuple[Admission, ...] = ()

    def mutate(self, attributes: Attributes) -> None:
        """Lets each plugin change or refuse the write."""
        for plugin in self.plugins:
            plugin.mutate(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Lets each plugin refuse the finished object."""
        for plugin in self.plugins:
            plugin.validate(attributes)
