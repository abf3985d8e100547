"""Path elements as the keys of FieldsV1 write them: `f:name`, `k:{"port":80,"protocol":"TCP"}`, `v:"entry"`, `i:0`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from mockapi.machinery.gotext import quoted, value_text

FIELD, KEY, VALUE, INDEX = "f:", "k:", "v:", "i:"
_RANKS = {FIELD: 0, KEY: 1, VALUE: 2, INDEX: 3}


def key_element(pairs: Iterable[tuple[str, Any]]) -> str:
    """The item of a keyed list, from its keys sorted by name and their values."""
    return KEY + orjson.dumps(dict(pairs)).decode()


def value_element(value: Any) -> str:
    """The entry of a set."""
    return VALUE + orjson.dumps(value).decode()


@lru_cache(maxsize=4096)
def printed(element: str) -> str:
    """The element as sentences show it: `.name`, `[port=80,protocol="TCP"]`, `[="entry"]`, `[0]`."""
    prefix, text = element[:2], element[2:]
    if prefix == FIELD:
        return f".{text}"
    if prefix == INDEX:
        return f"[{text}]"
    value = orjson.loads(text)
    if prefix == VALUE:
        return f"[={_value(value)}]"
    return "[" + ",".join(f"{name}={_value(value[name])}" for name in sorted(value)) + "]"


@lru_cache(maxsize=4096)
def order(element: str) -> tuple[Any, ...]:
    """Sorts elements as the real server does: fields by name, then items by key, then entries by value."""
    prefix, text = element[:2], element[2:]
    rank = _RANKS.get(prefix, -1)
    if prefix == KEY:
        value = orjson.loads(text)
        return rank, [(name, _comparable(value[name])) for name in sorted(value)]
    if prefix == VALUE:
        return rank, _comparable(orjson.loads(text))
    return rank, int(text) if prefix == INDEX else text


def canonical(element: str) -> str | None:
    """The element as this server writes it; None for a kind of element from a later version. ValueError when it cannot be read."""
    prefix, text = element[:2], element[2:]
    if prefix == FIELD:
        return element
    if prefix == INDEX:
        return f"{INDEX}{int(text)}"
    if prefix == VALUE:
        return value_element(json.loads(text))
    if prefix != KEY:
        return None
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"not an object: {text}")
    return key_element(sorted(value.items()))


def _value(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else value_text(value)


def _comparable(value: Any) -> tuple[int, Any]:
    """Numbers before texts before booleans before anything else."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    return (1, value) if isinstance(value, str) else (3, json.dumps(value, sort_keys=True))
