"""Which pods go first: each reason outweighs those after it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.controllers.workload.deletion_order import first_to_go
from mockapi.machinery.meta import Object

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DAY_OLD, HOUR_OLD = "2026-01-01T00:00:00Z", "2026-01-01T23:00:00Z"


def pod(
    name: str, node: str = "n", phase: str = "Running", ready: str = DAY_OLD, born: str = DAY_OLD, restarts: int = 0, cost: str = "0"
) -> Object:
    """A pod that is ready since a moment; "" for one that is not."""
    condition: dict[str, Any] = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": ready or None}
    annotations = {"controller.kubernetes.io/pod-deletion-cost": cost}
    return {
        "metadata": {"name": name, "uid": name, "creationTimestamp": born, "annotations": annotations},
        "spec": {"nodeName": node},
        "status": {"phase": phase, "conditions": [condition], "containerStatuses": [{"name": "main", "restartCount": restarts}]},
    }


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (pod("z", node=""), pod("a", phase="Pending", ready="")),
        (pod("z", phase="Pending", ready=""), pod("a", phase="Unknown", ready="")),
        (pod("z", phase="Unknown", ready=""), pod("a", ready="", cost="-5")),
        (pod("z", ready=""), pod("a", cost="-5", ready=HOUR_OLD)),
        (pod("z", cost="-5"), pod("a", cost="nonsense", ready=HOUR_OLD)),
        (pod("z", ready=HOUR_OLD), pod("a", restarts=7)),
        (pod("z", restarts=7), pod("a", born=HOUR_OLD)),
        (pod("z", born=HOUR_OLD), pod("a")),
        (pod("a", ready="2026-01-01T00:00:05Z"), pod("b", ready="2026-01-01T00:00:09Z")),
    ],
)
def test_reasons_to_go_first(first: Object, then: Object) -> None:
    assert first_to_go([then, first], [], 1, NOW) == [first]
    assert first_to_go([first, then], [], 1, NOW) == [first]


def test_crowded_nodes_are_thinned_out() -> None:
    alone, crowded = pod("a", node="one"), pod("b", node="two")
    assert first_to_go([alone, crowded], [alone, crowded, pod("c", node="two")], 1, NOW) == [crowded]


def test_all_go_when_as_many_are_to_go() -> None:
    pods = [pod("b"), pod("a", ready="")]
    assert first_to_go(pods, [], 2, NOW) == pods
