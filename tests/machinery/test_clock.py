"""Clocks: timestamps as the API writes them, and a clock that stands still until it is told to go on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from mockapi.machinery.clock import FakeClock, SystemClock, micro_timestamp, parse_timestamp, timestamp

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def test_timestamps_have_seconds_or_microseconds() -> None:
    assert timestamp(MOMENT) == "2026-01-02T03:04:05Z"
    assert micro_timestamp(MOMENT) == "2026-01-02T03:04:05.678901Z"


def test_timestamps_are_read_in_any_zone_but_not_without() -> None:
    assert parse_timestamp("2026-01-02T04:04:05.678901+01:00") == MOMENT
    with pytest.raises(ValueError, match="no time zone"):
        parse_timestamp("2026-01-02T03:04:05")


def test_the_fake_clock_stands_still() -> None:
    clock = FakeClock(MOMENT)
    assert (clock.now(), clock.monotonic()) == (MOMENT, 0)
    clock.advance(60)
    assert (timestamp(clock.now()), clock.monotonic()) == ("2026-01-02T03:05:05Z", 60)


def test_who_waits_on_the_fake_clock_wakes_when_it_advances() -> None:
    clock, condition, waiting, woken = FakeClock(), threading.Condition(), threading.Event(), []

    def wait() -> None:
        with condition:
            waiting.set()
            while clock.monotonic() < 10:
                clock.wait(condition, 10 - clock.monotonic())
            woken.append(clock.monotonic())

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(5)
    clock.advance(4)
    clock.advance(6)
    thread.join(5)
    assert woken == [10]


def test_the_system_clock_wakes_who_waits_in_time() -> None:
    clock, condition = SystemClock(), threading.Condition()
    before = clock.monotonic()
    with condition:
        clock.wait(condition, 0.01)
    assert 0 < clock.monotonic() - before < 5
    assert clock.now().tzinfo is UTC
