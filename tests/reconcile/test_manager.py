"""The manager: changes become keys, keys are reconciled, conflicts are retried in silence and errors with a record."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from mockapi.machinery import errors
from mockapi.machinery.clock import FakeClock, SystemClock
from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch, controller_key, own_key
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.manager import Manager
from mockapi.storage.database import Database

from .conftest import Put

A = Key("ns", "a")


class Recording(Controller):
    """Notes each key, and does what the test says with it."""

    name: ClassVar[str] = "recording"
    workers: ClassVar[int] = 2

    def __init__(self, toolbox: Any) -> None:
        super().__init__(toolbox)
        self.seen: list[Key] = []
        self.answers: list[float | Exception] = []
        self.noted = threading.Semaphore(0)

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": own_key}

    def reconcile(self, key: Key) -> float | None:
        self.seen.append(key)
        self.noted.release()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def informers(database: Database) -> Informers:
    return Informers(database.cache)


@pytest.fixture
def controller(informers: Informers, clock: FakeClock) -> Recording:
    return Recording(SimpleNamespace(client=None, informers=informers, clock=clock))


@pytest.fixture
def manager(controller: Recording, informers: Informers, database: Database, clock: FakeClock) -> Manager:
    return Manager([controller], informers, database.cache, clock)


def test_each_object_there_and_each_change_is_looked_at(manager: Manager, controller: Recording, put: Put, remove: Put) -> None:
    put("pods", "a")
    manager.run_until_settled()
    assert controller.seen == [A]
    put("pods", "a", labels={"app": "web"})
    put("pods", "a", labels={"app": "db"})
    remove("pods", "a")
    manager.run_until_settled()
    assert controller.seen == [A, A]


def test_a_controller_may_name_keys_to_begin_with(
    controller: Recording, informers: Informers, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controller, "seeds", lambda: [A])
    Manager([controller], informers, database.cache, clock).run_until_settled()
    assert controller.seen == [A]


def test_a_controller_may_ask_for_another_look(manager: Manager, controller: Recording, clock: FakeClock, put: Put) -> None:
    controller.answers = [10.0]
    put("pods", "a")
    manager.advance(clock, 9)
    assert controller.seen == [A]
    manager.advance(clock, 1)
    assert controller.seen == [A, A]
    assert clock.monotonic() == 10


def test_conflicts_are_retried_in_silence(
    manager: Manager, controller: Recording, clock: FakeClock, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    controller.answers = [errors.modified("pods", "", "a"), errors.already_exists("pods", "", "a")]
    put("pods", "a")
    manager.advance(clock, 1)
    assert controller.seen == [A, A, A]
    assert caplog.records == []


def test_errors_are_logged_with_their_traceback_and_retried(
    manager: Manager, controller: Recording, clock: FakeClock, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    controller.answers = [ValueError("no"), errors.internal("no")]
    put("pods", "a")
    manager.advance(clock, 1)
    assert controller.seen == [A, A, A]
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert "ValueError: no" in caplog.text


def test_creating_in_a_namespace_that_goes_is_given_up(manager: Manager, controller: Recording, clock: FakeClock, put: Put) -> None:
    refusal = errors.forbidden("pods", "", "a", "unable to create new content in namespace ns because it is being terminated")
    refusal.details = {**(refusal.details or {}), "causes": [{"reason": "NamespaceTerminating"}]}
    controller.answers = [refusal]
    put("pods", "a")
    manager.advance(clock, 100)
    assert controller.seen == [A]


def test_a_failing_watch_does_not_stop_the_others(
    controller: Recording, informers: Informers, database: Database, clock: FakeClock, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Recording):
        name = "failing"

        def watches(self) -> Mapping[str, Watch]:
            return {"pods": lambda obj, previous: [obj["no such field"]]}

    manager = Manager([Failing(controller.toolbox), controller], informers, database.cache, clock)
    put("pods", "a")
    manager.run_until_settled()
    assert controller.seen == [A]
    assert "failing cannot tell" in caplog.text


def test_threads_follow_writes_and_end_at_once(database: Database, put: Put) -> None:
    informers, clock = Informers(database.cache), SystemClock()
    controller = Recording(SimpleNamespace(client=None, informers=informers, clock=clock))
    manager = Manager([controller], informers, database.cache, clock, workers=2)
    manager.start()
    put("pods", "a")
    assert controller.noted.acquire(timeout=5)
    controller.answers = [errors.modified("pods", "", "b")]
    put("pods", "b")
    assert manager.settled(5)
    assert controller.seen == [A, Key("ns", "b"), Key("ns", "b")]
    begun = time.monotonic()
    manager.stop()
    assert time.monotonic() - begun < 1


def test_what_is_asked_for_later_does_not_keep_a_manager_from_settling(database: Database, put: Put) -> None:
    informers, clock = Informers(database.cache), SystemClock()
    controller = Recording(SimpleNamespace(client=None, informers=informers, clock=clock))
    controller.answers = [1000.0]
    manager = Manager([controller], informers, database.cache, clock)
    manager.start()
    put("pods", "a")
    assert manager.settled(5)
    assert controller.seen == [A]
    manager.stop()


def test_owners_are_found_from_their_dependents() -> None:
    watch = controller_key("ReplicaSet")
    owned = {"kind": "ReplicaSet", "name": "web", "controller": True}
    pod = {"metadata": {"namespace": "ns", "name": "p", "ownerReferences": [owned]}}
    orphan = {"metadata": {"namespace": "ns", "name": "p"}}
    assert set(watch(pod, None)) == {Key("ns", "web")}
    assert set(watch(orphan, pod)) == {Key("ns", "web")}
    assert set(watch(orphan, None)) == set()
    assert set(controller_key("Job")(pod, None)) == set()
