"""Admission: rules that look at a write beyond its own kind. The plugins and their order are declared in `mockapi.kinds.admission`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mockapi.machinery.meta import Key, Object, key_of
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request

if TYPE_CHECKING:
    from mockapi.registry.ledger import Booking

CREATE, UPDATE, DELETE, CONNECT = "CREATE", "UPDATE", "DELETE", "CONNECT"


@dataclass
class Reinvocation:
    """Whether the plugins are to run once more, since one that came late changed the object (reinvocationPolicy).

    `called` and `again` name webhooks: those called so far that want to see what comes after them, and those of them that shall be
    called again.
    """

    wanted: bool = False
    running: bool = False
    called: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)

    def changed(self) -> None:
        """Notes that the object was changed."""
        self.wanted = True
        self.again |= self.called
        self.called = set()


class Reader(Protocol):
    """Makes an object of a kind of what somebody else made of it."""

    def __call__(self, value: Object, *, strict: bool = False) -> Object:
        """The object, decoded and with defaults. StatusError 500 when it cannot be one; `strict`: nor has unknown fields."""


def _as_it_is(value: Object, *, strict: bool = False) -> Object:
    return value


@dataclass(frozen=True)
class Attributes:
    """One write under admission. `obj` is None on DELETE and may be changed in place by `mutate`; `old` is None on CREATE.

    `part_of` names the object whose subresource is called when `obj` is of another kind, such as Scale or PodExecOptions.
    `options` are those of a deletion, and one of a collection is not `named`: its question has no name.
    `read` makes an object of the kind of what somebody else made of it.
    """

    operation: str
    kind: Kind
    obj: Object | None
    old: Object | None
    request: Request
    subresource: str = ""
    part_of: Key | None = None
    options: Object | None = None
    named: bool = True
    read: Reader = _as_it_is
    reinvocation: Reinvocation = field(default_factory=Reinvocation)

    @property
    def key(self) -> Key:
        """Names the object. A name that is still to be generated is told by its prefix, as refusals of the real server do."""
        key = self.target
        if key.name:
            return key
        return Key(key.namespace, str((self.obj or {}).get("metadata", {}).get("generateName") or "Unknown"))

    @property
    def target(self) -> Key:
        """Names the object, or that whose subresource is called; without a name where it is still to be generated."""
        key = self.part_of or key_of(self.obj or self.old or {})
        return key if self.named else Key(key.namespace, "")

    @property
    def namespace(self) -> str:
        """The namespace of the request, which for namespaces is their own name."""
        return self.target.name if self.kind.resource == "namespaces" else self.target.namespace

    @property
    def called_subresource(self) -> str:
        """The subresource that the request names."""
        return self.subresource or self.kind.strategy.subresource

    @property
    def is_whole(self) -> bool:
        """Whether the object is one of the kind itself, be it written through a subresource."""
        return self.part_of is None

    @property
    def is_part_of_another(self) -> bool:
        """Whether the write follows from a call of a subresource with a kind of its own, which was asked about as such."""
        if not self.is_whole or not self.subresource:
            return False
        declared = self.kind.subresource(self.subresource)
        return declared is not None and declared.kind not in {"", self.kind.kind}


class Admission:
    """A plugin; the base class lets everything through."""

    # Whether it wants to hear of calls of subresources whose object is not the resource's own.
    hears_of_parts = False

    def mutate(self, attributes: Attributes) -> None:
        """May change the object or raise StatusError; runs before validation."""

    def validate(self, attributes: Attributes) -> None:
        """May raise StatusError; runs after validation."""

    def book(self, attributes: Attributes) -> Booking | None:
        """What is to happen inside the writing transaction, if anything; asked last, before the transaction begins."""
        return None


@dataclass(frozen=True)
class Chain:
    """The plugins in their order."""

    plugins: tuple[Admission, ...] = ()

    def mutate(self, attributes: Attributes) -> None:
        """Lets each plugin change or refuse the write."""
        self._mutate(attributes)
        if attributes.reinvocation.wanted:
            attributes.reinvocation.running = True
            self._mutate(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Lets each plugin refuse the finished object."""
        for plugin in self._concerned(attributes):
            plugin.validate(attributes)

    def bookings(self, attributes: Attributes) -> list[Booking]:
        """What the plugins want to do inside the writing transaction."""
        return [booking for plugin in self._concerned(attributes) if (booking := plugin.book(attributes)) is not None]

    def _mutate(self, attributes: Attributes) -> None:
        for plugin in self._concerned(attributes):
            plugin.mutate(attributes)

    def _concerned(self, attributes: Attributes) -> Iterable[Admission]:
        return self.plugins if attributes.is_whole else (plugin for plugin in self.plugins if plugin.hears_of_parts)
