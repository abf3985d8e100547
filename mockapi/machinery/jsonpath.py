"""JSONPath as Kubernetes reads it (k8s.io/client-go/util/jsonpath), as far as printer columns and selectable fields use it.

A path is a chain of steps from the root: `.name`, `['name']`, `[2]`, `[-1]`, `[0:2]`, `[*]`, `..name` and filters such as
`[?(@.type=="Ready")]`. What is absent selects nothing.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

Step = Callable[[Any], Iterator[Any]]

_TOKEN = re.compile(
    r"""\.\.(?P<deep>(?:\\.|[^\s.\[\]\\])+)
      | \.(?P<name>(?:\\.|[^\s.\[\]\\])+)
      | \[\?\((?P<filter>.*?)\)\]
      | \[(?P<quoted>'(?:\\.|[^'])*'|"(?:\\.|[^"])*")\]
      | \[(?P<slice>-?\d*:-?\d*(?::\d+)?)\]
      | \[(?P<index>-?\d+)\]
      | \[(?P<every>\*)\]""",
    re.VERBOSE,
)
_COMPARISON = re.compile(r"\s*(?P<left>.+?)\s*(?P<operator>==|!=|<=|>=|<|>)\s*(?P<right>.+?)\s*")
_OPERATORS = {"==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


class JSONPathError(ValueError):
    """The text is no path; the message says where it stops being one."""


class JSONPath:
    """A compiled path."""

    def __init__(self, text: str) -> None:
        """JSONPathError when the text is no path."""
        self._steps = list(_steps(text))

    def find(self, value: Any) -> list[Any]:
        """What the path selects, in the order of the document."""
        found = [value]
        for step in self._steps:
            found = [item for current in found for item in step(current)]
        return found


def text_of(value: Any) -> str:
    """A selected value as the real server prints it: strings bare, anything else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _steps(text: str) -> Iterator[Step]:
    position = 1 if text.startswith("$") else 0
    while position < len(text) and text[position:] != ".":
        match = _TOKEN.match(text, position)
        if match is None:
            raise JSONPathError(f"unrecognized part of a path: {text[position:]}")
        yield _step(match)
        position = match.end()


def _step(match: re.Match[str]) -> Step:
    kind, token = str(match.lastgroup), match[str(match.lastgroup)]
    match kind:
        case "name":
            return _every if token == "*" else _field(_unescaped(token))
        case "quoted":
            return _field(_unescaped(token[1:-1]))
        case "deep":
            return _deep(_unescaped(token))
        case "index":
            return _index(int(token))
        case "slice":
            return _slice(token)
        case "filter":
            return _filter(token)
    return _every


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _field(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, dict) and name in value:
            yield value[name]

    return step


def _deep(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, dict) and name in value:
            yield value[name]
        for inner in _every(value):
            yield from step(inner)

    return step


def _index(position: int) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list) and -len(value) <= position < len(value):
            yield value[position]

    return step


def _slice(token: str) -> Step:
    bounds = slice(*(int(part) if part else None for part in token.split(":")))
    return lambda value: iter(value[bounds] if isinstance(value, list) else ())


def _every(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _filter(condition: str) -> Step:
    match = _COMPARISON.fullmatch(condition)
    if match is None:
        exists = _operand(condition.strip())
        return lambda value: (item for item in _every(value) if exists(item))
    compare, left, right = _OPERATORS[match["operator"]], _operand(match["left"]), _operand(match["right"])

    def step(value: Any) -> Iterator[Any]:
        for item in _every(value):
            if _holds(compare, left(item), right(item)):
                yield item

    return step


def _holds(compare: Callable[[Any, Any], Any], left: list[Any], right: list[Any]) -> bool:
    try:
        return bool(left and right and compare(left[0], right[0]))
    except TypeError:
        return False


def _operand(text: str) -> Callable[[Any], list[Any]]:
    """A side of a comparison: a path from the item, or a literal."""
    if text.startswith("@"):
        return JSONPath(text[1:]).find
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        literal: Any = _unescaped(text[1:-1])
    else:
        try:
            literal = json.loads(text)
        except ValueError:
            raise JSONPathError(f"unrecognized operand of a filter: {text}") from None
    return lambda _item: [literal]
