"""Runs controllers: one thread turns changes into keys, a few workers reconcile them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

from mockapi.machinery.clock import Clock, FakeClock
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch
from mockapi.reconcile.informer import Informer, Informers
from mockapi.reconcile.queue import Task, WorkQueue
from mockapi.storage.cache import Cache
from mockapi.storage.records import DELETED, Change

_log = logging.getLogger(__name__)

_CONFLICT = 409
_NAMESPACE_TERMINATING = "NamespaceTerminating"
# How long the dispatching thread may sleep in the cache, and so how late it may notice that it is to stop.
_LONGEST_WAIT = 0.3
# While the workers have enough to do, changes are gathered for so long: many at once cost little more than one.
_GATHERING = 0.005
_STOP_WITHIN = 1.0
_ENDLESS = 100_000


class Manager:
    """The controllers of a process. Use either `start` and `stop`, or, single-threaded, `run_until_settled` and `advance`."""

    def __init__(self, controllers: Iterable[Controller], informers: Informers, cache: Cache, clock: Clock, *, workers: int = 4) -> None:
        self._controllers = {controller.name: controller for controller in controllers}
        # Those that may come to watch something else; the others are asked once.
        self._restless = [each for each in self._controllers.values() if type(each).watching is not Controller.watching]
        self._cache = cache
        self._queue = WorkQueue(clock)
        self._workers = workers
        self._dispatching = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._informers = informers
        self._watched: dict[str, tuple[Informer, dict[str, Watch]]] = {}  # by resource: its view, and who watches it
        self._watching: dict[str, int] = {}
        self._connect()

    def start(self) -> None:
        """Starts the threads and returns at once; objects that are there already count as added."""
        names = {"dispatch": self._dispatch_until_stopped}
        names |= {f"worker-{number}": self._work_until_stopped for number in range(self._workers)}
        self._threads = [threading.Thread(target=target, name=f"controllers-{name}", daemon=True) for name, target in names.items()]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the threads, within a second; what is still to be done is found again at the next start."""
        self._stopping.set()
        self._queue.close()
        deadline = time.monotonic() + _STOP_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def settled(self, seconds: float) -> bool:
        """Waits until all changes so far and what follows from them are dealt with. False when that takes longer.

        What a controller has asked to look at later does not count.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._cache.catch_up()
            if self._dispatch() == 0 and self._queue.idle:
                return True
            self._queue.wait_until_idle(left)
        return False

    def run_until_settled(self) -> None:
        """Does all that is due, in the calling thread. RuntimeError when the controllers keep each other busy without end."""
        for _ in range(_ENDLESS):
            self._cache.catch_up()
            self._dispatch()
            task = self._queue.take(block=False)
            if task is None:
                return
            self._work(task)
        raise RuntimeError("the controllers do not come to rest")

    def advance(self, clock: FakeClock, seconds: float) -> None:
        """Lets time pass on the clock that the manager was made with, doing all that becomes due in its order."""
        end = clock.monotonic() + seconds
        self.run_until_settled()
        while (due := self._queue.next_due()) is not None and clock.monotonic() + due <= end:
            clock.advance(due)
            self.run_until_settled()
        clock.advance(end - clock.monotonic())

    def _connect(self) -> None:
        for controller in self._controllers.values():
            self._queue.open_lane(controller.name, controller.workers, controller.row)
            for key in controller.seeds():
                self._queue.add(Task(controller.name, key))
        self._watch_what_is_served()

    def _watch_what_is_served(self) -> None:
        """Asks the controllers what they watch: at first all of them, later those for whom that has changed."""
        for controller in self._restless if self._watching else self._controllers.values():
            watching = controller.watching()
            if self._watching.get(controller.name) != watching:
                self._watching[controller.name] = watching
                for resource, watch in controller.watches().items():
                    self._interested_in(resource)[controller.name] = watch

    def _interested_in(self, resource: str) -> dict[str, Watch]:
        if resource not in self._watched:
            informer = self._informers.of(resource)
            informer.follow()
            self._watched[resource] = (informer, {})
        return self._watched[resource][1]

    def _dispatch_until_stopped(self) -> None:
        while not self._stopping.is_set():
            revision = self._cache.revision
            self._dispatch()
            if self._queue.waiting:
                self._stopping.wait(_GATHERING)
            self._cache.wait_for_any(revision, _LONGEST_WAIT)

    def _dispatch(self) -> int:
        """Queues the keys that the changes so far concern; returns how many changes there were."""
        with self._dispatching:
            count = 0
            self._watch_what_is_served()
            for informer, interested in self._watched.values():
                changes = informer.collect()
                count += len(changes)
                for change in changes:
                    for lane, watch in interested.items():
                        self._queue_keys(lane, watch, change)
            return count

    def _queue_keys(self, lane: str, watch: Watch, change: Change) -> None:
        previous = change.previous.object if change.previous and change.type != DELETED else None
        try:
            keys: Iterable[Key] = watch(change.record.object, previous)
            for key in keys:
                self._queue.add(Task(lane, key))
        except Exception:
            _log.exception("%s cannot tell what a change of %s %s concerns", lane, change.record.resource, change.record.key)

    def _work_until_stopped(self) -> None:
        while (task := self._queue.take()) is not None:
            self._work(task)

    def _work(self, task: Task) -> None:
        try:
            self._cache.catch_up()
            again = self._controllers[task.lane].reconcile(task.key)
        except Exception as failure:
            self._failed(task, failure)
        else:
            self._queue.forget(task)
            if again is not None:
                self._queue.add_after(task, again)
        finally:
            self._queue.done(task)

    def _failed(self, task: Task, failure: Exception) -> None:
        if self._stopping.is_set() or _in_vain(failure):
            return
        delay = self._queue.retry(task)
        if not (isinstance(failure, StatusError) and failure.code == _CONFLICT):
            _log.error("%s failed on %s, next attempt in %gs", task.lane, task.key, delay, exc_info=failure)


def _in_vain(failure: Exception) -> bool:
    """Whether something was to be created in a namespace that is going: all that is in it goes with it."""
    causes = (failure.details or {}).get("causes", ()) if isinstance(failure, StatusError) else ()
    return any(cause.get("reason") == _NAMESPACE_TERMINATING for cause in causes)
