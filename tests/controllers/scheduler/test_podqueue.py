from __future__ import annotations

import pytest

from mockapi.controllers.scheduler.podqueue import EVERYTHING, PodQueue
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.meta import Key

A, B, C = (Key("ns", name) for name in "abc")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> PodQueue:
    return PodQueue(clock)


def drain(queue: PodQueue) -> list[Key]:
    found = []
    while (key := queue.pop()) is not None:
        found.append(key)
    return found


def test_the_most_urgent_first_then_the_longest_there(queue: PodQueue) -> None:
    for key, priority in ((A, 0), (B, 5), (C, 0), (A, 0)):
        queue.add(key, priority)
    assert drain(queue) == [B, A, C]


def test_another_priority_is_another_place(queue: PodQueue) -> None:
    queue.add(A, 5)
    queue.add(B, 1)
    queue.add(A, 0)
    assert drain(queue) == [B, A]


def test_what_was_popped_wakes_for_anything_until_it_is_parked(queue: PodQueue) -> None:
    queue.add(A, 0)
    assert queue.pop() == A
    assert queue.wake({"X"}) == [A]
    assert A in queue
    assert queue.pop() == A
    queue.park(A, {"X"})
    assert queue.wake({"Y"}) == []
    assert queue.wake({"X"}) == [A]


def test_only_those_concerned_wake(queue: PodQueue) -> None:
    for key in (A, B):
        queue.add(key, 0)
        queue.pop()
        queue.park(key, {"X", "Z"})
    assert queue.plugins == {"X", "Z"}
    assert queue.wake({"X"}, lambda key, plugins: key == B and plugins == {"X", "Z"}) == [B]
    assert queue.is_parked(A)


def test_what_was_woken_while_it_was_looked_at_stays_awake(queue: PodQueue) -> None:
    queue.add(A, 0)
    queue.pop()
    queue.wake({EVERYTHING})
    queue.park(A, {"X"})
    assert A in queue


def test_forgets(queue: PodQueue) -> None:
    queue.add(A, 0)
    queue.forget(A)
    assert queue.pop() is None
    queue.add(A, 0)
    queue.pop()
    queue.forget(A)
    assert queue.wake_these([A]) == []


def test_tells_how_long_a_pod_waits(queue: PodQueue, clock: FakeClock) -> None:
    assert queue.parked_for(A) is None
    queue.add(A, 0)
    queue.pop()
    clock.advance(7)
    assert queue.parked_for(A) == 7
