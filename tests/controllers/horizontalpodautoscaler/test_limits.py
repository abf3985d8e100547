"""How much of what metrics ask for happens now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.controllers.horizontalpodautoscaler.history import History
from mockapi.controllers.horizontalpodautoscaler.limits import permitted, tolerances
from mockapi.kinds.autoscaling.behavior import default_behavior
from mockapi.machinery.meta import Object

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def spec(least: int = 1, most: int = 100, **behavior: Object) -> Object:
    found: Object = {"minReplicas": least, "maxReplicas": most}
    if behavior:
        default_behavior(behavior)
        found["behavior"] = behavior
    return found


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def policy(kind: str, value: int, period: int = 15) -> Object:
    return {"type": kind, "value": value, "periodSeconds": period}


class Autoscaler:
    """An autoscaler that scales as it may."""

    def __init__(self, spec: Object, replicas: int) -> None:
        self.spec = spec
        self.replicas = replicas
        self.history = History()
        self.history.recommend(replicas, NOON)
        self.able = self.limit = ""

    def wants(self, wanted: int, seconds: float) -> int:
        found = permitted(self.spec, self.history, self.replicas, wanted, at(seconds))
        if found.replicas != self.replicas:
            self.history.scaled(self.replicas, found.replicas, at(seconds))
        self.replicas, self.able, self.limit = found.replicas, found.able.reason, found.limit.reason
        assert found.is_limited == (found.limit.reason != "DesiredWithinRange")
        return self.replicas


@pytest.mark.parametrize(
    ("replicas", "wanted", "gets", "limit"),
    [
        (3, 3, 3, "DesiredWithinRange"),
        (3, 5, 5, "DesiredWithinRange"),
        (3, 7, 6, "ScaleUpLimit"),
        (1, 9, 4, "ScaleUpLimit"),
        (60, 110, 100, "TooManyReplicas"),
    ],
)
def test_without_a_behavior_it_may_double(replicas: int, wanted: int, gets: int, limit: str) -> None:
    scaler = Autoscaler(spec(), replicas)
    assert (scaler.wants(wanted, 15), scaler.limit, scaler.able) == (gets, limit, "ReadyForNewScale")


def test_down_only_after_five_minutes_of_lower_recommendations() -> None:
    scaler = Autoscaler(spec(least=2), 5)
    assert (scaler.wants(1, 15), scaler.able) == (5, "ScaleDownStabilized")
    assert scaler.wants(3, 200) == 5
    assert scaler.wants(1, 300) == 5
    assert (scaler.wants(1, 301), scaler.able) == (3, "ScaleDownStabilized")
    assert (scaler.wants(1, 501), scaler.limit) == (2, "TooFewReplicas")


def test_windows_of_a_behavior() -> None:
    scaler = Autoscaler(spec(scaleUp={"stabilizationWindowSeconds": 60}, scaleDown={"stabilizationWindowSeconds": 30}), 3)
    assert (scaler.wants(6, 15), scaler.able) == (3, "ScaleUpStabilized")
    assert scaler.wants(6, 60) == 6
    assert (scaler.wants(2, 75), scaler.able) == (6, "ScaleDownStabilized")
    assert scaler.wants(2, 90) == 2


def test_policies_count_what_was_done_in_their_period() -> None:
    scaler = Autoscaler(spec(scaleUp={"policies": [policy("Pods", 2, 60)]}), 1)
    assert (scaler.wants(10, 15), scaler.limit) == (3, "ScaleUpLimit")
    assert scaler.wants(10, 30) == 3
    assert scaler.wants(10, 75) == 5


BOTH = [policy("Pods", 3), policy("Percent", 50)]


@pytest.mark.parametrize(
    ("select", "up", "down"),
    [("Max", 15, 5), ("Min", 13, 7), ("Disabled", 10, 10)],
)
def test_of_several_policies_one_is_selected(select: str, up: int, down: int) -> None:
    rules: dict[str, Any] = {"selectPolicy": select, "policies": BOTH, "stabilizationWindowSeconds": 0}
    assert Autoscaler(spec(scaleUp=rules), 10).wants(99, 15) == up
    assert Autoscaler(spec(scaleDown=rules), 10).wants(1, 15) == down


def test_percentages_are_rounded_so_that_something_happens() -> None:
    assert Autoscaler(spec(scaleUp={"policies": [policy("Percent", 10)]}), 1).wants(9, 15) == 2
    assert Autoscaler(spec(scaleDown={"policies": [policy("Percent", 10)], "stabilizationWindowSeconds": 0}), 5).wants(1, 15) == 4


def test_bounds_hold_with_a_behavior_too() -> None:
    scaler = Autoscaler(spec(2, 6, scaleDown={"stabilizationWindowSeconds": 0}), 4)
    assert (scaler.wants(9, 15), scaler.limit) == (6, "TooManyReplicas")
    assert (scaler.wants(1, 60), scaler.limit) == (2, "TooFewReplicas")


def test_tolerances_of_a_behavior() -> None:
    assert tolerances(spec()) == (0.1, 0.1)
    assert tolerances(spec(scaleUp={"tolerance": "0"}, scaleDown={"tolerance": "50m"})) == (0.05, 0.0)


RULES = st.fixed_dictionaries(
    {
        "stabilizationWindowSeconds": st.integers(0, 120),
        "selectPolicy": st.sampled_from(["Max", "Min", "Disabled"]),
        "policies": st.lists(st.builds(policy, st.sampled_from(["Pods", "Percent"]), st.integers(1, 200), st.integers(1, 60)), min_size=1),
    }
)


@given(up=RULES, down=RULES, wanted=st.lists(st.integers(0, 50), max_size=20), behaves=st.booleans())
def test_never_beyond_the_bounds_nor_in_the_other_direction(up: Any, down: Any, wanted: list[int], behaves: bool) -> None:
    scaler = Autoscaler(spec(3, 30, scaleUp=up, scaleDown=down) if behaves else spec(3, 30), 5)
    for step, replicas in enumerate(wanted):
        before = scaler.replicas
        after = scaler.wants(replicas, 15 * (step + 1))
        assert 3 <= after <= 30
        # Without a behavior, higher recommendations of the last minutes may still be on their way.
        assert not behaves or (after >= before if replicas >= before else after <= before)
