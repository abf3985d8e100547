"""A work queue for many controllers: each has a lane, workers take from the lanes in turn, from some of them several keys in a row.

The guarantees are those of client-go's work queue: a key stands in its lane once however often it is added, it is never worked on
by two workers at a time, and one that is added while it is worked on is worked on once more afterwards.

Workers are threads of one interpreter and would only be in each other's way, so one works at a time. But a task may have to wait for
something outside, such as a webhook: after a moment it keeps the others waiting no longer.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from typing import NamedTuple

from mockapi.machinery.clock import Clock
from mockapi.machinery.meta import Key

# The limits of client-go's exponential failure rate limiter, in seconds.
_FIRST_RETRY = 0.005
_LONGEST_RETRY = 1000.0
# After so many seconds of real time a task no longer keeps others from being begun.
_PATIENCE = 0.05


class Task(NamedTuple):
    """A key in the lane of a controller."""

    lane: str
    key: Key


class _Lane:
    """The keys of one controller; at most `limit` of them are worked on at a time, and `row` are taken in its turn."""

    def __init__(self, limit: int, row: int) -> None:
        self.limit = limit
        self.row = row
        self.ready: dict[Key, None] = {}
        self.working: set[Key] = set()
        self.again: set[Key] = set()

    @property
    def available(self) -> bool:
        return bool(self.ready) and len(self.working) < self.limit

    def add(self, key: Key) -> None:
        if key in self.working:
            self.again.add(key)
        else:
            self.ready.setdefault(key)

    def take(self) -> Key:
        key = next(iter(self.ready))
        del self.ready[key]
        self.working.add(key)
        return key

    def done(self, key: Key) -> None:
        self.working.discard(key)
        if key in self.again:
            self.again.remove(key)
            self.ready.setdefault(key)


class WorkQueue:
    """What is to be done, by lane. All methods may be called from any thread; nothing polls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._rest = threading.Condition(self._lock)
        self._lanes: dict[str, _Lane] = {}
        self._turns: deque[str] = deque()
        self._taken = 0  # in the turn of the first of them
        # Heap of (due, tie-breaker, task); an entry counts only while _due still names its moment.
        self._later: list[tuple[float, int, Task]] = []
        self._due: dict[Task, float] = {}
        self._order = itertools.count()
        self._failures: dict[Task, int] = {}
        self._retrying: set[Task] = set()
        self._begun: dict[int, float] = {}  # by worker, while it has a task
        self._watched = False  # whether a worker looks at how long the others take
        self._closed = False

    def open_lane(self, name: str, workers: int = 1, row: int = 1) -> None:
        """Makes room for a controller of which at most `workers` keys may be worked on at a time; its turn is `row` keys long."""
        self._lanes[name] = _Lane(workers, row)
        self._turns.append(name)

    def add(self, task: Task) -> None:
        """Has the task done as soon as a worker is free."""
        with self._lock:
            self._add(task)
            self._nudge()

    def add_after(self, task: Task, seconds: float) -> None:
        """Has the task done after a delay; of several delays of one task the shortest counts."""
        if seconds <= 0:
            self.add(task)
            return
        with self._lock:
            self._add_after(task, seconds)
            self._work.notify()

    def retry(self, task: Task) -> float:
        """Has a failed task done again, after a delay that doubles with each failure. Returns the delay."""
        with self._lock:
            failures = self._failures.get(task, 0)
            self._failures[task] = failures + 1
            delay = min(_FIRST_RETRY * 2.0 ** min(failures, 64), _LONGEST_RETRY)
            self._retrying.add(task)
            self._add_after(task, delay)
            self._work.notify()
        return delay

    def forget(self, task: Task) -> None:
        """Ends the count of a task's failures."""
        with self._lock:
            self._failures.pop(task, None)

    def take(self, *, block: bool = True) -> Task | None:
        """The next task, which the caller must report `done`. None once the queue is closed, or when it would have to wait and may not."""
        worker = threading.get_ident()
        with self._lock:
            self._begun.pop(worker, None)
            while not self._closed:
                self._promote()
                task = None if self._engaged() else self._next()
                if task is not None:
                    self._begun[worker] = time.monotonic()
                if task is not None or not block:
                    return task
                self._wait()
            return None

    def done(self, task: Task) -> None:
        """The worker has finished with the task, well or not."""
        with self._lock:
            lane = self._lanes[task.lane]
            lane.done(task.key)
            if lane.available:
                self._nudge()
            elif self._is_idle():
                self._rest.notify_all()

    def close(self) -> None:
        """Wakes all who wait; nothing is handed out any more."""
        with self._lock:
            self._closed = True
            self._work.notify_all()
            self._rest.notify_all()

    @property
    def waiting(self) -> bool:
        """Whether there is more to do than the workers can do at once."""
        with self._lock:
            return any(lane.ready for lane in self._lanes.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is due, being worked on or to be retried; tasks added for later do not count."""
        with self._lock:
            return self._is_idle()

    def wait_until_idle(self, seconds: float) -> bool:
        """Blocks until the queue is idle, at most so many seconds of real time. False when it is still busy, or closed."""
        with self._lock:
            return self._rest.wait_for(lambda: self._closed or self._is_idle(), seconds) and not self._closed

    def next_due(self) -> float | None:
        """Seconds until the first of the tasks that were added for later is due; None when there are none."""
        with self._lock:
            return self._until_due()

    def _add(self, task: Task) -> None:
        self._due.pop(task, None)
        self._retrying.discard(task)
        self._lanes[task.lane].add(task.key)

    def _add_after(self, task: Task, seconds: float) -> None:
        due = self._clock.monotonic() + seconds
        if due < self._due.get(task, float("inf")):
            self._due[task] = due
            heapq.heappush(self._later, (due, next(self._order), task))

    def _nudge(self) -> None:
        if not (self._engaged() and self._watched):
            self._work.notify()

    def _wait(self) -> None:
        """Waits for work, or for its turn to begin some."""
        due = self._until_due()
        if self._watched or not self._engaged():
            self._clock.wait(self._work, due)
            return
        self._watched = True
        self._clock.wait(self._work, _PATIENCE if due is None else min(due, _PATIENCE))
        self._watched = False

    def _engaged(self) -> bool:
        return any(time.monotonic() - begun < _PATIENCE for begun in self._begun.values())

    def _promote(self) -> None:
        """Moves what has become due to its lane."""
        now = self._clock.monotonic()
        while (first := self._first_later()) and first[0] <= now:
            self._add(first[1])

    def _until_due(self) -> float | None:
        first = self._first_later()
        return None if first is None else max(0.0, first[0] - self._clock.monotonic())

    def _first_later(self) -> tuple[float, Task] | None:
        while self._later:
            due, _, task = self._later[0]
            if self._due.get(task) == due:
                return due, task
            heapq.heappop(self._later)
        return None

    def _next(self) -> Task | None:
        for _ in range(len(self._turns)):
            name = self._turns[0]
            lane = self._lanes[name]
            self._taken = self._taken + 1 if lane.available else lane.row
            if self._taken >= lane.row:
                self._turns.rotate(-1)
                self._taken = 0
            if lane.available:
                return Task(name, lane.take())
        return None

    def _is_idle(self) -> bool:
        return not self._retrying and not any(lane.ready or lane.working for lane in self._lanes.values())
