from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.machinery.meta import Object
from tests.controllers.scheduler.scheduling import HOST, ZONE, add_node, add_pod, condition, failure, node_of
from tests.world import World

REQUIRED, PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
NOBODY = "3 No preemption victims found for incoming pod"


@pytest.fixture
def zones(world: World) -> World:
    """Zone a with a node, zone b with two."""
    for name, zone in (("a-1", "a"), ("b-1", "b"), ("b-2", "b")):
        add_node(world, name, labels={ZONE: zone})
    world.run(Scheduler)
    return world


def term(app: str, key: str = ZONE, **more: Any) -> Object:
    return {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}, **more}


def near(*terms: Object) -> Object:
    return {"podAffinity": {REQUIRED: list(terms)}}


def far(*terms: Object) -> Object:
    return {"podAntiAffinity": {REQUIRED: list(terms)}}


def place(world: World, name: str, app: str = "", affinity: Object | None = None, **spec: Any) -> str:
    """The node that a pod gets."""
    add_pod(world, name, meta={"labels": {"app": app or name}}, affinity=affinity or {}, **spec)
    world.settle()
    return node_of(world, name)


def test_near_pods_of_a_kind(zones: World) -> None:
    assert place(zones, "cache", nodeSelector={HOST: "b-2"}) == "b-2"
    assert place(zones, "web", affinity=near(term("cache", HOST))) == "b-2"
    assert place(zones, "job", affinity=near(term("cache"))) == "b-1"


def test_near_nobody(zones: World) -> None:
    assert place(zones, "web", affinity=near(term("cache"))) == ""
    reason = "3 node(s) didn't match pod affinity rules"
    assert condition(zones, "web") == failure(3, reason, "3 Preemption is not helpful for scheduling")
    assert place(zones, "other")
    assert len(zones.events()) == 2  # of a pod that is of no use to it the first one hears nothing
    assert place(zones, "cache", nodeSelector={HOST: "a-1"}) == "a-1"
    assert node_of(zones, "web") == "a-1"


def test_the_first_of_a_group_may_go_anywhere_and_the_others_join_it(zones: World) -> None:
    first = place(zones, "p-0", "web", near(term("web", HOST)))
    assert first
    assert {place(zones, f"p-{number}", "web", near(term("web", HOST))) for number in range(1, 4)} == {first}


def test_all_terms_must_mean_the_pod_that_is_near(zones: World) -> None:
    add_pod(zones, "one", meta={"labels": {"app": "one"}}, nodeName="a-1")
    add_pod(zones, "two", meta={"labels": {"app": "two"}}, nodeName="a-1")
    assert place(zones, "web", affinity=near(term("one"), term("two"))) == ""


def test_away_from_its_like(zones: World) -> None:
    assert {place(zones, f"p-{number}", "web", far(term("web", HOST))) for number in range(3)} == {"a-1", "b-1", "b-2"}
    assert place(zones, "p-3", "web", far(term("web", HOST))) == ""
    assert condition(zones, "p-3") == failure(3, "3 node(s) didn't match pod anti-affinity rules", NOBODY)
    zones.delete("pods", "p-1")
    zones.settle()
    assert node_of(zones, "p-3")


def test_pods_that_are_there_keep_others_away(zones: World) -> None:
    assert place(zones, "shy", affinity=far(term("loud")), nodeSelector={ZONE: "b"})
    assert place(zones, "loud-1", "loud") == "a-1"
    assert place(zones, "loud-2", "loud", nodeSelector={ZONE: "b"}) == ""
    reasons = "1 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't satisfy existing pods anti-affinity rules"
    preemption = "1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod"
    assert condition(zones, "loud-2") == failure(3, reasons, preemption)
    zones.delete("pods", "shy")
    zones.settle()
    assert node_of(zones, "loud-2")


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ({}, "b"),
        ({"namespaces": ["other"]}, "a"),
        ({"namespaces": ["ns", "other"]}, ""),
        ({"namespaceSelector": {}}, ""),
        ({"namespaceSelector": {"matchLabels": {"team": "x"}}}, "a"),
        ({"namespaces": ["ns"], "namespaceSelector": {"matchLabels": {"team": "x"}}}, ""),
    ],
)
def test_namespaces(zones: World, which: Object, expected: str) -> None:
    zones.create("namespaces", {"metadata": {"name": "other", "labels": {"team": "x"}}})
    add_pod(zones, "web", meta={"labels": {"app": "web"}}, nodeName="a-1")
    add_pod(zones, "web", meta={"namespace": "other", "labels": {"app": "web"}}, nodeName="b-1")
    assert place(zones, "p", affinity=far(term("web", **which)))[:1] == expected


def test_label_keys(zones: World) -> None:
    add_pod(zones, "old", meta={"labels": {"app": "web", "rev": "1"}}, nodeName="a-1")
    matching, other = far(term("web", matchLabelKeys=["rev"])), far(term("web", mismatchLabelKeys=["rev"]))
    for name, affinity in (("same", matching), ("other", other)):
        add_pod(zones, name, meta={"labels": {"rev": "2"}}, affinity=affinity, nodeSelector={ZONE: "a"})
    zones.settle()
    assert (node_of(zones, "same"), node_of(zones, "other")) == ("a-1", "")


class TestPreferences:
    def test_near(self, zones: World) -> None:
        add_pod(zones, "cache", meta={"labels": {"app": "cache"}}, nodeName="b-2")
        preferred = [{"weight": 50, "podAffinityTerm": term("cache", HOST)}]
        assert place(zones, "web", affinity={"podAffinity": {PREFERRED: preferred}}) == "b-2"

    def test_away(self, zones: World) -> None:
        for name in ("a-1", "b-1"):
            add_pod(zones, f"noise-{name}", meta={"labels": {"app": "noise"}}, nodeName=name)
        preferred = [{"weight": 50, "podAffinityTerm": term("noise", HOST)}]
        assert place(zones, "web", affinity={"podAntiAffinity": {PREFERRED: preferred}}) == "b-2"
        assert place(zones, "there", affinity={"podAntiAffinity": {PREFERRED: preferred}}, nodeSelector={ZONE: "a"}) == "a-1"

    def test_of_pods_that_are_there(self, zones: World) -> None:
        add_pod(zones, "host", affinity=near(term("guest", HOST)), nodeName="b-1")
        preferred = [{"weight": 9, "podAffinityTerm": term("stranger", HOST)}]
        add_pod(zones, "grump", affinity={"podAntiAffinity": {PREFERRED: preferred}}, nodeName="a-1")
        assert place(zones, "guest") == "b-1"
        assert place(zones, "stranger") == "b-2"
