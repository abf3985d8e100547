"""Go's JSON syntax errors: walks a text as Go's scanner does, to say what is wrong with it."""

from __future__ import annotations

import re

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING_RUN = re.compile(rb'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(rb"[0-9]*")
_HEX = b"0123456789abcdefABCDEF"
_WORDS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_ESCAPES = b'"\\/bfnrt'
_QUOTED = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


class _SyntaxError(Exception):
    """The text stops being JSON; the message is Go's."""


def syntax_error(data: bytes) -> str | None:
    """Go's error for a text that is no JSON, None for one that is."""
    try:
        _Scanner(data).document()
    except _SyntaxError as error:
        return str(error)
    except RecursionError:
        return "exceeded max depth"
    return None


class _Scanner:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def document(self) -> None:
        self._value()
        self._skip_space()
        if self._at < len(self._data):
            raise self._invalid("after top-level value")

    def _value(self) -> None:
        self._skip_space()
        first = self._peek()
        if first == ord("{"):
            self._object()
        elif first == ord("["):
            self._array()
        elif first == ord('"'):
            self._string()
        elif first in _WORDS:
            self._word(_WORDS[first])
        else:
            self._number()

    def _object(self) -> None:
        self._at += 1
        self._skip_space()
        if self._took(ord("}")):
            return
        while True:
            self._skip_space()
            if self._peek() != ord('"'):
                raise self._invalid("looking for beginning of object key string")
            self._string()
            self._skip_space()
            if not self._took(ord(":")):
                raise self._invalid("after object key")
            self._value()
            if self._ended(ord("}"), "after object key:value pair"):
                return

    def _array(self) -> None:
        self._at += 1
        self._skip_space()
        if self._took(ord("]")):
            return
        while True:
            self._value()
            if self._ended(ord("]"), "after array element"):
                return

    def _ended(self, closing: int, context: str) -> bool:
        self._skip_space()
        if self._took(closing):
            return True
        if not self._took(ord(",")):
            raise self._invalid(context)
        return False

    def _string(self) -> None:
        self._at += 1
        while True:
            self._at = self._end(_STRING_RUN)
            if self._took(ord('"')):
                return
            if not self._took(ord("\\")):
                raise self._invalid("in string literal")
            self._escape()

    def _escape(self) -> None:
        if self._took(ord("u")):
            for _ in range(4):
                self._expect(_HEX, "in \\u hexadecimal character escape")
        else:
            self._expect(_ESCAPES, "in string escape code")

    def _word(self, word: bytes) -> None:
        self._at += 1
        for letter in word[1:]:
            self._expect(bytes([letter]), f"in literal {word.decode()} (expecting {_quote(chr(letter))})")

    def _number(self) -> None:
        negative = self._took(ord("-"))
        if self._peek() not in b"0123456789":
            raise self._invalid("in numeric literal" if negative else "looking for beginning of value")
        if not self._took(ord("0")):
            self._at = self._end(_DIGITS)
        if self._next_is(b".") and self._took(ord(".")):
            self._digits("after decimal point in numeric literal")
        if self._next_is(b"eE"):
            self._at += 1
            if self._next_is(b"+-"):
                self._at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, context: str) -> None:
        self._expect(b"0123456789", context)
        self._at = self._end(_DIGITS)

    def _expect(self, letters: bytes, context: str) -> None:
        if self._peek() not in letters:
            raise self._invalid(context)
        self._at += 1

    def _took(self, letter: int) -> bool:
        if self._peek() != letter:
            return False
        self._at += 1
        return True

    def _next_is(self, letters: bytes) -> bool:
        return self._at < len(self._data) and self._data[self._at] in letters

    def _peek(self) -> int:
        if self._at >= len(self._data):
            raise _SyntaxError("unexpected end of JSON input")
        return self._data[self._at]

    def _skip_space(self) -> None:
        self._at = self._end(_SPACE)

    def _end(self, pattern: re.Pattern[bytes]) -> int:
        match = pattern.match(self._data, self._at)
        return match.end() if match else self._at

    def _invalid(self, context: str) -> _SyntaxError:
        return _SyntaxError(f"invalid character {_quote(chr(self._peek()))} {context}")


def _quote(letter: str) -> str:
    if letter in _QUOTED:
        return f"'{_QUOTED[letter]}'"
    if letter.isprintable():
        return f"'{letter}'"
    return f"'\\x{ord(letter):02x}'" if ord(letter) < 128 else f"'\\u{ord(letter):04x}'"
