"""The functions of quantities, semantic versions and named formats that Kubernetes adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.quantity import Quantity, parse_quantity
from mockapi.registry.cel.overloads import NamedFormat, Overload, methods
from mockapi.registry.cel.semver import Semver, normalized
from mockapi.registry.cel.types import BOOL, DOUBLE, FORMAT, INT, QUANTITY, SEMVER, STRING, list_of, optional
from mockapi.registry.cel.values import NONE, EvaluationError, Maybe
from mockapi.registry.structural.formats import FORMATS

_UNIT = 10**9


def _attempted(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as failure:
            raise EvaluationError(str(failure)) from failure

    return convert


def _succeeds(parse: Callable[..., Any]) -> Callable[..., bool]:
    def test(*args: Any) -> bool:
        try:
            parse(*args)
        except ValueError:
            return False
        return True

    return test


def _as_integer(quantity: Quantity) -> int:
    if not _is_integer(quantity):
        raise EvaluationError("cannot convert value to integer")
    return int(quantity.nanos // _UNIT)


def _is_integer(quantity: Quantity) -> bool:
    return quantity.nanos % _UNIT == 0 and -(2**63) <= quantity.nanos // _UNIT < 2**63


def _amount(value: Any) -> Quantity:
    return value if isinstance(value, Quantity) else Quantity(value * _UNIT)


def _compared(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _semver(text: str, tolerant: bool = False) -> Semver:
    return Semver(normalized(text) if tolerant else text)


_NAMED: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": names.dns1123_label,
    "dns1123Subdomain": names.dns1123_subdomain,
    "dns1035Label": names.dns1035_label,
    "qualifiedName": names.qualified_name,
    "dns1123LabelPrefix": lambda text: names.dns1123_label(names.completed(text)),
    "dns1123SubdomainPrefix": lambda text: names.dns1123_subdomain(names.completed(text)),
    "dns1035LabelPrefix": lambda text: names.dns1035_label(names.completed(text)),
    "labelValue": names.label_value,
    "uri": lambda text: _of_format("uri", text),
    "uuid": lambda text: _of_format("uuid", text),
    "byte": lambda text: _of_format("byte", text),
    "date": lambda text: _of_format("date", text),
    "datetime": lambda text: _of_format("datetime", text),
}


def _of_format(name: str, text: str) -> list[str]:
    return [] if FORMATS[name](text) else [f"invalid {name}"]


def _named(name: str) -> Maybe:
    return Maybe(True, NamedFormat(name)) if name in _NAMED else NONE


def _problems(wanted: NamedFormat, text: str) -> Maybe:
    found = _NAMED[wanted](text)
    return Maybe(True, found) if found else NONE


OVERLOADS = [
    Overload("quantity", (STRING,), QUANTITY, _attempted(parse_quantity)),
    Overload("isQuantity", (STRING,), BOOL, _succeeds(parse_quantity)),
    *methods("sign", QUANTITY, INT, lambda quantity: _compared(quantity.nanos, 0)),
    *methods("isInteger", QUANTITY, BOOL, _is_integer),
    *methods("asInteger", QUANTITY, INT, _as_integer),
    *methods("asApproximateFloat", QUANTITY, DOUBLE, lambda quantity: quantity.nanos / _UNIT),
    *methods("add", QUANTITY, QUANTITY, lambda quantity, other: quantity + _amount(other), QUANTITY, INT),
    *methods("sub", QUANTITY, QUANTITY, lambda quantity, other: quantity - _amount(other), QUANTITY, INT),
    Overload("semver", (STRING,), SEMVER, _attempted(_semver)),
    Overload("semver", (STRING, BOOL), SEMVER, lambda text, tolerant: _attempted(lambda given: _semver(given, tolerant))(text)),
    Overload("isSemver", (STRING,), BOOL, _succeeds(_semver)),
    Overload("isSemver", (STRING, BOOL), BOOL, _succeeds(_semver)),
    *(overload for part in ("major", "minor", "patch") for overload in methods(part, SEMVER, INT, lambda v, part=part: getattr(v, part))),
    *(
        overload
        for kind in (QUANTITY, SEMVER)
        for overload in (
            *methods("isGreaterThan", kind, BOOL, lambda left, right: left > right, kind),
            *methods("isLessThan", kind, BOOL, lambda left, right: left < right, kind),
            *methods("compareTo", kind, INT, _compared, kind),
        )
    ),
    Overload("format.named", (STRING,), optional(FORMAT), _named),
    *(Overload(f"format.{name}", (), FORMAT, lambda name=name: NamedFormat(name)) for name in _NAMED),
    *methods("validate", FORMAT, optional(list_of(STRING)), _problems, STRING),
]
