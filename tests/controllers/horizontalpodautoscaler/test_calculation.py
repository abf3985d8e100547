"""How many replicas usage asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.controllers.horizontalpodautoscaler.calculation import Outcome, Situation, Tolerances, by_average, by_utilization
from mockapi.controllers.horizontalpodautoscaler.readings import NoMetricsError, Reading, Readings
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)
WINDOW = timedelta(seconds=15)


def pod(name: str, *, ready: bool = True, started: datetime = LONG_AGO, since: datetime = LONG_AGO, phase: str = "Running") -> Object:
    return {
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "main", "resources": {"requests": {"cpu": "100m"}}}]},
        "status": {
            "phase": phase,
            "startTime": timestamp(started),
            "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": timestamp(since)}],
        },
    }


def readings(**values: int) -> Readings:
    return {name: Reading(value, NOW, WINDOW) for name, value in values.items()}


def situation(*pods: Object, replicas: int | None = None, tolerances: Tolerances = Tolerances()) -> Situation:  # noqa: B008
    return Situation(len(pods) if replicas is None else replicas, list(pods), tolerances, NOW)


def utilization(where: Situation, target: int = 50, **values: int) -> Outcome:
    return by_utilization(where, "cpu", "", readings(**values), target)


@pytest.mark.parametrize(
    ("values", "replicas", "average", "share"),
    [
        ({"a": 50, "b": 50}, 2, 50, 50),
        ({"a": 55, "b": 55}, 2, 55, 55),
        ({"a": 56, "b": 56}, 3, 56, 56),
        ({"a": 100, "b": 100}, 4, 100, 100),
        ({"a": 45, "b": 45}, 2, 45, 45),
        ({"a": 20, "b": 20}, 1, 20, 20),
        ({"a": 0, "b": 0}, 0, 0, 0),
    ],
)
def test_usage_over_target(values: dict[str, int], replicas: int, average: int, share: int) -> None:
    assert utilization(situation(pod("a"), pod("b")), **values) == Outcome(replicas, average, share)


def test_tolerances_may_differ_by_direction() -> None:
    pods = pod("a"), pod("b")
    assert utilization(situation(*pods, tolerances=Tolerances(down=0.5, up=0.0)), a=51, b=51).replicas == 3
    assert utilization(situation(*pods, tolerances=Tolerances(down=0.5, up=0.0)), a=25, b=25).replicas == 2
    assert utilization(situation(*pods, tolerances=Tolerances(down=0.5, up=0.0)), a=24, b=24).replicas == 1


def test_missing_pods_use_all_on_the_way_down_and_nothing_on_the_way_up() -> None:
    pods = pod("a"), pod("b"), pod("c")
    assert utilization(situation(*pods), a=10, b=10).replicas == 3
    assert utilization(situation(*pods), a=100, b=100).replicas == 4
    assert by_average(situation(*pods), "cpu", readings(a=10, b=10), 100).replicas == 2


def test_pods_that_start_do_not_count_on_the_way_down_and_use_nothing_on_the_way_up() -> None:
    pods = pod("a"), pod("b", phase="Pending")
    assert utilization(situation(*pods), a=100).replicas == 2
    assert utilization(situation(*pods), a=300).replicas == 6
    assert utilization(situation(*pods), a=20).replicas == 1


SOON = NOW - timedelta(seconds=60)


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (pod("b"), True),
        (pod("b", started=SOON, since=NOW - WINDOW), True),
        (pod("b", started=SOON, since=NOW - WINDOW + timedelta(seconds=1)), False),
        (pod("b", started=SOON, since=SOON, ready=False), False),
        (pod("b", ready=False, since=LONG_AGO + timedelta(seconds=29)), False),
        (pod("b", ready=False, since=LONG_AGO + timedelta(seconds=30)), True),
        (pod("b", phase="Failed"), False),
        ({**pod("b"), "metadata": {"name": "b", "deletionTimestamp": timestamp(NOW)}}, False),
    ],
)
def test_whose_cpu_counts(other: Object, counts: bool) -> None:
    assert utilization(situation(pod("a"), other), a=50, b=30).utilization == (40 if counts else 50)


def test_memory_counts_from_the_start() -> None:
    starting = pod("b", started=SOON, since=SOON, ready=False)
    assert by_average(situation(pod("a"), starting), "memory", readings(a=100, b=300), 100) == Outcome(4, 200)


def test_what_guesses_must_not_do() -> None:
    pods = pod("a"), pod("b"), pod("c"), pod("d")
    # Without the missing ones it would go up, with them it would go down.
    assert utilization(situation(*pods), a=60).replicas == 4


@pytest.mark.parametrize(
    ("where", "values", "sentence"),
    [
        (situation(), {"a": 1}, "no pods returned by selector while calculating replica count"),
        (situation(pod("a", phase="Pending")), {"a": 1}, "did not receive metrics for targeted pods (pods might be unready)"),
        (situation(pod("a"), pod("b")), {"x": 1}, "no metrics returned matched known pods"),
    ],
)
def test_when_nothing_can_be_said(where: Situation, values: dict[str, int], sentence: str) -> None:
    with pytest.raises(NoMetricsError) as caught:
        utilization(where, **values)
    assert str(caught.value) == sentence


def test_requests_must_be_there() -> None:
    silent = pod("b")
    silent["spec"]["containers"].append({"name": "second"})
    with pytest.raises(NoMetricsError, match=r"^missing request for cpu in container second of Pod b$"):
        utilization(situation(pod("a"), silent), a=1, b=1)
    assert by_utilization(situation(silent), "cpu", "main", readings(b=50), 50).utilization == 50
    silent["spec"]["resources"] = {"requests": {"cpu": "200m"}}
    assert utilization(situation(silent), b=100).utilization == 50


AMOUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 1000), min_size=1)


@given(values=AMOUNTS, missing=st.sets(st.sampled_from("stuv")), pending=st.sets(st.sampled_from("wxyz")), target=st.integers(1, 200))
def test_guesses_never_turn_the_direction(values: dict[str, int], missing: set[str], pending: set[str], target: int) -> None:
    pods = [*map(pod, (*values, *missing)), *(pod(name, phase="Pending") for name in pending)]
    found = utilization(situation(*pods), target, **values)
    assert found.utilization is not None
    if found.utilization > target:
        assert found.replicas >= len(values)
    elif missing:
        assert found.replicas <= len(pods)
