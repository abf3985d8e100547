"""How fast the nodes of a zone may be given up."""

from __future__ import annotations

import pytest

from mockapi.controllers.node_lifecycle.zones import Zones

NORMAL, SLOW, STOPPED = 0.1, 0.01, 0.0


def zones(**counts: tuple[int, int]) -> Zones:
    """Zones with so many nodes that are ready and that are lost."""
    made = Zones()
    for zone, (ready, lost) in counts.items():
        for number in range(ready + lost):
            made.note(f"{zone}-{number}", zone, ready=number < ready)
    return made


@pytest.mark.parametrize(
    ("ready", "lost", "pace"),
    [(2, 1, NORMAL), (1, 2, NORMAL), (2, 3, STOPPED), (3, 3, NORMAL), (22, 29, SLOW), (24, 26, NORMAL), (10, 40, STOPPED), (0, 2, STOPPED)],
)
def test_a_zone_of_which_much_is_lost_loses_no_more(ready: int, lost: int, pace: float) -> None:
    assert zones(a=(ready, lost)).pace("a") == pace


def test_a_zone_that_is_lost_as_a_whole_is_given_up_unless_all_are() -> None:
    assert zones(a=(0, 5), b=(1, 0)).pace("a") == NORMAL
    everything = zones(a=(0, 5), b=(0, 1))
    assert everything.all_lost()
    assert (everything.pace("a"), everything.pace("b")) == (STOPPED, STOPPED)


def test_a_change_of_pace_is_told() -> None:
    two = zones(a=(2, 0))
    assert not two.note("a-0", "a", ready=False)
    assert two.note("a-1", "a", ready=False)
    assert sorted(two.lost()) == ["a-0", "a-1"]
    assert two.note("a-2", "a", ready=True)
    assert two.drop("a-2")
    assert not two.drop("a-2")


def test_a_node_may_change_its_zone() -> None:
    moved = zones(a=(1, 0), b=(1, 0))
    moved.note("a-0", "b", ready=False)
    assert moved.pace("b") == NORMAL
    assert moved.lost() == ["a-0"]
