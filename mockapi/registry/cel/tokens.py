"""Splitting an expression into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mockapi.registry.cel.syntax import ExpressionError
from mockapi.registry.cel.values import UInt

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<string>[bB]?[rR]?(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\")
                  |[rR]?[bB]?[rR]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
      | (?P<float>(?:\d+\.\d+|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
      | (?P<int>0x[0-9a-fA-F]+[uU]?|\d+[uU]?)
      | (?P<ident>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
      | (?P<op>\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.DOTALL)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Token(NamedTuple):
    """A token: its kind (`op`, `ident`, `literal` or `end`), its text, where it stands, and a literal's value."""

    kind: str
    text: str
    at: int
    value: Any = None


def tokens_of(text: str) -> list[Token]:
    """The tokens, with one of the kind `end` behind them. ExpressionError."""
    return [*_tokens(text), Token("end", "<EOF>", len(text))]


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(text, [(position, f"Syntax error: token recognition error at: '{text[position]}'")])
        token = match[0]
        match match.lastgroup:
            case "string":
                yield Token("literal", token, position, _string(token))
            case "float":
                yield Token("literal", token, position, float(token))
            case "int":
                yield Token("literal", token, position, _integer(token))
            case "ident" if token in {"true", "false", "null"}:
                yield Token("literal", token, position, {"true": True, "false": False, "null": None}[token])
            case "ident" | "op":
                yield Token(str(match.lastgroup), token, position)
            case "quoted":
                yield Token("ident", token, position)
        position = match.end()


def _integer(token: str) -> int:
    digits = token.rstrip("uU")
    value = int(digits, 0) if digits.startswith("0x") else int(digits)
    return UInt(value) if digits != token else value


def _string(token: str) -> str | bytes:
    prefix = token[: min(place for place in (token.find("'"), token.find('"')) if place >= 0)].lower()
    body = token[len(prefix) :]
    quotes = 3 if body[:3] in {"'''", '"""'} else 1
    body = body[quotes:-quotes]
    as_bytes = "b" in prefix
    if "r" not in prefix:
        body = _ESCAPE.sub(lambda match: _unescaped(match[1]), body)
    if not as_bytes:
        return body
    return b"".join(bytes([ord(letter)]) if "\\" in token and ord(letter) < 256 else letter.encode() for letter in body)


def _unescaped(escape: str) -> str:
    if escape[0] in "xXuU" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if len(escape) == 3:
        return chr(int(escape, 8))
    return _SIMPLE.get(escape, escape)
