"""The work queue's guarantees: no duplicates, no key on two workers, delays and retries by the injected clock."""

from __future__ import annotations

import threading

import pytest

from mockapi.machinery.clock import FakeClock, SystemClock
from mockapi.machinery.meta import Key
from mockapi.reconcile import queue as work_queue
from mockapi.reconcile.queue import Task, WorkQueue

A = Task("lane", Key("ns", "a"))
B = Task("lane", Key("ns", "b"))
OTHER = Task("other", Key("ns", "a"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> WorkQueue:
    queue = WorkQueue(clock)
    queue.open_lane("lane", workers=2)
    queue.open_lane("other")
    return queue


def taken(queue: WorkQueue) -> list[Task]:
    found = []
    while task := queue.take(block=False):
        found.append(task)
    return found


def test_a_key_stands_in_its_lane_once(queue: WorkQueue) -> None:
    queue.add(A)
    queue.add(A)
    queue.add(B)
    assert taken(queue) == [A, B]


def test_a_key_added_while_worked_on_comes_again_once_done(queue: WorkQueue) -> None:
    queue.add(A)
    assert queue.take() == A
    queue.add(A)
    queue.add(A)
    assert queue.take(block=False) is None
    queue.done(A)
    assert taken(queue) == [A]


def test_lanes_take_turns(queue: WorkQueue) -> None:
    queue.add(A)
    queue.add(B)
    queue.add(OTHER)
    assert taken(queue) == [A, OTHER, B]


def test_a_lane_is_worked_on_by_as_many_as_it_allows(queue: WorkQueue) -> None:
    first, second = OTHER, Task("other", Key("ns", "b"))
    queue.add(first)
    queue.add(second)
    assert taken(queue) == [first]
    queue.done(first)
    assert taken(queue) == [second]


def test_a_delayed_key_waits_for_its_time(queue: WorkQueue, clock: FakeClock) -> None:
    queue.add_after(A, 5)
    queue.add_after(A, 9)
    assert (queue.take(block=False), queue.next_due(), queue.idle) == (None, 5, True)
    clock.advance(5)
    assert taken(queue) == [A]
    queue.done(A)
    clock.advance(100)
    assert taken(queue) == []


def test_the_shortest_of_several_delays_counts(queue: WorkQueue, clock: FakeClock) -> None:
    queue.add_after(A, 9)
    queue.add_after(A, 5)
    clock.advance(5)
    assert taken(queue) == [A]


def test_failures_are_retried_ever_later(queue: WorkQueue) -> None:
    delays = [queue.retry(A) for _ in range(20)]
    assert delays[:4] == [0.005, 0.01, 0.02, 0.04]
    assert delays[-1] == 1000
    queue.forget(A)
    assert queue.retry(A) == 0.005


def test_a_queue_with_retries_pending_is_not_idle(queue: WorkQueue, clock: FakeClock) -> None:
    queue.add(A)
    assert not queue.idle
    queue.take()
    assert not queue.idle
    queue.retry(A)
    queue.done(A)
    assert not queue.idle
    clock.advance(1)
    assert taken(queue) == [A]
    queue.done(A)
    assert queue.idle


def test_a_blocked_worker_wakes_for_work_for_time_and_at_the_end(queue: WorkQueue, clock: FakeClock) -> None:
    found: list[Task | None] = []
    steps = threading.Semaphore(0)

    def work() -> None:
        while True:
            found.append(task := queue.take())
            steps.release()
            if task is None:
                return

    worker = threading.Thread(target=work)
    worker.start()
    queue.add(A)
    assert steps.acquire(timeout=5)
    queue.add_after(B, 3)
    clock.advance(3)
    assert steps.acquire(timeout=5)
    queue.close()
    worker.join(5)
    assert found == [A, B, None]


def test_waiting_for_idle(queue: WorkQueue) -> None:
    assert queue.wait_until_idle(0)
    queue.add(A)
    assert not queue.wait_until_idle(0.01)
    task = queue.take()
    assert task is not None
    threading.Timer(0.01, queue.done, [task]).start()
    assert queue.wait_until_idle(5)


def test_the_system_clock_wakes_a_worker_when_a_delay_is_over() -> None:
    queue = WorkQueue(SystemClock())
    queue.open_lane("lane")
    queue.add_after(A, 0.01)
    assert queue.take() == A


def in_another_thread(queue: WorkQueue, *, block: bool) -> Task | None:
    found: list[Task | None] = []
    thread = threading.Thread(target=lambda: found.append(queue.take(block=block)))
    thread.start()
    thread.join(10)
    return found[0]


def test_one_worker_works_at_a_time(queue: WorkQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_queue, "_PATIENCE", 60.0)
    queue.add(A)
    queue.add(B)
    assert queue.take(block=False) == A
    assert in_another_thread(queue, block=False) is None
    queue.done(A)
    assert queue.take(block=False) == B


def test_a_task_that_takes_long_keeps_nobody_waiting() -> None:
    queue = WorkQueue(SystemClock())
    queue.open_lane("lane", workers=2)
    queue.add(A)
    assert queue.take() == A
    threading.Timer(0.01, lambda: queue.add(B)).start()
    assert in_another_thread(queue, block=True) == B


def test_a_lane_may_have_several_keys_in_its_turn() -> None:
    clock = FakeClock()
    queue = WorkQueue(clock)
    queue.open_lane("begins")
    queue.open_lane("finishes", row=3)
    for number in range(4):
        queue.add(Task("begins", Key("", f"{number}")))
        queue.add(Task("finishes", Key("", f"{number}")))
    taken = []
    while (task := queue.take(block=False)) is not None:
        taken.append(task.lane)
        queue.done(task)
    assert taken == ["begins", *["finishes"] * 3, "begins", "finishes", "begins", "begins"]
