"""Label selectors: their two notations (text and metav1.LabelSelector) and what they select."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError, Path


class SelectorError(ValueError):
    """A selector that cannot be read; the text is what a client sees."""


class Operator(StrEnum):
    """What a requirement asks of a label's value; the values are the names that error messages use."""

    IN = "in"
    NOT_IN = "notin"
    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    GREATER_THAN = "gt"
    LESS_THAN = "lt"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"


_ANY_OF = frozenset({Operator.IN, Operator.EQUALS, Operator.DOUBLE_EQUALS})
_NONE_OF = frozenset({Operator.NOT_IN, Operator.NOT_EQUALS})
_COMPARED = frozenset({Operator.GREATER_THAN, Operator.LESS_THAN})
_UNARY = frozenset({Operator.EXISTS, Operator.DOES_NOT_EXIST})
_SETS = frozenset({Operator.IN, Operator.NOT_IN})
_SIGNS = {Operator.GREATER_THAN: ">", Operator.LESS_THAN: "<"}
_WORDS = {"In": Operator.IN, "NotIn": Operator.NOT_IN, "Exists": Operator.EXISTS, "DoesNotExist": Operator.DOES_NOT_EXIST}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a selector asks of one label."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels with this key's value, or without this key, satisfy the requirement."""
        value = labels.get(self.key)
        if value is None:
            return self.operator in _NONE_OF or self.operator is Operator.DOES_NOT_EXIST
        if self.operator in _ANY_OF:
            return value in self.values
        if self.operator in _NONE_OF:
            return value not in self.values
        return self._compare(value) if self.operator in _COMPARED else self.operator is Operator.EXISTS

    def _compare(self, value: str) -> bool:
        number, bound = _int64(value), _int64(self.values[0])
        if number is None or bound is None:
            return False
        return number > bound if self.operator is Operator.GREATER_THAN else number < bound

    def __str__(self) -> str:
        if self.operator in _UNARY:
            return ("!" if self.operator is Operator.DOES_NOT_EXIST else "") + self.key
        values = ",".join(sorted(self.values))
        if self.operator in _SETS:
            return f"{self.key} {self.operator} ({values})"
        return f"{self.key}{_SIGNS.get(self.operator, self.operator)}{values}"


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """All requirements must hold; `selects_nothing` overrides them."""

    requirements: tuple[Requirement, ...] = ()
    selects_nothing: bool = False

    @property
    def empty(self) -> bool:
        """Whether every object is selected."""
        return not self.requirements and not self.selects_nothing

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        return not self.selects_nothing and all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


EVERYTHING = LabelSelector()
NOTHING = LabelSelector(selects_nothing=True)


def parse_label_selector(text: str) -> LabelSelector:
    """The selector that a `labelSelector` parameter writes. SelectorError when it cannot be read."""
    return _sorted(_Parser(text).requirements())


def selector_from_map(labels: Mapping[str, str] | None) -> LabelSelector:
    """Selects objects that carry all these labels; none given selects everything (Service.spec.selector is the caller's exception)."""
    return _sorted([Requirement(key, Operator.EQUALS, (value,)) for key, value in (labels or {}).items()])


def selector_from_object(selector: Mapping[str, Any] | None) -> LabelSelector:
    """The selector that a metav1.LabelSelector means: absent selects nothing, empty everything. SelectorError when it is invalid."""
    if selector is None:
        return NOTHING
    found = [_requirement(key, Operator.EQUALS, (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    found += [_from_expression(expression) for expression in selector.get("matchExpressions") or ()]
    return _sorted(found)


def _from_expression(expression: Mapping[str, Any]) -> Requirement:
    operator = _WORDS.get(expression.get("operator", ""))
    if operator is None:
        raise SelectorError(f"{fielderrors.printed(expression.get('operator', ''))} is not a valid label selector operator")
    return _requirement(expression.get("key", ""), operator, tuple(expression.get("values") or ()))


def _sorted(requirements: Sequence[Requirement]) -> LabelSelector:
    return LabelSelector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def _requirement(key: str, operator: Operator, values: tuple[str, ...]) -> Requirement:
    """A requirement whose parts fit each other. SelectorError lists each thing that does not."""
    path = Path("values")
    errors = _bad_key(key, "key") + _bad_count(operator, values, path)
    for position, value in enumerate(values):
        if messages := names.label_value(value):
            errors.append(fielderrors.invalid(path.item(position).key(key), value, "; ".join(messages)))
    if errors:
        texts = list(dict.fromkeys(map(str, errors)))
        raise SelectorError(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    return Requirement(key, operator, values)


def _bad_key(key: str, field: str) -> list[FieldError]:
    messages = names.qualified_name(key)
    return [fielderrors.invalid(field, key, "; ".join(messages))] if messages else []


def _bad_count(operator: Operator, values: tuple[str, ...], path: Path) -> list[FieldError]:
    given = list(values) or None
    if operator in _SETS:
        return [] if values else [fielderrors.invalid(path, given, "for 'in', 'notin' operators, values set can't be empty")]
    if operator in _UNARY:
        return [fielderrors.invalid(path, given, "values set must be empty for exists and does not exist")] if values else []
    if operator in _COMPARED and _int64(values[0]) is None:
        return [fielderrors.invalid(path.item(0), values[0], "for 'Gt', 'Lt' operators, the value must be an integer")]
    return []


def _int64(text: str) -> int | None:
    if not re.fullmatch("[+-]?[0-9]+", text):
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


_TOKEN = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_OPERATORS = {
    "in": Operator.IN,
    "=": Operator.EQUALS,
    "==": Operator.DOUBLE_EQUALS,
    ">": Operator.GREATER_THAN,
    "<": Operator.LESS_THAN,
    "notin": Operator.NOT_IN,
    "!=": Operator.NOT_EQUALS,
}
_EXPECTED_OPERATOR = "in, notin, =, ==, !=, gt, lt"
_SYMBOLS = frozenset({"==", "!=", "=", "!", "(", ")", ",", "<", ">", ""})


class _Parser:
    """Recursive descent over the tokens; the empty token stands for the end."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = [*_TOKEN.findall(text), ""]
        self._position = 0

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while token := self._peek():
            if not _begins_requirement(token):
                raise SelectorError(f"found '{token}', expected: !, identifier, or 'end of string'")
            found.append(self._labelled_requirement())
            if not self._next_follows():
                break
        return found

    def _next_follows(self) -> bool:
        separator = self._take()
        if not separator:
            return False
        if separator != ",":
            raise SelectorError(f"found '{separator}', expected: ',' or 'end of string'")
        if not _begins_requirement(self._peek()):
            raise SelectorError(f"found '{self._peek()}', expected: identifier after ','")
        return True

    def _labelled_requirement(self) -> Requirement:
        try:
            return self._requirement()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from None

    def _requirement(self) -> Requirement:
        absent = self._peek() == "!"
        if absent:
            self._take()
        key = self._identifier()
        # The real server gives this message without a field.
        if errors := _bad_key(key, "<nil>"):
            raise SelectorError(str(errors[0]))
        if absent:
            return Requirement(key, Operator.DOES_NOT_EXIST)
        if self._peek() in {"", ","}:
            return Requirement(key, Operator.EXISTS)
        return self._binary(key)

    def _binary(self, key: str) -> Requirement:
        token = self._take()
        operator = _OPERATORS.get(token)
        if operator is None:
            raise SelectorError(f"found '{token}', expected: {_EXPECTED_OPERATOR}")
        values = self._set() if operator in _SETS else {self._exact_value()}
        return _requirement(key, operator, tuple(sorted(values)))

    def _exact_value(self) -> str:
        return "" if self._peek() in {"", ","} else self._identifier()

    def _set(self) -> set[str]:
        if (token := self._take()) != "(":
            raise SelectorError(f"found '{token}' expected: '('")
        first = self._peek()
        if first in _SYMBOLS - {",", ")"}:
            raise SelectorError(f"found '{first}', expected: ',', ')' or identifier")
        values = {""} if first == ")" else self._set_members()
        self._take()
        return values

    def _set_members(self) -> set[str]:
        """Values up to the closing parenthesis; a comma with nothing on a side of it stands for the empty value."""
        values: set[str] = set()
        while True:
            token = self._take()
            if token in _SYMBOLS - {","}:
                raise SelectorError(f"found '{token}', expected: ',', or identifier")
            following = self._peek()
            if token != ",":
                values.add(token)
                if following not in {",", ")"}:
                    raise SelectorError(f"found '{following}', expected: ',' or ')'")
            elif not values or following in {",", ")"}:
                values.add("")
            if following == ")":
                return values
            if token == following == ",":
                self._take()

    def _identifier(self) -> str:
        token = self._take()
        if token in _SYMBOLS:
            raise SelectorError(f"found '{token}', expected: identifier")
        return token

    def _peek(self) -> str:
        return self._tokens[self._position]

    def _take(self) -> str:
        token = self._tokens[self._position]
        self._position += 1
        return token


def _begins_requirement(token: str) -> bool:
    return token == "!" or token not in _SYMBOLS
