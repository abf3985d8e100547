"""The grammars of names: each function answers the sentences that say what is wrong with a value, none when it is right."""

from __future__ import annotations

import re
from collections.abc import Callable

NameRule = Callable[[str], list[str]]
"""Judges a metadata.name, or a metadata.generateName that `completed` has made whole."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORED = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_KEY_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_ALNUM_ENDS = "must start and end with an alphanumeric character"
_KEY_TEXT = f"must consist of alphanumeric characters, '-', '_' or '.', and {_ALNUM_ENDS}"
_LABEL_LIMIT = 63
_SUBDOMAIN_LIMIT = 253
_PORT_NAME_LIMIT = 15
_MAX_PORT = 65535
_MAX_ID = 0xFFFFFFFF


class _Grammar:
    """A regular expression with the sentence that explains it."""

    def __init__(self, text: str, pattern: str, *examples: str) -> None:
        self._regex = re.compile(pattern)
        self.sentence = f"{text} ({_examples(examples)}regex used for validation is '{pattern}')"

    def fits(self, value: str) -> bool:
        return self._regex.fullmatch(value) is not None

    def check(self, value: str) -> list[str]:
        return [] if self.fits(value) else [self.sentence]


def _examples(examples: tuple[str, ...]) -> str:
    return "e.g. " + " or ".join(f"'{example}', " for example in examples) if examples else ""


_DNS1123_LABEL = _Grammar(
    f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and {_ALNUM_ENDS}", _LABEL, "my-name", "123-abc"
)
_DNS1123_SUBDOMAIN = _Grammar(
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and {_ALNUM_ENDS}",
    _SUBDOMAIN,
    "example.com",
)
_UNDERSCORED_SUBDOMAIN = _Grammar(
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and {_ALNUM_ENDS}",
    rf"{_UNDERSCORED}(\.{_UNDERSCORED})*",
    "example.com",
)
_WILDCARD_SUBDOMAIN = _Grammar(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
    "alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    rf"\*\.{_SUBDOMAIN}",
    "*.example.com",
)
_DNS1035_LABEL = _Grammar(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character",
    _DNS1035,
    "my-name",
    "abc-123",
)
_LABEL_KEY = _Grammar(_KEY_TEXT, _KEY_NAME, "MyName", "my.name", "123-abc")
_LABEL_VALUE = _Grammar(
    f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and {_ALNUM_ENDS}",
    f"({_KEY_NAME})?",
    "MyValue",
    "my_value",
    "12345",
)
_CONFIG_KEY = _Grammar(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name"
)
_HTTP_HEADER = _Grammar("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name")
_PERCENT = _Grammar("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")
_C_IDENTIFIER = _Grammar(
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    "[A-Za-z_][A-Za-z0-9_]*",
    "my_name",
    "MY_NAME",
    "MyName",
)
_CONDITION_REASON = _Grammar(
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', "
    "and must end with an alphanumeric character or '_'",
    "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?",
    "my_name",
    "MY_NAME",
    "MyName",
    "ReasonA,ReasonB",
    "ReasonA:ReasonB",
)


def size(text: str) -> int:
    """Length as the API limits it: bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def too_long(value: str, limit: int, unit: str = "characters") -> list[str]:
    """The complaint about a value of more than `limit` bytes, which some rules call characters."""
    return [f"must be no more than {limit} {unit}"] if size(value) > limit else []


def in_range(value: int, low: int, high: int) -> list[str]:
    """A number from `low` to `high`, both included."""
    return [] if low <= value <= high else [f"must be between {low} and {high}, inclusive"]


def dns1123_label(value: str) -> list[str]:
    """One label of a DNS name (RFC 1123), lower case."""
    errors = too_long(value, _LABEL_LIMIT)
    if not _DNS1123_LABEL.fits(value):
        errors.append("must not contain dots" if _DNS1123_SUBDOMAIN.fits(value) else _DNS1123_LABEL.sentence)
    return errors


def dns1123_subdomain(value: str) -> list[str]:
    """A DNS name (RFC 1123), lower case."""
    return too_long(value, _SUBDOMAIN_LIMIT) + _DNS1123_SUBDOMAIN.check(value)


def dns1123_subdomain_with_underscore(value: str) -> list[str]:
    """A DNS name whose labels may hold underscores, as DNS search paths may."""
    return too_long(value, _SUBDOMAIN_LIMIT) + _UNDERSCORED_SUBDOMAIN.check(value)


def wildcard_dns1123_subdomain(value: str) -> list[str]:
    """A DNS name whose first label is `*` (RFC 1034, 4.3.3)."""
    return too_long(value, _SUBDOMAIN_LIMIT) + _WILDCARD_SUBDOMAIN.check(value)


def dns1035_label(value: str) -> list[str]:
    """One label of a DNS name (RFC 1035): begins with a letter."""
    return too_long(value, _LABEL_LIMIT) + _DNS1035_LABEL.check(value)


def qualified_name(value: str) -> list[str]:
    """A key of a label or annotation: a name, with a DNS name and a slash before it or without."""
    prefix, slash, name = value.rpartition("/")
    if "/" in prefix:
        return [f"a valid label key {_LABEL_KEY.sentence} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    errors = [f"prefix part {message}" for message in _key_prefix(prefix)] if slash else []
    return errors + [f"name part {message}" for message in _key_name(name)]


def condition_reason(value: str) -> list[str]:
    """metav1.Condition.reason, whose length is limited elsewhere."""
    return _CONDITION_REASON.check(value)


def _key_prefix(prefix: str) -> list[str]:
    if not prefix:
        return ["must be non-empty"]
    return too_long(prefix, _SUBDOMAIN_LIMIT, "bytes") + _DNS1123_SUBDOMAIN.check(prefix)


def _key_name(name: str) -> list[str]:
    empty = [] if name else ["must be non-empty"]
    return empty + too_long(name, _LABEL_LIMIT, "bytes") + _LABEL_KEY.check(name)


def label_value(value: str) -> list[str]:
    """The value of a label; it may be empty."""
    return too_long(value, _LABEL_LIMIT, "bytes") + _LABEL_VALUE.check(value)


def port_name(value: str) -> list[str]:
    """A service name as IANA registers them (RFC 6335), lower case: IANA_SVC_NAME."""
    errors = too_long(value, _PORT_NAME_LIMIT)
    if not re.fullmatch("[-a-z0-9]+", value):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        errors.append("must contain at least one letter (a-z)")
    if "--" in value:
        errors.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def port_number(value: int) -> list[str]:
    """A port of TCP, UDP or SCTP that can be named: 1 to 65535."""
    return in_range(value, 1, _MAX_PORT)


def user_or_group_id(value: int) -> list[str]:
    """A Unix user or group: 32 bits without sign."""
    return in_range(value, 0, _MAX_ID)


def config_key(value: str) -> list[str]:
    """A key in the data of a ConfigMap or Secret, which may become a file's name."""
    return too_long(value, _SUBDOMAIN_LIMIT) + _CONFIG_KEY.check(value) + _climbs(value)


def _climbs(value: str) -> list[str]:
    if value in {".", ".."}:
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def http_header_name(value: str) -> list[str]:
    """The name of an HTTP header."""
    return _HTTP_HEADER.check(value)


def percent(value: str) -> list[str]:
    """A percentage: digits and a percent sign."""
    return _PERCENT.check(value)


def c_identifier(value: str) -> list[str]:
    """An identifier of the language C."""
    return _C_IDENTIFIER.check(value)


def environment_variable_name(value: str) -> list[str]:
    """The name of an environment variable: printable ASCII without `=` (KEP-4369)."""
    if not value:
        return ["environment variable name must be non-empty"]
    if all(" " <= character <= "~" and character != "=" for character in value):
        return []
    return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]


def path_segment_name(value: str) -> list[str]:
    """One segment of a URL's path, which every object's name is."""
    if value in {".", ".."}:
        return [f"may not be '{value}'"]
    return [f"may not contain '{character}'" for character in "/%" if character in value]


def completed(prefix: str) -> str:
    """A metadata.generateName as its name rule judges it: a hyphen at its end will not be the end of the name."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix
