"""Path elements: spelled, shown and sorted as the real server does."""

import pytest

from mockapi.registry.apply.elements import canonical, key_element, order, printed, value_element


def test_elements_are_spelled_as_in_managed_fields():
    assert key_element([("port", 80), ("protocol", "TCP")]) == 'k:{"port":80,"protocol":"TCP"}'
    assert value_element("example.com/one") == 'v:"example.com/one"'


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ("f:spec", ".spec"),
        ('k:{"port":80,"protocol":"TCP"}', '[port=80,protocol="TCP"]'),
        ('k:{"name":"a\\"b"}', '[name="a\\"b"]'),
        ('v:"x"', '[="x"]'),
        ("v:true", "[=true]"),
        ("i:3", "[3]"),
    ],
)
def test_elements_are_shown_as_in_sentences(element, shown):
    assert printed(element) == shown


def test_elements_are_sorted_by_kind_and_then_by_value():
    elements = ["i:10", "i:9", 'v:"b"', "v:2", 'k:{"port":443}', 'k:{"port":80}', 'k:{"name":"a"}', "f:b", "f:a", "v:false"]
    expected = ["f:a", "f:b", 'k:{"name":"a"}', 'k:{"port":80}', 'k:{"port":443}', "v:2", 'v:"b"', "v:false", "i:9", "i:10"]
    assert sorted(elements, key=order) == expected


@pytest.mark.parametrize(
    ("element", "read"),
    [
        ('k:{ "protocol": "TCP", "port": 80 }', 'k:{"port":80,"protocol":"TCP"}'),
        ('v: "x"', 'v:"x"'),
        ("i:007", "i:7"),
        ("f:any thing", "f:any thing"),
        ("z:later", None),
    ],
)
def test_what_a_client_wrote_is_spelled_anew(element, read):
    assert canonical(element) == read


@pytest.mark.parametrize("element", ["k:[1]", "k:{", "v:", "i:x"])
def test_what_cannot_be_read_is_an_error(element):
    with pytest.raises(ValueError, match=r"."):
        canonical(element)
