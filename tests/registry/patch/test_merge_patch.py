"""JSON merge patches."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.errors import StatusError
from mockapi.registry.patch.merge_patch import apply_merge_patch

values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abc"), values)


@pytest.mark.parametrize(
    ("obj", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"a": {"b": "c", "d": 1}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d", "d": 1}}),
        ({"a": "foo"}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": [{"b": None, "c": 1}, None]}, {"a": [{"c": 1}, None]}),
    ],
)
def test_merges(obj, patch, result):
    assert apply_merge_patch(obj, patch) == result


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ([], "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ("x", "error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}"),
        (None, "Invalid JSON Patch"),
    ],
)
def test_a_patch_is_an_object(patch, message):
    with pytest.raises(StatusError) as failed:
        apply_merge_patch({}, patch)
    assert (failed.value.code, failed.value.message) == (400, message)


@given(objects, objects)
def test_a_merge_twice_changes_nothing_more_and_no_argument(obj, patch):
    before = copy.deepcopy((obj, patch))
    once = apply_merge_patch(obj, patch)
    assert apply_merge_patch(once, patch) == once
    assert (obj, patch) == before


@given(objects)
def test_the_outcome_shares_nothing(obj):
    outcome = apply_merge_patch({}, {"a": obj})
    outcome["a"]["new"] = 1
    assert "new" not in obj
