"""Reading the text of a body: JSON with its duplicate keys and Go's syntax errors; for YAML see `yamltext`.

Of a key that stands twice the last value counts, as in Go; two objects are merged, as Go reads both into one struct.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from mockapi.registry.schema.report import DecodeError, quoted
from mockapi.registry.schema.syntax import syntax_error

_MOST_PROBLEMS = 100
_MESSAGE = re.compile(r'(?:unknown|duplicate) field (".*")', re.DOTALL)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written: all its keys in order."""


def parse_json(data: bytes) -> tuple[Any, list[str]]:
    """The value, and a `duplicate field "spec.type"` for each key that stands twice. DecodeError with Go's syntax error."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _parse_slowly(data)
    if _colons(data) == _colons(orjson.dumps(value)) and b'" :' not in data:
        return value, []
    return _parse_slowly(data)


def in_document_order(data: bytes, problems: list[str]) -> list[str]:
    """Unknown and duplicate fields found in a JSON body, in the order in which the real server meets them.

    A duplicate within an unknown field is dropped: the server does not look there.
    """
    order: dict[str, int] = {}
    _note_order(_pairs(data), "", order)
    unknown = [path for message, path in map(_named, problems) if message.startswith("unknown")]
    met = [(order.get(message, len(order)), message) for message, path in map(_named, problems) if not _is_within(message, path, unknown)]
    return [message for _, message in sorted(met, key=lambda pair: pair[0])]


def _colons(data: bytes) -> int:
    """How many keys compact JSON has, and `\\":` within strings: as many in a text as in what was read from it, unless a key was lost."""
    return data.count(b'":')


def _parse_slowly(data: bytes) -> tuple[Any, list[str]]:
    error = syntax_error(data)
    if error is not None:
        raise DecodeError(error)
    problems: dict[str, None] = {}
    return _plain(_pairs(data), "", problems), list(problems)[:_MOST_PROBLEMS]


def _pairs(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "replace"), object_pairs_hook=_Pairs)


def _plain(value: Any, path: str, problems: dict[str, None]) -> Any:
    if isinstance(value, _Pairs):
        return _plain_object(value, path, problems)
    if isinstance(value, list):
        return [_plain(item, f"{path}[{index}]", problems) for index, item in enumerate(value)]
    return value


def _plain_object(pairs: _Pairs, path: str, problems: dict[str, None]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, item in pairs:
        where = _join(path, key)
        if key in out:
            problems[_duplicate(where)] = None
        out[key] = _merged(out.get(key), _plain(item, where, problems))
    return out


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merged(old.get(key), item) for key, item in new.items()}
    return new


def _note_order(value: Any, path: str, order: dict[str, int]) -> None:
    """Numbers the messages that each key of the document could cause."""
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            where = _join(path, key)
            message = _duplicate(where) if key in seen else f"unknown field {quoted(where)}"
            order.setdefault(message, len(order))
            seen.add(key)
            _note_order(item, where, order)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _note_order(item, f"{path}[{index}]", order)


def _named(message: str) -> tuple[str, str]:
    """A message and the path that it names; "" when it names none."""
    match = _MESSAGE.fullmatch(message)
    return message, json.loads(match[1]) if match else ""


def _is_within(message: str, path: str, unknown: list[str]) -> bool:
    """Whether a duplicate is, or lies in, an unknown field; a repeated unknown key is no duplicate either."""
    return message.startswith("duplicate") and any(path == top or path.startswith((f"{top}.", f"{top}[")) for top in unknown)


def _duplicate(path: str) -> str:
    return f"duplicate field {quoted(path)}"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
