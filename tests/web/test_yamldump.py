"""YAML as the API server writes it."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockapi.web.yamldump import dump


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "k: plain\n"),
        ("", 'k: ""\n'),
        ("n", 'k: "n"\n'),
        ("yes", 'k: "yes"\n'),
        ("8080", 'k: "8080"\n'),
        ("1e3", 'k: "1e3"\n'),
        ("~", 'k: "~"\n'),
        ("2026-01-01T00:00:00Z", 'k: "2026-01-01T00:00:00Z"\n'),
        ("a: b", "k: 'a: b'\n"),
        ("one\ntwo\n", "k: |\n  one\n  two\n"),
        ("x " * 60 + "x", "k: " + "x " * 60 + "x\n"),
        (["a", {"b": 1}], "k:\n- a\n- b: 1\n"),
        ({}, "k: {}\n"),
        (None, "k: null\n"),
        (True, "k: true\n"),
    ],
)
def test_scalars_and_collections(value, text):
    assert dump({"k": value}).decode() == text


def test_keys_are_sorted_and_quoted_like_values():
    assert dump({"b": 1, "n": 2, "a": 3}).decode() == 'a: 3\nb: 1\n"n": 2\n'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_is_written_reads_back_the_same(value):
    assert yaml.safe_load(dump({"k": value})) == {"k": value}
