"""Paths to fields of a schema: `.spec.color`, `.spec['color']`, and for values of maps `.labels['a/b']`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mockapi.machinery.fielderrors import ROOT, Path
from mockapi.registry.structural.shape import Schema, properties, values

_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]]+")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


class FieldPathError(ValueError):
    """The text leads to no field; the message is the real server's."""


class Found(NamedTuple):
    """A field's path as errors write it, and its schema."""

    path: Path
    schema: Schema


def field_at(text: str, schema: Schema, *, keyed: bool = True) -> Found:
    """The field that a path leads to; `keyed` allows names in brackets. FieldPathError."""
    found = Found(ROOT, schema)
    tokens = iter(_TOKEN.findall(text))
    for token in tokens:
        if token == ".":
            found = _step(found, _next(tokens))
        elif token == "[":
            if not keyed:
                raise FieldPathError("array notation is not allowed")
            found = _step(found, _quoted(_next(tokens)))
            closing = _next(tokens)
            if closing != "]":
                raise FieldPathError(f"expected ] but got {closing}")
        else:
            raise FieldPathError(f"expected [ or . but got: {token}")
    return found


def _next(tokens: Iterator[str]) -> str:
    token = next(tokens, None)
    if token is None:
        raise FieldPathError("unexpected end of JSON path")
    return str(token)


def _quoted(token: str) -> str:
    if len(token) < 2 or token[0] != "'" or token[-1] != "'":
        raise FieldPathError(f"expected single quoted string but got {token}")
    return re.sub(r"\\(.)", _unescaped, token[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    if match[1] not in _ESCAPES:
        raise FieldPathError(f"invalid string literal: invalid escape char {match[0]}")
    return _ESCAPES[match[1]]


def _step(found: Found, name: str) -> Found:
    if properties(found.schema):
        if name not in properties(found.schema):
            raise FieldPathError("does not refer to a valid field")
        return Found(found.path.child(name), properties(found.schema)[name])
    inner = values(found.schema)
    if inner is None:
        raise FieldPathError("does not refer to a valid field")
    return Found(found.path.key(name), inner)
