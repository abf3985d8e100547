"""Small checks from which the rules of a PodSpec are made: each gets a value and yields errors relative to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_labels
from mockapi.registry.validation import Check

MODE_RANGE = "must be a number between 0 and 0777 (octal), both inclusive"
_MAX_MODE = 0o777
_MAX_INT32 = 2**31 - 1
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_SET_OPERATORS = frozenset({"In", "NotIn"})
_EXISTENCE_OPERATORS = frozenset({"Exists", "DoesNotExist"})


def each(check: Check) -> Check:
    """The check on every item of a list."""

    def check_all(items: Any) -> Iterator[FieldError]:
        for position, item in enumerate(items or ()):
            yield from under(str(ROOT.item(position)), check(item))

    return check_all


def under(prefix: str, errors: Iterable[FieldError]) -> Iterator[FieldError]:
    """Errors relative to a part as errors relative to the whole."""
    for error in errors:
        joint = "" if not error.field or not prefix or error.field.startswith("[") else "."
        yield FieldError(error.reason, f"{prefix}{joint}{error.field}", error.message)


def part(obj: Object, field: str, check: Check) -> Iterator[FieldError]:
    """The errors of an object's field, if it is there."""
    if obj.get(field) is not None:
        yield from under(field, check(obj[field]))


def grammar(rule: Callable[[str], list[str]], *, must: bool = False) -> Check:
    """A text that a rule of `mockapi.machinery.names` must accept; an empty one is refused only if it must be there."""

    def check(value: str) -> Iterator[FieldError]:
        if value:
            yield from (fielderrors.invalid("", value, message) for message in rule(value))
        elif must:
            yield fielderrors.required("")

    return check


def present(value: Any) -> Iterator[FieldError]:
    """A value that may not be empty."""
    if not value:
        yield fielderrors.required("")


def one_of(*supported: str) -> Check:
    """A text from an enumeration; one that is empty was to be defaulted."""

    def check(value: str) -> Iterator[FieldError]:
        if not value:
            yield fielderrors.required("")
        elif value not in supported:
            yield fielderrors.not_supported("", value, supported)

    return check


def non_negative(value: int) -> Iterator[FieldError]:
    """A number of 0 or more."""
    if value < 0:
        yield fielderrors.invalid("", value, "must be greater than or equal to 0")


def positive_int32(value: int) -> Iterator[FieldError]:
    """A number from 1 to the largest of 32 bits."""
    yield from (fielderrors.invalid("", value, message) for message in names.in_range(value, 1, _MAX_INT32))


def port(value: int | str) -> Iterator[FieldError]:
    """A port by number or by name (IntOrString)."""
    messages = names.port_number(value) if isinstance(value, int) else names.port_name(value)
    yield from (fielderrors.invalid("", value, message) for message in messages)


def identifier(value: int) -> Iterator[FieldError]:
    """A Unix user or group."""
    yield from (fielderrors.invalid("", value, message) for message in names.user_or_group_id(value))


def file_mode(value: int) -> Iterator[FieldError]:
    """The permission bits of a file."""
    if not 0 <= value <= _MAX_MODE:
        yield fielderrors.invalid("", value, MODE_RANGE)


def without_backsteps(path: str) -> Iterator[FieldError]:
    """A path that never climbs."""
    if ".." in path.split("/"):
        yield fielderrors.invalid("", path, "must not contain '..'")


def descending_path(path: str) -> Iterator[FieldError]:
    """A relative path that stays below where it starts."""
    if posixpath.isabs(path):
        yield fielderrors.invalid("", path, "must be a relative path")
    yield from without_backsteps(path)


def file_path(path: str) -> Iterator[FieldError]:
    """A descending path whose first part does not begin with two dots, which the kubelet keeps for itself."""
    yield from descending_path(path)
    if path.startswith("..") and not path.startswith("../"):
        yield fielderrors.invalid("", path, "must not start with '..'")


def absolute_path(path: str) -> Iterator[FieldError]:
    """A path from the root."""
    if not posixpath.isabs(path):
        yield fielderrors.invalid("", path, "must be an absolute path")


def domain_prefixed_path(value: str) -> Iterator[FieldError]:
    """A path below a domain, such as `example.com/robot`."""
    domain, _, path = value.partition("/")
    if not domain or not path:
        yield fielderrors.invalid("", value, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    yield from (fielderrors.invalid("", domain, message) for message in names.dns1123_subdomain(domain))
    if not re.fullmatch(_HTTP_PATH, path):
        yield fielderrors.invalid("", path, f"Invalid path (regex used for validation is '{_HTTP_PATH}')")


def label_selector(selector: Object) -> Iterator[FieldError]:
    """A metav1.LabelSelector."""
    yield from validate_labels(selector.get("matchLabels") or {}, ROOT.child("matchLabels"))
    yield from part(selector, "matchExpressions", each(_requirement))


def _requirement(requirement: Object) -> Iterator[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in _SET_OPERATORS and not values:
        yield fielderrors.required("values", "must be specified when `operator` is 'In' or 'NotIn'")
    if operator in _EXISTENCE_OPERATORS and values:
        yield fielderrors.forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    if operator not in _SET_OPERATORS | _EXISTENCE_OPERATORS:
        yield fielderrors.invalid("operator", operator, "not a valid selector operator")
    yield from (fielderrors.invalid("key", requirement.get("key", ""), text) for text in names.qualified_name(requirement.get("key", "")))
    yield from under("values", each(grammar(names.label_value))(values))
