from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.schema.quantity import QuantityError, canonical

FACTORS = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
}
BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
ALL = FACTORS | BINARY


def amount(text):
    suffix = text.lstrip("-0123456789.")
    return Fraction(text.removesuffix(suffix) if suffix else text) * ALL[suffix]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1", "100m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1.1Gi", "1181116006400m"),
        ("512", "512"),
        ("1000Ki", "1000Ki"),
        ("1000m", "1"),
        ("1e3", "1e3"),
        ("12E6", "12e6"),
        ("0Gi", "0"),
        ("-2048Ki", "-2Mi"),
        ("0.5Ki", "512"),
        (".5", "500m"),
        ("0.1n", "1n"),
        ("16Ei", "9223372036854775807"),
        ("+5", "5"),
    ],
)
def test_canonical_texts(text, expected):
    assert canonical(text) == expected


@pytest.mark.parametrize("text", ["", "abc", "1GB", "1 Gi", "1,5", "0x10"])
def test_what_does_not_look_like_a_quantity(text):
    with pytest.raises(QuantityError, match="quantities must match"):
        canonical(text)


@pytest.mark.parametrize("text", ["1mm", "1e", "1Gi5", "1K", "--1"])
def test_suffixes_that_do_not_exist(text):
    with pytest.raises(QuantityError, match="unable to parse quantity's suffix"):
        canonical(text)


@given(st.integers(-(10**5), 10**5), st.sampled_from(sorted(ALL.keys() - {"Pi", "Ei"})))
def test_the_canonical_text_is_a_fixed_point_of_the_same_amount(number, suffix):
    text = canonical(f"{number}{suffix}")
    assert canonical(text) == text
    assert amount(text) == amount(f"{number}{suffix}")
