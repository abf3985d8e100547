import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.schema.decode import DecodeError
from mockapi.registry.schema.duplicates import in_document_order, parse_json

OBJECTS = st.recursive(st.integers(-(2**63), 2**63 - 1) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def test_duplicates_are_reported_and_the_last_value_counts():
    text = b'{"spec":{"type":"NodePort","type":"ClusterIP","ports":[{"port":80,"port":81}]}}'
    value, problems = parse_json(text)
    assert value == {"spec": {"type": "ClusterIP", "ports": [{"port": 81}]}}
    assert problems == ['duplicate field "spec.type"', 'duplicate field "spec.ports[0].port"']


def test_a_duplicate_told_once_and_objects_merged():
    value, problems = parse_json(b'{"spec": {"a": 1}, "spec": {"b": 2}, "spec": {"a": 3}}')
    assert value == {"spec": {"a": 3, "b": 2}}
    assert problems == ['duplicate field "spec"']


@given(OBJECTS, st.booleans(), st.sampled_from([None, 1]))
def test_texts_without_duplicates_have_no_problems(value, ascii_only, indent):
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == (value, [])


@pytest.mark.parametrize("text", [b'{"a" : 1, "a" : 2}', b'{"a": "\\":", "a": 2}', b'{"a": "\\u0022:", "a": 1}'])
def test_odd_spelling_hides_no_duplicate(text):
    assert parse_json(text)[1] == ['duplicate field "a"']


def test_broken_texts_raise_go_errors():
    with pytest.raises(DecodeError, match="unexpected end of JSON input"):
        parse_json(b'{"metadata": {"name": "a"')


def test_bytes_that_are_not_utf8_are_replaced():
    assert parse_json(b'{"a": "\xff"}') == ({"a": "�"}, [])


def test_problems_in_the_order_of_the_document():
    text = b'{"x":{"q":1,"q":2},"spec":{"tpye":1,"type":1,"type":2,"odd":3}}'
    _, duplicates = parse_json(text)
    unknown = ['unknown field "x"', 'unknown field "spec.tpye"', 'unknown field "spec.odd"']
    assert in_document_order(text, duplicates + unknown) == [
        'unknown field "x"',
        'unknown field "spec.tpye"',
        'duplicate field "spec.type"',
        'unknown field "spec.odd"',
    ]
