"""Quantities such as `100m`, `1Gi` and `1e3`, in the canonical text that the server answers with."""

from __future__ import annotations

import re
from functools import lru_cache

_SYNTAX = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIXES = ("", *_BINARY)
_NANO = 10**9
_MOST_BINARY = (2**63 - 1) * _NANO
_MOST_POWER = 400


class QuantityError(ValueError):
    """The text is no quantity; the message is the real server's."""


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The canonical form of a quantity: "0.1" -> "100m", "1024Mi" -> "1Gi". QuantityError when it is none."""
    sign, whole, fraction, suffix = _parts(text)
    binary, power, exponential = _scale(suffix)
    if not whole and not fraction:
        raise QuantityError("unable to parse numeric part of quantity")
    amount = _in_nano(int(whole + fraction) << binary, power - len(fraction))
    if binary:
        amount = min(amount, _MOST_BINARY)
    signed = -amount if sign == "-" else amount
    if binary and amount >= 1024 * _NANO and amount % _NANO == 0:
        return _binary_text(signed // _NANO)
    return _decimal_text(signed, exponential)


def _parts(text: str) -> tuple[str, str, str, str]:
    match = _SYNTAX.fullmatch(text)
    if not match or not text:
        raise QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    return match[1], match[2], match[3] or "", match[4]


def _scale(suffix: str) -> tuple[int, int, bool]:
    """The power of two, the power of ten, and whether the quantity is written with a decimal exponent."""
    if suffix in _DECIMAL:
        return 0, _DECIMAL[suffix], False
    if suffix in _BINARY:
        return _BINARY[suffix], 0, False
    if exponent := _EXPONENT.fullmatch(suffix):
        return 0, int(exponent[1]), True
    raise QuantityError("unable to parse quantity's suffix")


def _in_nano(digits: int, power: int) -> int:
    """digits * 10**power in billionths, rounded away from zero. Powers beyond reason are cut."""
    shift = max(-_MOST_POWER, min(power + 9, _MOST_POWER))
    factor: int = 10 ** abs(shift)
    return digits * factor if shift >= 0 else -(-digits // factor)


def _binary_text(amount: int) -> str:
    power = 0
    while amount % 1024 == 0 and power < len(_BINARY):
        amount //= 1024
        power += 1
    return f"{amount}{_BINARY_SUFFIXES[power]}"


def _decimal_text(amount: int, exponential: bool) -> str:
    if amount == 0:
        return "0"
    exponent = -9
    while amount % 1000 == 0 and (exponential or exponent < 18):
        amount //= 1000
        exponent += 3
    if exponential:
        return f"{amount}e{exponent}" if exponent else str(amount)
    return f"{amount}{_DECIMAL_SUFFIXES[exponent]}"
