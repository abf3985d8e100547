"""Field selectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.fieldselectors import FieldTerm, matches, parse_field_selector
from mockapi.machinery.selectors import SelectorError


def test_reads_terms_in_the_order_of_their_text():
    assert parse_field_selector("status.phase!=Running,metadata.name==a,") == (
        FieldTerm("metadata.name", "a"),
        FieldTerm("status.phase", "Running", equal=False),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
        ("a=b,metadata.name in (a)", "invalid selector: 'a=b,metadata.name in (a)'; can't understand 'metadata.name in (a)'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        (r"a=\x", r"invalid field selector: invalid escape sequence: \x"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_says_what_cannot_be_read(text, message):
    with pytest.raises(SelectorError) as failure:
        parse_field_selector(text)
    assert str(failure.value) == message


def test_an_empty_field_is_left_to_the_caller():
    assert parse_field_selector("=a") == (FieldTerm("", "a"),)


def test_all_terms_must_hold():
    terms = parse_field_selector("a=1,b!=2")
    assert matches(terms, {"a": "1", "b": "3"}.__getitem__)
    assert not matches(terms, {"a": "1", "b": "2"}.__getitem__)
    assert not matches(terms, {"a": "2", "b": "3"}.__getitem__)


@given(st.text(alphabet="ab\\,= "), st.booleans())
def test_escaped_values_come_back(value, equal):
    term = FieldTerm("metadata.name", value, equal)
    assert parse_field_selector(str(term)) == (term,)
