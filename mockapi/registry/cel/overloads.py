"""What a function is: for each signature the types it takes and gives, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any
from urllib.parse import SplitResult

from mockapi.machinery.quantity import Quantity
from mockapi.registry.cel.semver import Semver
from mockapi.registry.cel.types import Type
from mockapi.registry.cel.values import Maybe, UInt

Compute = Callable[..., Any]


@dataclass(frozen=True)
class Overload:
    """One signature of a function. For a method the first parameter is its target."""

    function: str
    params: tuple[Type, ...]
    result: Type
    compute: Compute
    method: bool = False


class NamedFormat(str):
    """A format that texts can be validated against, by its name."""

    __slots__ = ()


_IPS, _CIDRS = (IPv4Address, IPv6Address), (IPv4Network, IPv6Network)
_HOLDS: dict[str, Callable[[Any], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool | UInt),
    "uint": lambda value: isinstance(value, UInt),
    "double": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str) and not isinstance(value, NamedFormat),
    "bytes": lambda value: isinstance(value, bytes),
    "null": lambda value: value is None,
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
    "duration": lambda value: isinstance(value, timedelta),
    "timestamp": lambda value: isinstance(value, datetime),
    "optional_type": lambda value: isinstance(value, Maybe),
    "type": lambda value: isinstance(value, Type),
    "kubernetes.URL": lambda value: isinstance(value, SplitResult),
    "net.IP": lambda value: isinstance(value, _IPS),
    "net.CIDR": lambda value: isinstance(value, _CIDRS),
    "kubernetes.Quantity": lambda value: isinstance(value, Quantity),
    "kubernetes.Semver": lambda value: isinstance(value, Semver),
    "kubernetes.NamedFormat": lambda value: isinstance(value, NamedFormat),
}


def holds(declared: Type, value: Any) -> bool:
    """Whether a value is of a type, as far as it shows."""
    test = _HOLDS.get(declared.name)
    return test is None or test(value)


def type_of(value: Any) -> Type:
    """The type that a value shows."""
    return next((Type(name) for name, test in _HOLDS.items() if test(value)), Type("dyn"))


def methods(function: str, target: Type, result: Type, compute: Compute, *params: Iterable[Type] | Type) -> list[Overload]:
    """The overloads of a method: one without parameters, or one for each list of parameters given."""
    signatures = [(param,) if isinstance(param, Type) else tuple(param) for param in params] or [()]
    return [Overload(function, (target, *signature), result, compute, method=True) for signature in signatures]
