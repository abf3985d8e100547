"""Informers show what the cache has, find objects by index, and report what changed, even after history was forgotten."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockapi.machinery.meta import Key, Object, Objects, name_of
from mockapi.machinery.selectors import LabelSelector, parse_label_selector
from mockapi.reconcile.informer import Informer, Informers
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted

from .conftest import Put


@pytest.fixture
def pods(database: Database) -> Informer:
    return Informers(database.cache).of("pods")


def names(objects: Objects) -> list[str]:
    return [name_of(obj) for obj in objects]


def test_a_read_sees_every_write_before_it(pods: Informer, put: Put, remove: Put) -> None:
    assert pods.list() == []
    put("pods", "a")
    put("pods", "b", namespace="other")
    assert names(pods.list()) == ["a", "b"]
    assert names(pods.list("other")) == ["b"]
    remove("pods", "a")
    assert pods.get(Key("ns", "a")) is None
    assert pods.get(Key("other", "b")) is not None


def test_objects_are_found_by_owner_and_uid(pods: Informer, put: Put) -> None:
    put("pods", "a", metadata={"ownerReferences": [{"uid": "one"}, {"uid": "two"}]})
    assert names(pods.owned_by("two")) == ["a"]
    put("pods", "a", metadata={"ownerReferences": [{"uid": "one"}]})
    assert pods.owned_by("two") == []
    found = pods.by_uid("uid-a")
    assert found is not None
    assert name_of(found) == "a"
    assert pods.by_uid("uid-b") is None


def test_an_index_of_ones_own_covers_what_was_there_before(pods: Informer, put: Put) -> None:
    put("pods", "a", spec={"nodeName": "node-1"})
    pods.add_index("node", lambda pod: [pod["spec"]["nodeName"]])
    put("pods", "b", spec={"nodeName": "node-1"})
    put("pods", "c", spec={"nodeName": "node-2"})
    assert names(pods.indexed("node", "node-1")) == ["a", "b"]


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("app=web", ["a", "b"]),
        ("app=web,tier=front", ["a"]),
        ("app in (web,db),tier!=front", ["b", "c"]),
        ("tier", ["a", "c"]),
        ("!tier", ["b"]),
        ("app=none", []),
        ("", ["a", "b", "c"]),
    ],
)
def test_objects_are_found_by_labels(pods: Informer, put: Put, selector: str, selected: list[str]) -> None:
    put("pods", "a", labels={"app": "web", "tier": "front"})
    put("pods", "b", labels={"app": "web"})
    put("pods", "c", labels={"app": "db", "tier": "back"})
    put("pods", "elsewhere", namespace="other", labels={"app": "web", "tier": "front"})
    assert sorted(names(pods.matching("ns", parse_label_selector(selector)))) == selected


def test_nothing_is_found_by_a_selector_of_nothing(pods: Informer, put: Put) -> None:
    put("pods", "a")
    assert pods.matching("ns", LabelSelector(selects_nothing=True)) == []


def test_a_follower_gets_what_is_there_and_then_each_change(pods: Informer, put: Put, remove: Put) -> None:
    put("pods", "a")
    pods.follow()
    put("pods", "b")
    assert [(change.type, change.record.key.name) for change in pods.collect()] == [("ADDED", "a"), ("ADDED", "b")]
    put("pods", "a", labels={"app": "web"})
    remove("pods", "b")
    changes = pods.collect()
    assert [(change.type, change.record.key.name) for change in changes] == [("MODIFIED", "a"), ("DELETED", "b")]
    assert changes[0].previous is not None
    assert changes[0].previous.object["metadata"]["labels"] == {}
    assert pods.collect() == []


def test_forgotten_history_is_made_up_for_by_comparison(
    database: Database, pods: Informer, put: Put, remove: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        put("pods", name, labels={"app": "web"})
    pods.follow()
    pods.collect()
    put("pods", "a", labels={"app": "db"})
    remove("pods", "b")
    put("pods", "d")

    def forgotten(resource: str, after: int) -> None:
        raise Compacted(after + 1)

    with monkeypatch.context() as patched:
        patched.setattr(database.cache, "changes", forgotten)
        assert sorted((change.type, change.record.key.name) for change in pods.collect()) == [
            ("ADDED", "d"),
            ("DELETED", "b"),
            ("MODIFIED", "a"),
        ]
    assert names(pods.matching("ns", parse_label_selector("app=web"))) == ["c"]
    put("pods", "e")
    assert [change.record.key.name for change in pods.collect()] == ["e"]


_WRITES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["web", "db", None])), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_WRITES)
def test_indexes_agree_with_a_full_search(database: Database, put: Put, remove: Put, writes: list[tuple[str, str | None]]) -> None:
    pods = Informers(database.cache).of("pods")
    for name, label in writes:
        if label is not None:
            put("pods", name, labels={"app": label})
        elif pods.get(Key("ns", name)) is not None:
            remove("pods", name)
        for value in ("web", "db"):
            selector = parse_label_selector(f"app={value}")
            expected = [name_of(pod) for pod in pods.list("ns") if selector.matches(pod["metadata"]["labels"])]
            assert sorted(names(pods.matching("ns", selector))) == sorted(expected)


def test_outlines_are_worked_out_when_an_object_changes(pods: Informer, put: Put, remove: Put) -> None:
    worked_out: list[str] = []

    def outline(pod: Object) -> Object:
        worked_out.append(name_of(pod))
        return {"called": name_of(pod)}

    pods.add_index("first", lambda pod: [name_of(pod)[0]])
    for name in ("a-1", "a-2", "b"):
        put("pods", name)
    assert pods.outlines(outline) == [{"called": "a-1"}, {"called": "a-2"}, {"called": "b"}]
    assert pods.outlines(outline, "first", "a") == [{"called": "a-1"}, {"called": "a-2"}]
    put("pods", "b")
    remove("pods", "a-1")
    assert pods.outlines(outline) == [{"called": "a-2"}, {"called": "b"}]
    assert worked_out == ["a-1", "a-2", "b", "b"]
