"""Rules that ConfigMap and Secret share: keys, total size, and data that may no longer change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, forbidden, invalid, too_long
from mockapi.machinery.meta import Object

MAX_SIZE = 1024 * 1024


def key_errors(values: Mapping[str, Any]) -> Iterator[FieldError]:
    """Each key must be usable as a file's name."""
    for key in values:
        for message in names.config_key(key):
            yield invalid(f"[{key}]", key, message)


def decoded_size(values: Mapping[str, str]) -> int:
    """How many bytes values in base64 stand for."""
    return sum(len(value) * 3 // 4 - value[-2:].count("=") for value in values.values())


def data_size_error(field: str, size: int) -> list[FieldError]:
    """All values together must stay below 1 MiB; the field is printed as the real server does, [] for a ConfigMap."""
    return [too_long(field, MAX_SIZE)] if size > MAX_SIZE else []


def immutable_errors(obj: Object, old: Object, fields: Iterable[str]) -> list[FieldError]:
    """What was made immutable stays so, with its data (field `immutable`)."""
    if not old.get("immutable"):
        return []
    changed = [] if obj.get("immutable") else ["immutable"]
    changed += [field for field in fields if (obj.get(field) or {}) != (old.get(field) or {})]
    return [forbidden(field, "field is immutable when `immutable` is set") for field in changed]
