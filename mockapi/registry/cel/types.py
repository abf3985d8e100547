"""The types of expressions, and which of them fit where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Type:
    """A type with its parameters. The names of variables begin with `<`: they stand for any type, the same throughout a signature."""

    name: str
    params: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.params))})" if self.params else self.name


@dataclass(frozen=True)
class ObjectType(Type):
    """An object with known fields: their names escaped as expressions write them, with their names in the value and their types."""

    fields: Mapping[str, tuple[str, Type]] = field(default_factory=dict, hash=False, compare=False)


class AnyFields(Mapping[str, tuple[str, Type]]):
    """The fields of objects that nothing is known of: whatever is asked for, of whatever type."""

    def __getitem__(self, name: str) -> tuple[str, Type]:
        return name, DYN

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, name: object) -> bool:
        return True


BOOL, INT, UINT, DOUBLE, STRING, BYTES = (Type(name) for name in ("bool", "int", "uint", "double", "string", "bytes"))
NULL, DYN, DURATION, TIMESTAMP = Type("null"), Type("dyn"), Type("duration"), Type("timestamp")
URL, IP, CIDR = Type("kubernetes.URL"), Type("net.IP"), Type("net.CIDR")
QUANTITY, SEMVER, FORMAT = Type("kubernetes.Quantity"), Type("kubernetes.Semver"), Type("kubernetes.NamedFormat")
A, B = Type("<A>"), Type("<B>")
_NULLABLE = frozenset({"duration", "timestamp", "kubernetes.URL", "net.IP", "net.CIDR", "kubernetes.Quantity", "optional_type"})

Bindings = dict[str, Type]
# The type of the objects that `Name{…}` makes, by the name; None where there is none.
Messages = Callable[[str], ObjectType | None]


def no_messages(_name: str) -> None:
    """There are none."""


def list_of(item: Type) -> Type:
    """A list."""
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    """A map."""
    return Type("map", (key, value))


def optional(value: Type) -> Type:
    """An optional value."""
    return Type("optional_type", (value,))


def type_type(of: Type) -> Type:
    """The type of types."""
    return Type("type", (of,))


def fits(wanted: Type, given: Type, bindings: Bindings) -> bool:
    """Whether a value of the given type may stand where the wanted one is declared; binds variables of both sides."""
    wanted, given = resolved(wanted, bindings), resolved(given, bindings)
    if wanted == given or DYN in {wanted, given}:
        return True
    for variable, other in ((wanted, given), (given, wanted)):
        if variable.name.startswith("<"):
            bindings[variable.name] = other
            return True
    if NULL in {wanted, given}:
        other = given if wanted == NULL else wanted
        return other.name in _NULLABLE or isinstance(other, ObjectType)
    if wanted.name != given.name or len(wanted.params) != len(given.params):
        return False
    return all(fits(inner, other, bindings) for inner, other in zip(wanted.params, given.params, strict=True))


def resolved(declared: Type, bindings: Bindings) -> Type:
    """The type with its variables replaced as far as they are bound."""
    if declared.name.startswith("<"):
        bound = bindings.get(declared.name)
        return declared if bound is None or bound == declared else resolved(bound, bindings)
    if not declared.params:
        return declared
    return Type(declared.name, tuple(resolved(inner, bindings) for inner in declared.params))


def without_variables(declared: Type) -> Type:
    """The type with what is still open left to be anything."""
    if declared.name.startswith("<"):
        return DYN
    return Type(declared.name, tuple(map(without_variables, declared.params))) if declared.params else declared
