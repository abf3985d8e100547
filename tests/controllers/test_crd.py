"""Definitions become established, contest names, and take their objects with them."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.controllers.namespace import NamespaceLifecycle
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, is_terminating
from mockapi.reconcile.simulation import PRESETS
from tests.kinds.apiextensions.definitions import RESOURCE, definition, version, with_spec
from tests.world import NAMESPACE, World

WIDGETS = "widgets.example.com"


@pytest.fixture
def cluster(world: World) -> World:
    world.run(CustomResourceDefinitions, GarbageCollector, NamespaceLifecycle)
    return world


def define(world: World, obj: Object) -> Object:
    world.client.create(RESOURCE, obj)
    world.settle()
    return found(world, obj["metadata"]["name"])


def found(world: World, name: str = WIDGETS) -> Object:
    obj = world.client.get(RESOURCE, "", name)
    assert obj is not None
    return obj


def conditions(obj: Object) -> dict[str, tuple[str, str]]:
    return {condition["type"]: (condition["status"], condition["reason"]) for condition in obj["status"]["conditions"]}


def widget(name: str, **meta: Any) -> Object:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name, **meta}}


def test_a_definition_is_established(cluster: World) -> None:
    obj = define(cluster, definition(names={"shortNames": ["wd"]}))
    assert conditions(obj) == {"NamesAccepted": ("True", "NoConflicts"), "Established": ("True", "InitialNamesAccepted")}
    assert obj["status"]["acceptedNames"] == obj["spec"]["names"]
    kind = cluster.kind(WIDGETS)
    assert (kind.api_version, kind.kind, kind.short_names) == ("example.com/v1", "Widget", ("wd",))


@pytest.mark.parametrize(
    ("names", "reason", "message"),
    [
        ({"shortNames": ["wd", "free"]}, "ShortNamesConflict", '"wd" is already in use'),
        ({"shortNames": ["wd", "widget"]}, "ShortNamesConflict", '["wd" is already in use, "widget" is already in use]'),
        ({"singular": "widget"}, "SingularConflict", '"widget" is already in use'),
        ({"kind": "Widget", "singular": "gadget", "listKind": "L"}, "KindConflict", '"Widget" is already in use'),
        ({"listKind": "WidgetList"}, "ListKindConflict", '"WidgetList" is already in use'),
    ],
)
def test_names_that_are_taken(cluster: World, names: Any, reason: str, message: str) -> None:
    define(cluster, definition(names={"shortNames": ["wd"]}))
    other = define(cluster, definition(plural="gadgets", kind="Gadget", names=names))
    assert conditions(other) == {"NamesAccepted": ("False", reason), "Established": ("False", "NotAccepted")}
    assert other["status"]["conditions"][0]["message"] == message
    with pytest.raises(KeyError):
        cluster.kind("gadgets.example.com")
    cluster.client.delete(RESOURCE, "", WIDGETS)
    cluster.settle()
    assert conditions(found(cluster, "gadgets.example.com"))["Established"] == ("True", "InitialNamesAccepted")


def test_other_groups_do_not_matter(cluster: World) -> None:
    define(cluster, definition())
    assert conditions(define(cluster, definition(group="example.org")))["NamesAccepted"][0] == "True"


def test_approval_is_told(cluster: World) -> None:
    obj = definition(group="x.k8s.io")
    obj["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, for a test"}
    assert conditions(define(cluster, obj))["KubernetesAPIApprovalPolicyConformant"] == ("False", "UnapprovedAnnotation")


def test_objects_go_before_their_definition(cluster: World) -> None:
    define(cluster, definition())
    cluster.create(WIDGETS, widget("a"))
    cluster.create(WIDGETS, widget("held", finalizers=["example.com/hold"]))
    cluster.client.delete(RESOURCE, "", WIDGETS)
    marked = found(cluster)
    assert is_terminating(marked)
    assert marked["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert marked["metadata"]["generation"] == 1
    assert "deletionGracePeriodSeconds" not in marked["metadata"]
    assert conditions(marked)["Terminating"] == ("True", "InstanceDeletionPending")
    cluster.settle()
    assert conditions(found(cluster))["Terminating"] == ("True", "InstanceDeletionInProgress")
    assert [obj["metadata"]["name"] for obj in cluster.list(WIDGETS)] == ["held"]
    with pytest.raises(StatusError, match="create not allowed while custom resource definition is terminating"):
        cluster.create(WIDGETS, widget("late"))
    cluster.patch(WIDGETS, "held", {"metadata": {"finalizers": None}})
    cluster.settle()
    assert cluster.client.get(RESOURCE, "", WIDGETS) is None
    with pytest.raises(KeyError):
        cluster.kind(WIDGETS)


def test_custom_resources_own_and_are_owned(cluster: World) -> None:
    define(cluster, definition())
    owner = cluster.create(WIDGETS, widget("owner"))
    reference = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "owner", "uid": owner["metadata"]["uid"]}
    cluster.create("configmaps", {"metadata": {"name": "dependent", "ownerReferences": [reference]}})
    cluster.create(WIDGETS, widget("dependent", ownerReferences=[reference]))
    cluster.settle()
    cluster.delete(WIDGETS, "owner")
    cluster.settle()
    assert cluster.list(WIDGETS) == []
    assert cluster.get("configmaps", "dependent") is None


def test_custom_resources_go_with_their_namespace(cluster: World) -> None:
    define(cluster, definition(version(schema=with_spec()), version("v2", storage=False)))
    cluster.create(WIDGETS, widget("a", finalizers=["example.com/hold"]))
    cluster.client.delete("namespaces", "", NAMESPACE)
    cluster.advance(PRESETS["instant"].namespace_delay)
    namespace = cluster.client.get("namespaces", "", NAMESPACE)
    assert namespace is not None
    remaining = next(each for each in namespace["status"]["conditions"] if each["type"] == "NamespaceContentRemaining")
    assert "widgets.example.com has 1 resource instances" in remaining["message"]
    cluster.patch(WIDGETS, "a", {"metadata": {"finalizers": None}})
    cluster.settle()
    assert cluster.client.get("namespaces", "", NAMESPACE) is None


def test_a_definition_can_come_again(cluster: World) -> None:
    define(cluster, definition(version(schema=with_spec(old={"type": "string"}))))
    cluster.client.delete(RESOURCE, "", WIDGETS)
    cluster.settle()
    define(cluster, definition(version(schema=with_spec(new={"type": "integer", "default": 1}))))
    assert cluster.create(WIDGETS, {**widget("a"), "spec": {}})["spec"] == {"new": 1}
