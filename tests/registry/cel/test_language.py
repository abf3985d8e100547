"""The language: values, operators, macros and what is wrong with expressions."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.cel.syntax import ExpressionError
from mockapi.registry.cel.values import EvaluationError
from tests.registry.cel.expressions import program, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("0x10", 16),
        ("1.5e1", 15.0),
        ("'a' + \"b\" + r'\\n'", "ab\\n"),
        (r"'\x41\u00e9\n'", "Aé\n"),
        ("'''it's'''", "it's"),
        ("b'a' + b'b'", b"ab"),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("{'a': 1}['a']", 1),
        ("2 in [1, 2] && 'k' in self.map", True),
        ("true ? 1 : 2", 1),
        ("!false && !(true && false)", True),
        ("1 < 2.5 && 2u > 1", True),
        ("self.n > self.a", True),
        ("dyn(1) == 1.0", True),
        ("'a' < 'b' && [1] == [1] && {'a': 1} == {'a': 1}", True),
        ("1 == 2 || 2 == 2", True),
        ("self.list[5] == 1 || true", True),
        ("true || self.list[5] == 1", True),
        ("self.list[5] == 1 && false", False),
        ("has(self.a) && !has(self.absent)", True),
        ("has(self.map.k) && !has(self.map.z)", True),
        ("self.__namespace__ + self.x__dash__y__dot__z", "nsq"),
        ("self.port == 80 && self.port + 1 == 81", True),
        ("type(self.port) == int && type(self.name) == string", True),
        ("self.set == ['y', 'x']", True),
        ("self.list == [3, 2, 1]", False),
        ("self.set + ['z', 'x']", ["x", "y", "z"]),
        ("1 // a comment\n + 1", 2),
        ("size(self.list) + self.name.size() + size(self.map)", 8),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("self.list.all(x, x > 0)", True),
        ("self.list.exists(x, x > 2) && !self.list.exists(x, x > 3)", True),
        ("self.list.exists_one(x, x == 2)", True),
        ("self.list.filter(x, x > 1)", [2, 3]),
        ("self.list.map(x, x * 2)", [2, 4, 6]),
        ("self.list.map(x, x > 1, x * 2)", [4, 6]),
        ("self.map.all(k, self.map[k] > 0)", True),
        ("self.map.exists(k, k == 'l')", True),
        ("self.list.all(i, v, v == i + 1)", True),
        ("self.map.exists(k, v, k == 'k' && v == 1)", True),
        ("self.list.transformList(i, v, i * v)", [0, 2, 6]),
        ("self.map.transformMap(k, v, v > 1, v * 2)", {"l": 4}),
        ("self.map.transformMapEntry(k, v, {v: k})", {1: "k", 2: "l"}),
        ("self.list.map(x, self.list.map(y, x * y).sum()).sum()", 36),
        ("self.list.exists(x, 6 / (x - 1) == 3)", True),  # what fails counts only where nothing decides
    ],
)
def test_macros(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("oldSelf.hasValue()", False),
        ("oldSelf.?name.orValue('none')", "none"),
        ("self.?absent.orValue('none')", "none"),
        ("self.?name.value()", "Abc"),
        ("self.map[?'z'].orValue(0) + self.list[?0].orValue(0)", 1),
        ("optional.of(1).or(optional.of(2)).value()", 1),
        ("optional.none().or(optional.of(2)).value()", 2),
        ("optional.ofNonZeroValue('').hasValue()", False),
        ("optional.of(1).optMap(x, x + 1).value()", 2),
        ("optional.of(1).optFlatMap(x, optional.of(x + 2)).value()", 3),
        ("oldSelf.optMap(o, o.a).orValue(9)", 9),
        ("[?self.?absent, ?self.?name]", ["Abc"]),
        ("{?'a': self.?absent, ?'b': self.?name}", {"b": "Abc"}),
    ],
)
def test_optional_values(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("self.list[5]", "index out of bounds: 5"),
        ("self.map['z']", "no such key: z"),
        ("self.absent", "no such key: absent"),
        ("self.a / 0", "division by zero"),
        ("self.a % 0", "modulus by zero"),
        ("self.a + 9223372036854775807", "integer overflow"),
        ("-(-9223372036854775807 - 1)", "integer overflow"),
        ("self.port + 'a'", "no such overload"),
        ("self.port > 'a'", "no such overload"),
        ("optional.none().value()", "optional.none() dereference"),
        ("int('x')", "type conversion error from 'string' to 'int'"),
        ("self.list.all(x, 1 / (x - 1) >= 0)", "division by zero"),
    ],
)
def test_what_has_no_value(text: str, sentence: str) -> None:
    with pytest.raises(EvaluationError) as failure:
        value_of(text)
    assert str(failure.value) == sentence


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("self.nope > 1", 4, "undefined field 'nope'"),
        ("foo > 1", 0, "undeclared reference to 'foo' (in container '')"),
        ("foo(1)", 3, "undeclared reference to 'foo' (in container '')"),
        ("self.name > 1", 10, "found no matching overload for '_>_' applied to '(string, int)'"),
        ("self.n == 1", 7, "found no matching overload for '_==_' applied to '(double, int)'"),
        ("self.name.foo()", 13, "undeclared reference to 'foo' (in container '')"),
        ("self.name.startsWith(1)", 20, "found no matching overload for 'startsWith' applied to 'string.(int)'"),
        ("self.name.a", 9, "type 'string' does not support field selection"),
        ("self.list.all(x, x)", 17, "found no matching overload for '_&&_' applied to '(bool, int)'"),
        ("self.a.all(x, true)", 4, "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"),
        ("[1, 'a']", 4, "expected type 'int' but found 'string'"),
        ("true ? 1 : 'a'", 5, "found no matching overload for '_?_:_' applied to '(bool, int, string)'"),
        ("self.opaque.any", 11, "undefined field 'any'"),
        ("1 +", 3, "Syntax error: mismatched input '<EOF>' expecting"),
        ("1)", 1, "Syntax error: extraneous input ')' expecting <EOF>"),
        ("1 # 2", 2, "Syntax error: token recognition error at: '#'"),
        ("self.for", None, None),
        ("for", 0, "Syntax error: reserved identifier: for"),
        ("has(self)", 4, "invalid argument to has() macro"),
        ("[1].all(1, true)", 8, "argument must be a simple name"),
        ("9223372036854775808", 0, "Syntax error: invalid int literal"),
    ],
)
def test_what_cannot_be_compiled(text: str, at: int | None, sentence: str | None) -> None:
    with pytest.raises(ExpressionError) as failure:
        program(text)
    if at is not None:
        first, _, mark = str(failure.value).partition("\n")
        assert first.startswith(f"ERROR: <input>:1:{at + 1}: {sentence}")
        assert mark == f" | {text}\n | {'.' * at}^"


def test_all_problems_are_told_with_their_lines() -> None:
    with pytest.raises(ExpressionError) as failure:
        program("self.x == 1 &&\n  self.y == 2")
    assert str(failure.value) == (
        "ERROR: <input>:1:5: undefined field 'x'\n | self.x == 1 &&\n | ....^\n"
        "ERROR: <input>:2:7: undefined field 'y'\n |   self.y == 2\n | ......^"
    )


def test_deep_nesting_is_an_error_like_others() -> None:
    with pytest.raises(ExpressionError, match="recursion limit"):
        program("(" * 10_000 + "1" + ")" * 10_000)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_division_and_remainder_belong_together(left: int, right: int) -> None:
    if right in {0, -1}:
        return
    quotient, rest = (value_of(f"({left}) {sign} ({right})") for sign in "/%")
    assert quotient * right + rest == left
    assert abs(rest) < abs(right)


@given(st.text(max_size=20))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    with suppress(ExpressionError):
        program(text)
