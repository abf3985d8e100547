"""Quantities: reading, writing, arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.quantity import ZERO, Format, Quantity, QuantityError, parse_quantity

SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "e3", "e-3", "E6"]
texts = st.builds(
    lambda number, suffix: f"{number}{suffix}", st.integers(-9999, 9999) | st.decimals(-99, 99, places=3), st.sampled_from(SUFFIXES)
)


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("0", "0"),
        ("0Gi", "0"),
        ("0.5", "500m"),
        ("1500m", "1500m"),
        ("1000m", "1"),
        ("0.0001", "100u"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Ki", "512"),
        ("512Ki", "512Ki"),
        ("1023", "1023"),
        ("1.1Ki", "1126400m"),
        ("1000k", "1M"),
        ("1e9", "1e9"),
        ("1E5", "100e3"),
        ("1e1", "10"),
        ("12e-4", "1200e-6"),
        ("1E", "1E"),
        ("-1Gi", "-1Gi"),
        ("+5", "5"),
        (".5", "500m"),
        ("5.", "5"),
        ("007", "7"),
        ("1e-12", "1e-9"),
        ("0.0000000001", "1n"),
        ("-0.0000000001", "-1n"),
        ("8Ei", "9223372036854775807"),
        ("20E", "20E"),
        ("104857600", "104857600"),
        (2, "2"),
        (0.25, "250m"),
    ],
)
def test_canonical_text(given, canonical):
    assert str(parse_quantity(given)) == canonical


@pytest.mark.parametrize("text", ["", "1 GB", "1GB", "two", "1.2.3", "1Q", "10 ", "1Mi\n", "1m-5x"])
def test_texts_of_another_shape(text):
    with pytest.raises(QuantityError) as failure:
        parse_quantity(text)
    assert str(failure.value) == "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@pytest.mark.parametrize("text", ["1kk", "1e", "1m5", "1ki", "1K", "--1"])
def test_unknown_suffixes(text):
    with pytest.raises(QuantityError, match=r"^unable to parse quantity's suffix$"):
        parse_quantity(text)


@pytest.mark.parametrize("text", ["Mi", ".", "-m"])
def test_texts_without_a_number(text):
    with pytest.raises(QuantityError, match=r"^unable to parse numeric part of quantity$"):
        parse_quantity(text)


def test_absurd_exponents_are_read_quickly():
    assert parse_quantity("1e999999999") > parse_quantity("1E")
    assert str(parse_quantity("1e-999999999")) == "1e-9"


def test_comparison_ignores_notation():
    assert parse_quantity("1Ki") == parse_quantity("1024") == parse_quantity("1.024k")
    assert len({parse_quantity("1Ki"), parse_quantity("1024")}) == 1
    assert parse_quantity("100m") < parse_quantity("1") <= parse_quantity("1000m")
    assert not ZERO
    assert parse_quantity("1") != 1


def test_arithmetic_keeps_the_notation_of_the_first():
    assert str(parse_quantity("1Gi") + parse_quantity("1024M")) == str(Quantity((1024**3 + 1024 * 10**6) * 10**9, Format.BINARY_SI))
    assert str(ZERO + parse_quantity("1Gi")) == "1Gi"
    assert str(parse_quantity("2Gi") - parse_quantity("1Gi")) == "1Gi"
    assert str(-parse_quantity("1500m")) == "-1500m"


def test_rounding():
    assert parse_quantity("1500m").value == 2
    assert parse_quantity("-1500m").value == -1
    assert parse_quantity("0.0001").milli_value == 1
    assert str(parse_quantity("0.0001").rounded_to_milli()) == "1m"
    assert str(parse_quantity("-0.0001").rounded_to_milli()) == "-1m"


@given(texts)
def test_the_canonical_text_is_the_same_amount(text):
    quantity = parse_quantity(text)
    again = parse_quantity(str(quantity))
    assert again == quantity
    assert str(again) == str(quantity)


@given(texts, texts)
def test_sums_are_exact(left, right):
    first, second = parse_quantity(left), parse_quantity(right)
    assert Fraction((first + second).nanos) == Fraction(first.nanos) + Fraction(second.nanos)
    assert first + second - second == first
