"""A lock that threads get in the order in which they asked."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turns:
    """As threading.Lock in a with statement, but fair: Lock lets a busy thread overtake those who wait, again and again."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            own = Lock()
            own.acquire()
            self._waiting.append(own)
        own.acquire()  # until the holder before hands the turn over

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
