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
        """Names the object; the name may be empty on CREATE."""
        return key_of(self.obj or self.old or {})


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
