from __future__ import annotations

import pytest

from mockapi.machinery.meta import Object
from mockapi.machinery.tolerations import HARD, PREFER_NO_SCHEDULE, tolerates, untolerated

TAINT = {"key": "k", "value": "v", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "k", "operator": "Exists"}, True),
        ({"key": "k", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "k", "operator": "Equal", "value": "v"}, True),
        ({"key": "k", "value": "v", "effect": "NoSchedule"}, True),
        ({"key": "k", "operator": "Equal", "value": "w"}, False),
        ({"key": "k", "operator": "Equal"}, False),
        ({"key": "j", "operator": "Exists"}, False),
    ],
)
def test_tolerates(toleration: Object, expected: bool) -> None:
    assert tolerates(toleration, TAINT) == expected


def test_a_taint_without_a_value_is_tolerated_by_its_key() -> None:
    assert tolerates({"key": "k", "operator": "Equal"}, {"key": "k", "effect": "NoSchedule"})


def test_the_first_taint_that_is_not_tolerated() -> None:
    soft = {"key": "s", "effect": PREFER_NO_SCHEDULE}
    hard = {"key": "h", "effect": "NoExecute"}
    pod: Object = {"spec": {"tolerations": [{"key": "k", "operator": "Exists"}]}}
    node: Object = {"spec": {"taints": [soft, TAINT, hard]}}
    assert untolerated(pod, node) == hard
    assert untolerated(pod, node, {PREFER_NO_SCHEDULE}) == soft
    assert untolerated(pod, {"spec": {}}, HARD) is None
