from __future__ import annotations

import sys
from typing import Any

from mockapi.controllers.scheduler.podinfo import info_of
from mockapi.controllers.scheduler.snapshot import Effect, NodeInfo, Snapshot
from mockapi.controllers.scheduler.tallies import Matcher, Scope
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import EVERYTHING, selector_from_map
from tests.registry.calls import at_once

ALL = Matcher((Scope(frozenset({"ns"}), EVERYTHING),))
WEB = Matcher((Scope(frozenset({"ns"}), selector_from_map({"app": "web"})),), living=True)
FAR = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "h", "labelSelector": {}}]}}


def pod(name: str = "a", node: str = "", phase: str = "Pending", cpu: str = "500m", meta: Object | None = None, **spec: Any) -> Object:
    container = {"name": "c", "resources": {"requests": {"cpu": cpu}}}
    placed = {"nodeName": node} if node else {}
    metadata = {"name": name, "namespace": "ns", "uid": name, **(meta or {})}
    return {"metadata": metadata, "spec": {"containers": [container], **placed, **spec}, "status": {"phase": phase}}


def node(name: str = "n", labels: dict[str, str] | None = None, cpu: str = "4", beat: int = 0) -> Object:
    status = {"allocatable": {"cpu": cpu, "pods": "10"}, "conditions": [{"lastHeartbeatTime": beat}]}
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": {}, "status": status}


def known(snapshot: Snapshot, name: str = "n") -> NodeInfo:
    found = snapshot.node(name)
    assert found is not None
    return found


def with_nodes(*nodes: Object) -> Snapshot:
    snapshot = Snapshot()
    snapshot.describe_all(nodes or [node()])
    return snapshot


class TestPods:
    def test_are_counted_once(self) -> None:
        snapshot = with_nodes()
        assert [snapshot.place(pod(node="n")) for _ in range(3)] == [Effect.TAKEN, Effect.NONE, Effect.NONE]
        assert (known(snapshot).crowd, known(snapshot).taken) == (1, {"cpu": 500})

    def test_of_an_older_state_change_nothing(self) -> None:
        snapshot = with_nodes()
        snapshot.place(pod(), "n")
        assert snapshot.place(pod()) is Effect.NONE
        assert known(snapshot).crowd == 1

    def test_that_ended_or_are_gone_free_what_they_had(self) -> None:
        snapshot = with_nodes()
        snapshot.place(pod("a", "n"))
        snapshot.place(pod("b", "n"))
        assert snapshot.place(pod("a", "n", "Succeeded")) is Effect.FREED
        assert snapshot.remove("b") is Effect.FREED
        assert snapshot.remove("b") is Effect.NONE
        assert (known(snapshot).crowd, known(snapshot).taken, snapshot.priorities) == (0, {"cpu": 0}, {})

    def test_that_are_resized_count_anew(self) -> None:
        snapshot = with_nodes()
        snapshot.place(pod(node="n"))
        assert snapshot.place(pod(node="n", cpu="2")) is Effect.FREED
        assert (known(snapshot).crowd, known(snapshot).taken) == (1, {"cpu": 2000})

    def test_that_are_going_are_other_neighbours(self) -> None:
        snapshot = with_nodes()
        labels = {"labels": {"app": "web"}}
        snapshot.place(pod(node="n", meta=labels))
        assert (snapshot.tally(WEB)["n"], snapshot.tally(ALL)["n"]) == (1, 1)
        assert snapshot.place(pod(node="n", meta={**labels, "deletionTimestamp": "2030-01-01T00:00:00Z"})) is Effect.TAKEN
        assert (snapshot.tally(WEB)["n"], snapshot.tally(ALL)["n"]) == (0, 1)

    def test_of_two_threads_are_not_counted_twice(self) -> None:
        snapshot, interval = with_nodes(), sys.getswitchinterval()

        def place() -> None:
            for number in range(2000):
                snapshot.place(pod(str(number)), "n")

        sys.setswitchinterval(1e-6)
        try:
            assert at_once(place, place) == [None, None]
        finally:
            sys.setswitchinterval(interval)
        assert (known(snapshot).crowd, known(snapshot).taken) == (2000, {"cpu": 1_000_000})

    def test_may_be_on_nodes_that_are_yet_to_come(self) -> None:
        snapshot = Snapshot()
        snapshot.place(pod(node="n"))
        assert snapshot.node("n") is None
        snapshot.describe(node())
        assert known(snapshot).crowd == 1


class TestNodes:
    def test_heartbeats_change_nothing(self) -> None:
        snapshot = with_nodes()
        version = known(snapshot).version
        assert not snapshot.describe(node(beat=1))
        assert known(snapshot).version == version
        assert snapshot.describe(node(cpu="5"))
        assert known(snapshot).version > version

    def test_are_by_name_and_come_and_go(self) -> None:
        snapshot = with_nodes(node("b"), node("a"))
        layout = snapshot.layout
        snapshot.place(pod(node="b"))
        snapshot.drop("b")
        assert ([info.name for info in snapshot.nodes], snapshot.node("b")) == (["a"], None)
        assert snapshot.layout > layout
        snapshot.describe_all([node("c"), node("b")])
        assert [info.name for info in snapshot.nodes] == ["b", "c"]
        assert known(snapshot, "b").crowd == 1


def test_a_trial_leaves_no_trace() -> None:
    snapshot = with_nodes()
    here = info_of(pod("here", "n", priority=5, affinity=FAR))
    snapshot.place(pod("here", "n", priority=5, affinity=FAR))
    refused = {term: dict(counts) for term, counts in snapshot.refused.items()}
    before = (dict(known(snapshot).taken), known(snapshot).version, dict(snapshot.priorities), refused)
    assert snapshot.tally(ALL)["n"] == 1
    with snapshot.trial() as trial:
        trial.remove("n", here)
        trial.add("n", info_of(pod("other", cpu="3")))
        trial.add("n", here)
        trial.remove("n", here)
        assert (known(snapshot).taken, snapshot.tally(ALL)["n"], snapshot.refused) == ({"cpu": 3000}, 1, {})
        assert known(snapshot).version > before[1]
    assert (known(snapshot).taken, known(snapshot).version, snapshot.priorities, snapshot.refused) == before
    assert (snapshot.tally(ALL)["n"], snapshot.is_placed("other")) == (1, False)


def test_room_is_kept_for_the_nominated_until_they_have_a_node() -> None:
    snapshot = with_nodes()
    waiting = pod("w")
    waiting["status"]["nominatedNodeName"] = "n"
    snapshot.nominate(waiting)
    assert [(name, info.uid) for name, info in snapshot.nominees("n")] == [("n", "w")]
    assert snapshot.nominees("other") == []
    assert snapshot.nominate(pod("w")) is Effect.FREED
    assert snapshot.nominees() == []
