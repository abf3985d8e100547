"""Field selectors: `metadata.name=web,status.phase!=Running`. Which fields a kind supports is for the caller to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mockapi.machinery.selectors import SelectorError

# In the order in which they are tried at each position.
_OPERATORS = ("!=", "==", "=")
_ESCAPABLE = frozenset("\\,=")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One comparison of a field with a value; `equal` False asks for any other value."""

    field: str
    value: str
    equal: bool = True

    def __str__(self) -> str:
        escaped = "".join("\\" + character if character in _ESCAPABLE else character for character in self.value)
        return f"{self.field}{'=' if self.equal else '!='}{escaped}"


def parse_field_selector(text: str) -> tuple[FieldTerm, ...]:
    """The terms that a `fieldSelector` parameter writes, sorted by their text. SelectorError when it cannot be read."""
    return tuple(_term(text, part) for part in sorted(_split(text)) if part)


def matches(terms: Iterable[FieldTerm], lookup: Callable[[str], str]) -> bool:
    """Whether the object whose fields `lookup` reads, "" for absent ones, is selected."""
    return all((lookup(term.field) == term.value) is term.equal for term in terms)


def _split(text: str) -> Iterator[str]:
    """The parts between commas that no backslash escapes."""
    start, escaped = 0, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            yield text[start:position]
            start = position + 1
    yield text[start:]


def _term(selector: str, part: str) -> FieldTerm:
    for position in range(len(part)):
        for operator in _OPERATORS:
            if part.startswith(operator, position):
                return FieldTerm(part[:position], _unescape(part[position + len(operator) :]), operator != "!=")
    raise SelectorError(f"invalid selector: '{selector}'; can't understand '{part}'")


def _unescape(text: str) -> str:
    result: list[str] = []
    characters = iter(text)
    for character in characters:
        if character in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(character)}")
        result.append(_escaped(next(characters, "")) if character == "\\" else character)
    return "".join(result)


def _escaped(character: str) -> str:
    if character not in _ESCAPABLE:
        raise SelectorError(f"invalid field selector: invalid escape sequence: \\{character}")
    return character
