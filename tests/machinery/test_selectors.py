"""Label selectors in both notations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.selectors import (
    EVERYTHING,
    NOTHING,
    SelectorError,
    parse_label_selector,
    selector_from_map,
    selector_from_object,
)

KEYS = st.sampled_from(["app", "env", "example.com/tier", "in"])
VALUES = st.sampled_from(["", "web", "db", "notin", "5"])
LABELS = st.dictionaries(KEYS, VALUES)


@pytest.mark.parametrize(
    ("text", "labels", "selected"),
    [
        ("app=web", {"app": "web"}, True),
        ("app=web", {}, False),
        ("app==web", {"app": "web"}, True),
        ("app!=web", {"app": "db"}, True),
        ("app!=web", {}, True),
        ("app!=web", {"app": "web"}, False),
        ("env in (prod, stage)", {"env": "stage"}, True),
        ("env in (prod, stage)", {}, False),
        ("env notin (prod)", {}, True),
        ("env notin (prod)", {"env": "prod"}, False),
        ("env", {"env": ""}, True),
        ("!env", {"env": ""}, False),
        ("! env", {}, True),
        ("app=", {"app": ""}, True),
        ("app=,env", {"app": "", "env": "x"}, True),
        ("in in (in)", {"in": "in"}, True),
        ("weight>9", {"weight": "12"}, True),
        ("weight>9", {"weight": "9"}, False),
        ("weight<9", {"weight": "heavy"}, False),
        ("weight<9", {"weight": "-3"}, True),
        ("a in (,)", {"a": ""}, True),
        ("a in (x,,y)", {"a": ""}, True),
        ("a in ()", {"a": ""}, True),
        ("", {}, True),
    ],
)
def test_selects(text, labels, selected):
    assert parse_label_selector(text).matches(labels) is selected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("app within (web)", "unable to parse requirement: found 'within', expected: in, notin, =, ==, !=, gt, lt"),
        ("app in", "unable to parse requirement: found '' expected: '('"),
        ("app in (a", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("app in (a,", "unable to parse requirement: found '', expected: ',', or identifier"),
        ("app in (a,,)", "unable to parse requirement: found ')', expected: ',', or identifier"),
        ("app in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("app=(", "unable to parse requirement: found '(', expected: identifier"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("w>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"),
    ],
)
def test_says_what_cannot_be_read(text, message):
    with pytest.raises(SelectorError) as failure:
        parse_label_selector(text)
    assert str(failure.value) == message


def test_bad_keys_and_values_are_named():
    with pytest.raises(SelectorError, match=r'^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of'):
        parse_label_selector("-a=b")
    with pytest.raises(SelectorError, match=r'^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must be'):
        parse_label_selector("a=-b")


def test_canonical_text_sorts_keys_and_values():
    assert str(parse_label_selector("z notin (b,a), !k ,x==1,c!=2,w>3,e")) == "c!=2,e,!k,w>3,x==1,z notin (a,b)"


def test_objects_select_by_both_parts():
    selector = selector_from_object(
        {
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "env", "operator": "NotIn", "values": ["prod", "dev"]},
                {"key": "tier", "operator": "Exists"},
                {"key": "old", "operator": "DoesNotExist"},
            ],
        }
    )
    assert str(selector) == "app=web,env notin (dev,prod),!old,tier"
    assert selector.matches({"app": "web", "tier": "x"})
    assert not selector.matches({"app": "web", "tier": "x", "env": "prod"})


def test_absent_objects_select_nothing_and_empty_ones_everything():
    assert selector_from_object(None) == NOTHING
    assert selector_from_object({}) == EVERYTHING
    assert not NOTHING.matches({})
    assert not NOTHING.empty
    assert selector_from_map({}).empty


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ({"key": "a", "operator": "Gt", "values": ["1"]}, '"Gt" is not a valid label selector operator'),
        ({"key": "a", "operator": "In"}, "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"),
        (
            {"key": "a", "operator": "Exists", "values": ["x"]},
            'values: Invalid value: ["x"]: values set must be empty for exists and does not exist',
        ),
    ],
)
def test_says_what_is_wrong_with_an_expression(expression, message):
    with pytest.raises(SelectorError) as failure:
        selector_from_object({"matchExpressions": [expression]})
    assert str(failure.value) == message


@given(KEYS, st.sets(VALUES, min_size=1), st.booleans(), LABELS)
def test_text_and_object_mean_the_same(key, values, wanted, labels):
    operator = "In" if wanted else "NotIn"
    by_object = selector_from_object({"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]})
    by_text = parse_label_selector(str(by_object))
    assert by_text.matches(labels) == by_object.matches(labels) == ((labels.get(key) in values) is wanted)


@given(LABELS, LABELS)
def test_maps_select_what_carries_them(wanted, labels):
    selector = selector_from_map(wanted)
    assert selector.matches(labels) == (wanted.items() <= labels.items())
    assert parse_label_selector(str(selector)) == selector


@given(st.text(alphabet="ab=!(),<> in", max_size=12))
def test_every_text_is_a_selector_or_an_error(text):
    try:
        selector = parse_label_selector(text)
    except SelectorError:
        return
    assert str(parse_label_selector(str(selector))) == str(selector)
