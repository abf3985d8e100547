"""The claims of a StatefulSet's members: made with them, kept or deleted as the retention policy says."""

from __future__ import annotations

import pytest

from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.controllers.statefulset.controller import StatefulSetController
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, labels_of, name_of
from tests.world import World

from .standin import BROKEN, StandInKubelet, template, workload

SETS, CLAIMS = "statefulsets.apps", "persistentvolumeclaims"
SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


@pytest.fixture
def cluster(world: World) -> World:
    world.run(StatefulSetController, StandInKubelet, GarbageCollector)
    return world


def make(world: World, when_scaled: str = "Retain", when_deleted: str = "Retain", **spec: object) -> None:
    templates = [{"metadata": {"name": "data", "labels": {"kind": "disk"}}, "spec": SPEC}]
    policy = {"whenScaled": when_scaled, "whenDeleted": when_deleted}
    more = {"volumeClaimTemplates": templates, "persistentVolumeClaimRetentionPolicy": policy}
    workload(SETS, world, **{"serviceName": "web", "replicas": 2, **more, **spec})
    world.settle()


def change(world: World, **spec: object) -> None:
    world.patch(SETS, "web", {"spec": spec})
    world.settle()


def names(world: World) -> list[str]:
    return [name_of(claim) for claim in world.list(CLAIMS)]


def owners(world: World) -> dict[str, list[str]]:
    found: dict[str, list[Object]] = {name_of(claim): claim["metadata"].get("ownerReferences") or [] for claim in world.list(CLAIMS)}
    return {name: [f"{owner['kind']} {owner['name']}" for owner in listed] for name, listed in found.items()}


def test_each_member_gets_its_claim_before_it_is_made(cluster: World) -> None:
    make(cluster)
    assert owners(cluster) == {"data-web-0": [], "data-web-1": []}
    claim = cluster.get(CLAIMS, "data-web-0")
    assert claim is not None
    assert labels_of(claim) == {"kind": "disk", "app": "web"}
    assert claim["spec"]["resources"] == SPEC["resources"]
    assert [message for _, message in cluster.events()[:2]] == [
        "Create Claim data-web-0 Pod web-0 in StatefulSet web success",
        "Create Pod web-0 in StatefulSet web successful",
    ]


def test_a_claim_that_is_there_is_used(cluster: World) -> None:
    made = cluster.create(CLAIMS, {"metadata": {"name": "data-web-0"}, "spec": SPEC})
    make(cluster, replicas=1)
    assert cluster.get(CLAIMS, "data-web-0") == made


def test_a_claim_that_goes_holds_up_the_member(cluster: World) -> None:
    cluster.create(CLAIMS, {"metadata": {"name": "data-web-0", "finalizers": ["example.com/stay"]}, "spec": SPEC})
    cluster.delete(CLAIMS, "data-web-0")
    make(cluster, replicas=1)
    assert cluster.list("pods") == []
    cluster.patch(CLAIMS, "data-web-0", {"metadata": {"finalizers": None}})
    cluster.advance(60)
    assert [name_of(pod) for pod in cluster.list("pods")] == ["web-0"]
    assert names(cluster) == ["data-web-0"]


def test_a_refused_claim_is_told_of(cluster: World, monkeypatch: pytest.MonkeyPatch) -> None:
    create = type(cluster.client).create

    def refuse(client: object, resource: str, obj: Object) -> Object:
        if resource == CLAIMS:
            raise StatusError(403, "Forbidden", "no")
        return create(client, resource, obj)  # type: ignore[arg-type]

    monkeypatch.setattr(type(cluster.client), "create", refuse)
    make(cluster)
    assert cluster.events()[0] == ("FailedCreate", "Create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: no")
    assert cluster.list("pods") == []


def test_a_member_that_waits_gets_a_lost_claim_again(cluster: World) -> None:
    make(cluster, template={**template(), "spec": {**template()["spec"], "nodeName": ""}})
    cluster.delete(CLAIMS, "data-web-0")
    cluster.patch("pods", "web-0", {"metadata": {"labels": {"touched": "yes"}}})
    cluster.settle()
    assert names(cluster) == ["data-web-0"]


@pytest.mark.parametrize(
    ("when_scaled", "when_deleted", "owned", "after_scaling", "after_deletion"),
    [
        ("Retain", "Retain", [], ["data-web-0", "data-web-1"], ["data-web-0", "data-web-1"]),
        ("Retain", "Delete", ["StatefulSet web"], ["data-web-0", "data-web-1"], []),
        ("Delete", "Retain", [], ["data-web-0"], ["data-web-0"]),
        ("Delete", "Delete", ["StatefulSet web"], ["data-web-0"], []),
    ],
)
def test_whom_claims_go_with(
    cluster: World, when_scaled: str, when_deleted: str, owned: list[str], after_scaling: list[str], after_deletion: list[str]
) -> None:
    make(cluster, when_scaled, when_deleted)
    assert owners(cluster) == {"data-web-0": owned, "data-web-1": owned}
    change(cluster, replicas=1)
    cluster.advance(60)
    assert names(cluster) == after_scaling
    cluster.delete(SETS, "web")
    cluster.advance(60)
    assert names(cluster) == after_deletion


def test_a_changed_policy_holds_for_the_claims_that_are_there(cluster: World) -> None:
    make(cluster)
    change(cluster, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete"})
    assert owners(cluster) == {"data-web-0": ["StatefulSet web"], "data-web-1": ["StatefulSet web"]}
    change(cluster, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Retain"})
    assert owners(cluster) == {"data-web-0": [], "data-web-1": []}


def test_claims_of_members_that_never_became_ready_go_too(cluster: World) -> None:
    make(cluster, "Delete", template=template(BROKEN), podManagementPolicy="Parallel")
    change(cluster, replicas=0)
    cluster.advance(60)
    assert names(cluster) == []


def test_a_claim_of_another_controller_is_left_to_it(cluster: World) -> None:
    other = cluster.create("configmaps", {"metadata": {"name": "other"}})
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": other["metadata"]["uid"], "controller": True}
    cluster.create(CLAIMS, {"metadata": {"name": "data-web-0", "ownerReferences": [reference]}, "spec": SPEC})
    make(cluster, when_deleted="Delete", replicas=1)
    assert owners(cluster) == {"data-web-0": ["ConfigMap other"]}
    assert "ConflictingController" in {reason for reason, _ in cluster.events()}


def test_a_new_member_waits_for_the_claim_of_the_one_before_to_go(cluster: World) -> None:
    make(cluster, "Delete")
    cluster.patch(CLAIMS, "data-web-1", {"metadata": {"finalizers": ["example.com/stay"]}})
    change(cluster, replicas=1)
    change(cluster, replicas=2)
    assert [name_of(pod) for pod in cluster.list("pods")] == ["web-0"]
    cluster.patch(CLAIMS, "data-web-1", {"metadata": {"finalizers": None}})
    cluster.advance(60)
    assert [name_of(pod) for pod in cluster.list("pods")] == ["web-0", "web-1"]
    assert owners(cluster) == {"data-web-0": [], "data-web-1": []}
