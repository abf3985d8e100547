"""The string formats that schemas may ask for (kube-openapi's strfmt registry)."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from mockapi.machinery import names
from mockapi.registry.schema.times import TimeError, micro_time_text, time_text

_HEX = "[0-9a-fA-F]"
_DURATION_UNITS = r"ns|us|µs|μs|ms|s|m|h|d|w|nano\w*|micro\w*|milli\w*|sec\w*|min\w*|hour\w*|day\w*|week\w*"


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, binascii.Error):
            return False
        return True

    return test


def _date_time(text: str) -> bool:
    for parse in (time_text, micro_time_text):
        try:
            parse(text)
        except TimeError:
            continue
        return True
    return False


def _uri(text: str) -> bool:
    parts = urlsplit(text)
    return bool(parts.scheme or text.startswith("/")) and " " not in text


def _uuid(version: str = "[0-9a-fA-F]", variant: str = _HEX) -> Callable[[str], bool]:
    return _matches(f"{_HEX}{{8}}-?{_HEX}{{4}}-?{version}{_HEX}{{3}}-?{variant}{_HEX}{{3}}-?{_HEX}{{12}}")


def _isbn10(text: str) -> bool:
    digits = re.sub("[ -]", "", text)
    if not re.fullmatch(r"\d{9}[\dXx]", digits):
        return False
    return sum((10 - place) * (10 if digit in "Xx" else int(digit)) for place, digit in enumerate(digits)) % 11 == 0


def _isbn13(text: str) -> bool:
    digits = re.sub("[ -]", "", text)
    return (
        bool(re.fullmatch(r"\d{13}", digits)) and sum((3 if place % 2 else 1) * int(digit) for place, digit in enumerate(digits)) % 10 == 0
    )


def _credit_card(text: str) -> bool:
    digits = re.sub("[^0-9]", "", text)
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return 12 <= len(digits) <= 19 and sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _rgb(text: str) -> bool:
    match = re.fullmatch(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)", text)
    return match is not None and all(int(part) <= 255 for part in match.groups())


def _hostname(text: str) -> bool:
    return len(text) <= 255 and bool(re.fullmatch(r"[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62})?(\.[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62})?)*\.?", text))


FORMATS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _matches(f"{_HEX}{{24}}"),
    "uri": _uri,
    "email": _matches(r"[^@\s]+@[^@\s]+"),
    "hostname": _hostname,
    "ipv4": _parses(ipaddress.IPv4Address),
    "ipv6": _parses(ipaddress.IPv6Address),
    "cidr": lambda text: "/" in text and _parses(lambda value: ipaddress.ip_network(value, strict=False))(text),
    "mac": _matches(f"{_HEX}{{2}}([:-]{_HEX}{{2}}){{5}}|{_HEX}{{4}}(\\.{_HEX}{{4}}){{2}}"),
    "uuid": _uuid(),
    "uuid3": _uuid("3"),
    "uuid4": _uuid("4", "[89abAB]"),
    "uuid5": _uuid("5", "[89abAB]"),
    "isbn": lambda text: _isbn10(text) or _isbn13(text),
    "isbn10": _isbn10,
    "isbn13": _isbn13,
    "creditcard": _credit_card,
    "ssn": _matches(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "hexcolor": _matches(f"#?({_HEX}{{3}}|{_HEX}{{6}})"),
    "rgbcolor": _rgb,
    "byte": _parses(lambda value: base64.b64decode(value, validate=True)),
    "password": lambda _text: True,
    "date": _parses(date.fromisoformat),
    "duration": _matches(rf"[-+]?(\d+(\.\d*)?\s*({_DURATION_UNITS})\s*)+|0"),
    "datetime": _date_time,
    "k8s-short-name": lambda text: not names.dns1123_label(text),
    "k8s-long-name": lambda text: not names.dns1123_subdomain(text),
}
"""Whether a text has the format, by the format's name without hyphens."""

# Numeric formats say how wide a number is; the server does not check them.
_NUMERIC = frozenset({"int32", "int64", "float", "double"})


def format_test(name: str) -> Callable[[str], bool] | None:
    """The test of a format; None for one that the server does not know, and so does not check."""
    return FORMATS.get(name) or FORMATS.get(name.replace("-", ""))


def is_recognized(name: str) -> bool:
    """Whether the server knows what a format means."""
    return name in _NUMERIC or format_test(name) is not None
