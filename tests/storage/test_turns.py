from __future__ import annotations

import threading
import time

from mockapi.storage.turns import Turns

LONG = 30.0


def queued(turns: Turns) -> int:
    return len(turns._waiting)


def test_threads_get_their_turn_in_the_order_of_asking() -> None:
    turns = Turns()
    order: list[int] = []

    def take(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            deadline = time.monotonic() + LONG
            while queued(turns) <= number and time.monotonic() < deadline:
                thread.join(0.001)
    for thread in threads:
        thread.join(LONG)
    assert order == list(range(8))


def test_one_thread_at_a_time() -> None:
    turns = Turns()
    inside, most = 0, 0

    def take() -> None:
        nonlocal inside, most
        for _ in range(200):
            with turns:
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert most == 1


def test_a_failure_passes_the_turn_on() -> None:
    turns = Turns()
    try:
        with turns:
            raise LookupError
    except LookupError:
        pass
    with turns:
        pass
