from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.world import World

BUDGETS = "poddisruptionbudgets.policy"
CONDITION = {"type": "DisruptionAllowed", "status": "True", "lastTransitionTime": "2030-01-01T00:00:00Z", "reason": "Enough", "message": ""}


def budget(world: World, **spec: Any) -> Object:
    return world.create(BUDGETS, {"metadata": {"name": "b"}, "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec}})


def causes(raised: pytest.ExceptionInfo[StatusError]) -> list[str]:
    return [f"{cause['field']}: {cause['message']}" for cause in (raised.value.details or {})["causes"]]


def refused(world: World, **spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        budget(world, **spec)
    return causes(raised)


def refused_status(world: World, **status: Any) -> list[str]:
    budget(world)
    with pytest.raises(StatusError) as raised:
        world.patch(BUDGETS, "b", {"status": status}, "status")
    return causes(raised)


def test_nothing_need_be_said(world: World) -> None:
    made = world.create(BUDGETS, {"metadata": {"name": "b"}})
    assert made["spec"] == {}
    assert made["status"] == {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}


@pytest.mark.parametrize("value", [0, 7, "0%", "100%"])
def test_numbers_and_shares(world: World, value: int | str) -> None:
    assert budget(world, minAvailable=value)["spec"]["minAvailable"] == value


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": -1}, "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"),
        ({"maxUnavailable": "101%"}, 'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%'),
        (
            {"unhealthyPodEvictionPolicy": "Never"},
            'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
        ),
    ],
)
def test_what_is_refused(world: World, spec: dict[str, Any], expected: str) -> None:
    assert refused(world, **spec) == [expected]


def test_either_a_least_or_a_most(world: World) -> None:
    [found] = refused(world, minAvailable=1, maxUnavailable=1)
    assert found.endswith("minAvailable and maxUnavailable cannot be both set")


def test_everything_may_change(world: World) -> None:
    budget(world, minAvailable=1)
    change = {"minAvailable": None, "maxUnavailable": "10%", "selector": {"matchLabels": {"app": "other"}}}
    changed = world.patch(BUDGETS, "b", {"spec": change})
    assert (changed["metadata"]["generation"], changed["spec"]["maxUnavailable"]) == (2, "10%")


@pytest.mark.parametrize("field", ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"])
def test_counts_of_the_status(world: World, field: str) -> None:
    assert refused_status(world, **{field: -1}) == [f"status.{field}: Invalid value: -1: must be greater than or equal to 0"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "Maybe"}, 'status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"'),
        ({"reason": ""}, "reason: Required value: must be set"),
        ({"observedGeneration": -1}, "observedGeneration: Invalid value: -1: must be greater than or equal to zero"),
        ({"lastTransitionTime": None}, "lastTransitionTime: Required value: must be set"),
        ({"reason": "R" * 1025}, "reason: Too long: may not be more than 1024 bytes"),
        ({"message": "m" * 32769}, "message: Too long: may not be more than 32768 bytes"),
    ],
)
def test_conditions_of_the_status(world: World, change: dict[str, Any], expected: str) -> None:
    assert refused_status(world, conditions=[{**CONDITION, **change}]) == [f"status.conditions[0].{expected}"]


def test_reasons_and_types_have_a_grammar(world: World) -> None:
    kind, reason = refused_status(world, conditions=[{**CONDITION, "type": "no type", "reason": "no reason"}])
    assert kind.startswith('status.conditions[0].type: Invalid value: "no type": name part must consist of alphanumeric characters')
    assert reason.startswith('status.conditions[0].reason: Invalid value: "no reason": a condition reason must start with alphabetic')


def test_conditions_stand_once(world: World) -> None:
    found = refused_status(world, conditions=[CONDITION, CONDITION])
    assert found == ['status.conditions[1].type: Duplicate value: "DisruptionAllowed"']
