"""Time as a dependency: everything that asks for the time or waits takes a Clock."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for what objects show, monotonic time for delays."""

    def now(self) -> datetime:
        """The current wall time, in UTC."""

    def monotonic(self) -> float:
        """Seconds on a scale that never goes back."""

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Blocks on a condition that the caller holds, for at most so many seconds of this clock (None: no limit).

        It may return earlier, as any wait on a condition may: the caller looks again.
        """


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        condition.wait(seconds)


class FakeClock:
    """A clock for tests, which stands still until it is advanced."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()
        self._waiting: list[threading.Condition] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        with self._lock:
            self._waiting.append(condition)
        try:
            condition.wait()
        finally:
            with self._lock:
                self._waiting.remove(condition)

    def advance(self, seconds: float) -> None:
        """Lets so many seconds pass at once, and wakes all who wait."""
        with self._lock:
            self._elapsed += seconds
            waiting = set(self._waiting)
        for condition in waiting:
            with condition:
                condition.notify_all()


def timestamp(moment: datetime) -> str:
    """A metav1.Time: RFC 3339 in UTC, whole seconds."""
    return moment.isoformat(timespec="seconds")[:19] + "Z"  # strftime takes twice the time, and this is asked for often


def micro_timestamp(moment: datetime) -> str:
    """A metav1.MicroTime: RFC 3339 in UTC with exactly six decimals."""
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def parse_timestamp(text: str) -> datetime:
    """The moment that a metav1.Time or metav1.MicroTime names. ValueError when it is neither."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
