"""The checks of single values: type, enumeration, texts and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError, printed
from mockapi.registry.structural.formats import format_test
from mockapi.registry.structural.outcome import broken, wrong_type
from mockapi.registry.structural.shape import Schema

# Yields the errors of a value; the text is its path.
Check = Callable[[Any, str], Iterator[FieldError]]

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object", type(None): "null"}


def type_of(value: Any) -> str:
    """The JSON type of a value, as schemas name it."""
    return _TYPES[type(value)]


def type_check(schema: Schema) -> Check | None:
    """Whether the value has the schema's type."""
    wanted = ("integer", "string") if schema.get("x-kubernetes-int-or-string") else (schema["type"],) if schema.get("type") else ()
    if not wanted:
        return None
    allowed = {*wanted, *(("null",) if schema.get("nullable") else ()), *(("integer",) if "number" in wanted else ())}

    def check(value: Any, path: str) -> Iterator[FieldError]:
        found = type_of(value)
        if found not in allowed and not ("integer" in wanted and found == "number" and value.is_integer()):
            yield wrong_type(path, ",".join(wanted), found)

    return check


def enum_check(schema: Schema) -> Check | None:
    """Whether the value is one of those that are enumerated."""
    allowed = schema.get("enum")
    if not allowed:
        return None
    shown = tuple(choice if isinstance(choice, str) else printed(choice) for choice in allowed)

    def check(value: Any, path: str) -> Iterator[FieldError]:
        if not any(value == choice and type_of(value) == type_of(choice) for choice in allowed):
            yield fielderrors.not_supported(path, value, shown)

    return check


def text_check(schema: Schema) -> Check | None:
    """Lengths, pattern and format of a text."""
    longest, shortest, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    wanted = schema.get("format", "")
    has_format = format_test(wanted) if wanted else None
    if longest is None and shortest is None and not pattern and has_format is None:
        return None

    def check(value: Any, path: str) -> Iterator[FieldError]:
        if longest is not None and len(value) > longest:
            yield fielderrors.too_long(path, longest)
        if shortest is not None and len(value) < shortest:
            yield broken(path, value, f"should be at least {shortest} chars long")
        if pattern and not go_pattern(pattern).search(value):
            yield broken(path, value, f"should match '{pattern}'")
        if has_format is not None and not has_format(value):
            yield wrong_type(path, wanted, value)

    return check


def number_check(schema: Schema) -> Check | None:
    """Bounds and divisor of a number."""
    divisor, highest, lowest = schema.get("multipleOf"), schema.get("maximum"), schema.get("minimum")
    below, above = bool(schema.get("exclusiveMaximum")), bool(schema.get("exclusiveMinimum"))
    if divisor is None and highest is None and lowest is None:
        return None

    def check(value: Any, path: str) -> Iterator[FieldError]:
        if divisor is not None and not _divides(divisor, value):
            yield broken(path, value, f"should be a multiple of {_number(divisor)}")
        if highest is not None and (value >= highest if below else value > highest):
            yield broken(path, value, f"should be less than {'' if below else 'or equal to '}{_number(highest)}")
        if lowest is not None and (value <= lowest if above else value < lowest):
            yield broken(path, value, f"should be greater than {'' if above else 'or equal to '}{_number(lowest)}")

    return check


@lru_cache(1024)
def go_pattern(pattern: str) -> re.Pattern[str]:
    """A regular expression as Go reads it (RE2): `$` is the very end, and some classes have other names. re.error when it is none."""
    translated = re.sub(r"\\z", r"\\Z", pattern)
    translated = re.sub(r"(?<!\\)\$$", r"\\Z", translated)
    for name, letters in {"alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "word": "\\w"}.items():
        translated = translated.replace(f"[:{name}:]", letters)
    return re.compile(translated, re.ASCII)


def _divides(divisor: float, value: float) -> bool:
    return divisor != 0 and math.isclose(value / divisor, round(value / divisor), rel_tol=0, abs_tol=1e-9)


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
