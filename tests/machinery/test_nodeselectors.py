from __future__ import annotations

import pytest

from mockapi.machinery.meta import Object
from mockapi.machinery.nodeselectors import node_matches, term_matches

NODE: Object = {"metadata": {"name": "node-1", "labels": {"zone": "a", "cores": "8"}}}


def term(key: str, operator: str, *values: str) -> Object:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (term("zone", "In", "a", "b"), True),
        (term("zone", "NotIn", "a"), False),
        (term("disk", "NotIn", "ssd"), True),
        (term("zone", "Exists"), True),
        (term("zone", "DoesNotExist"), False),
        (term("cores", "Gt", "7"), True),
        (term("cores", "Lt", "8"), False),
        (term("zone", "Gt", "1"), False),
        (term("disk", "Lt", "1"), False),
        ({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}, True),
        ({"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["node-1"]}]}, False),
        ({**term("zone", "In", "a"), "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]}, False),
        ({}, False),
    ],
)
def test_a_term(expression: Object, expected: bool) -> None:
    assert term_matches(expression, NODE) is expected


def test_one_term_is_enough_and_none_is_not() -> None:
    assert node_matches({"nodeSelectorTerms": [term("zone", "In", "b"), term("zone", "In", "a")]}, NODE)
    assert not node_matches({"nodeSelectorTerms": []}, NODE)
