"""The sizes that rollouts and scaling give to ReplicaSets, as pure arithmetic."""

from __future__ import annotations

import pytest

from mockapi.controllers.deployment import revision, rollout
from mockapi.controllers.deployment.rollout import Limits
from mockapi.machinery.meta import Object, name_of


def deployment(replicas: int, surge: int | str = "25%", unavailable: int | str = "25%") -> Object:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"spec": {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}, "status": {}}


def replica_set(name: str, size: int, available: int = 0, most: int | None = None, day: int = 1) -> Object:
    annotations = {} if most is None else {"deployment.kubernetes.io/max-replicas": str(most)}
    return {
        "metadata": {"name": name, "uid": name, "creationTimestamp": f"2026-01-0{day}T00:00:00Z", "annotations": annotations},
        "spec": {"replicas": size},
        "status": {"availableReplicas": available},
    }


def sizes(plan: rollout.Plan) -> dict[str, int]:
    return {name_of(one): size for one, size in plan}


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        (deployment(10), Limits(10, 3, 2)),
        (deployment(1), Limits(1, 1, 0)),
        (deployment(3, 0, "10%"), Limits(3, 0, 1)),
        (deployment(2, 1, 5), Limits(2, 1, 2)),
        (deployment(0, 2, 1), Limits(0, 2, 0)),
        ({"spec": {"replicas": 4, "strategy": {"type": "Recreate"}}}, Limits(4, 0, 0)),
    ],
)
def test_limits(given: Object, limits: Limits) -> None:
    assert rollout.limits_of(given) == limits


@pytest.mark.parametrize(
    ("new", "old", "size"),
    [(0, 10, 3), (3, 10, 3), (3, 8, 5), (9, 0, 10), (12, 0, 10), (0, 15, 0)],
)
def test_the_new_one_grows_as_far_as_there_is_room(new: int, old: int, size: int) -> None:
    one, other = replica_set("new", new), replica_set("old", old)
    assert rollout.new_size(Limits(10, 3, 2), one, [one, other], rolling=True) == size


@pytest.mark.parametrize(
    ("new", "old", "plan"),
    [
        (replica_set("new", 3), [replica_set("old", 10, 10)], {"old": 8}),
        (replica_set("new", 5, 5), [replica_set("old", 8, 8)], {"old": 3}),
        (replica_set("new", 5), [replica_set("old", 8, 8)], {}),
        (replica_set("new", 3), [replica_set("old", 10, 7)], {"old": 8}),
        (replica_set("new", 3), [replica_set("b", 5, 5, day=2), replica_set("a", 5, 5, day=1)], {"a": 3}),
        (replica_set("new", 2), [replica_set("b", 8, 8, day=2), replica_set("a", 2, 0, day=1)], {"a": 0}),
    ],
)
def test_old_ones_shrink_by_what_can_be_spared(new: Object, old: list[Object], plan: dict[str, int]) -> None:
    assert sizes(rollout.shrink_old(Limits(10, 3, 2), new, old)) == plan


def test_scaling_in_proportion_gives_what_is_left_over_to_the_largest() -> None:
    old, new = replica_set("old", 8, most=13), replica_set("new", 5, most=13, day=2)
    assert sizes(rollout.scale(deployment(15, 3, 2), new, [old])) == {"old": 11, "new": 7}
    assert sizes(rollout.scale(deployment(5, 3, 2), new, [old])) == {"old": 5, "new": 3}
    assert sizes(rollout.scale(deployment(0, 3, 2), new, [old])) == {"old": 0, "new": 0}


def test_without_a_note_of_the_former_size_the_status_tells_it() -> None:
    old, new = replica_set("old", 6), replica_set("new", 4, day=2)
    assert sizes(rollout.scale({**deployment(20, 0, 1), "status": {"replicas": 10}}, new, [old])) == {"old": 12, "new": 8}


def test_scaling_without_an_active_one_takes_the_new_or_else_the_youngest() -> None:
    a, b = replica_set("a", 0, day=1), replica_set("b", 0, day=2)
    assert sizes(rollout.scale(deployment(3), None, [a, b])) == {"b": 3}
    assert sizes(rollout.scale(deployment(3), replica_set("new", 0), [a, b])) == {"new": 3}
    assert rollout.scale(deployment(3), None, []) == []


def test_the_history_of_revisions_forgets_the_oldest() -> None:
    before = ",".join(str(number) for number in range(1000, 1400))
    one = replica_set("new", 1)
    one["metadata"]["annotations"] = {revision.REVISION: "1400", revision.HISTORY: before}
    found = revision.new_set_annotations({"metadata": {}}, one, 1401)
    assert found[revision.REVISION] == "1401"
    assert found[revision.HISTORY].endswith(",1399,1400")
    assert 1990 < len(found[revision.HISTORY]) <= 2000


def test_a_revision_that_is_no_number_is_left_alone() -> None:
    one = replica_set("new", 1)
    one["metadata"]["annotations"] = {revision.REVISION: "first"}
    assert revision.new_set_annotations({"metadata": {}}, one, 7)[revision.REVISION] == "first"
