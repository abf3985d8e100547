"""resource.Quantity: amounts such as `100m`, `1Gi` and `1e3`, held exactly as a whole number of billionths."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache, total_ordering

_SYNTAX = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)")
_EXPONENT = re.compile("[eE]([+-]?[0-9]+)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIXES = ("", *_BINARY)
_NANO = 9
_UNIT: int = 10**_NANO
_MILLI: int = 10**6
_LARGEST = (2**63 - 1) * _UNIT
_INT64 = 2**63
_EXACT_DIGITS = 18
_LARGEST_EXPONENT = 400


class QuantityError(ValueError):
    """A text that is no quantity; the message is what a client sees."""


class Format(Enum):
    """How a quantity is written."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"


@total_ordering
class Quantity:
    """An amount and the notation in which it was given. Compares and hashes by its amount alone."""

    __slots__ = ("format", "nanos")

    def __init__(self, nanos: int, form: Format = Format.DECIMAL_SI) -> None:
        self.nanos = nanos
        self.format = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.nanos == other.nanos

    def __lt__(self, other: Quantity) -> bool:
        return self.nanos < other.nanos

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __bool__(self) -> bool:
        return self.nanos != 0

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos + other.nanos, self.format if self else other.format)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos - other.nanos, self.format if self else other.format)

    def __neg__(self) -> Quantity:
        return Quantity(-self.nanos, self.format)

    @property
    def value(self) -> int:
        """The amount in whole units, rounded up."""
        return -(-self.nanos // _UNIT)

    @property
    def milli_value(self) -> int:
        """The amount in thousandths, rounded up: CPU is counted in these."""
        return -(-self.nanos // _MILLI)

    def rounded_to_milli(self) -> Quantity:
        """Without parts smaller than a thousandth, rounded away from zero, as the API keeps lists of resources."""
        thousandths = -(-abs(self.nanos) // _MILLI)
        return Quantity(thousandths * _MILLI if self.nanos >= 0 else -thousandths * _MILLI, self.format)

    def __str__(self) -> str:
        """The canonical form: no fraction, the largest suffix that needs none."""
        if self.format is Format.BINARY_SI and abs(self.nanos) >= 1024 * _UNIT and self.nanos % _UNIT == 0:
            return _binary_text(self.nanos // _UNIT)
        return _decimal_text(self.nanos, exponential=self.format is Format.DECIMAL_EXPONENT)

    def __repr__(self) -> str:
        return f"Quantity({self})"


ZERO = Quantity(0)


def parse_quantity(given: str | int | float) -> Quantity:
    """The quantity that a JSON string or number writes. QuantityError when it is none."""
    return _parsed(given if isinstance(given, str) else repr(given).lower())


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Quantity:
    match = _SYNTAX.fullmatch(text)
    if not text or match is None:
        raise QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    sign, whole, fraction, suffix = match[1], match[2], match[3] or "", match[4]
    form, exponent = _interpreted(suffix)
    if not any(character.isdigit() for character in text.removesuffix(suffix)) and text not in {"+", "-"}:
        raise QuantityError("unable to parse numeric part of quantity")
    nanos = _nanos(whole, fraction, form, exponent)
    if form is Format.BINARY_SI and 0 < nanos < _UNIT:
        form = Format.DECIMAL_SI
    return Quantity(-nanos if sign == "-" else nanos, form)


def _interpreted(suffix: str) -> tuple[Format, int]:
    """The notation that a suffix tells of, and its power of two or ten."""
    if suffix in _DECIMAL:
        return Format.DECIMAL_SI, _DECIMAL[suffix]
    if suffix in _BINARY:
        return Format.BINARY_SI, _BINARY[suffix]
    if exponent := _EXPONENT.fullmatch(suffix):
        return Format.DECIMAL_EXPONENT, max(-_LARGEST_EXPONENT, min(int(exponent[1]), _LARGEST_EXPONENT))
    raise QuantityError("unable to parse quantity's suffix")


def _nanos(whole: str, fraction: str, form: Format, exponent: int) -> int:
    """The amount in billionths: smaller parts are rounded up, and what does not fit in 64 bits is cut off, as the API does."""
    digits = int(whole + fraction or "0")
    if form is Format.BINARY_SI:
        scaled, power = digits << exponent, _NANO - len(fraction)
        exact = not fraction and 15 - len(whole) - exponent * 3 // 10 > 0 and scaled < _INT64
    else:
        scaled, power = digits, _NANO + exponent - len(fraction)
        exact = len(whole) + len(fraction) <= _EXACT_DIGITS and power >= 0
    if power >= 0:
        nanos: int = scaled * 10**power
    else:
        nanos = -(-scaled // 10**-power)
    return nanos if exact else min(nanos, _LARGEST)


def _binary_text(amount: int) -> str:
    power = 0
    while amount % 1024 == 0 and power < len(_BINARY):
        amount //= 1024
        power += 1
    return f"{amount}{_BINARY_SUFFIXES[power]}"


def _decimal_text(nanos: int, *, exponential: bool) -> str:
    if nanos == 0:
        return "0"
    exponent = -_NANO
    while nanos % 1000 == 0 and (exponential or exponent < max(_DECIMAL_SUFFIXES)):
        nanos //= 1000
        exponent += 3
    if exponential:
        return f"{nanos}e{exponent}" if exponent else str(nanos)
    return f"{nanos}{_DECIMAL_SUFFIXES[exponent]}"
