"""Cluster roles that are the sum of others."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.clusterrole_aggregation import ClusterRoleAggregation
from mockapi.machinery.meta import Object, Objects
from tests.world import World

ROLES = "clusterroles.rbac.authorization.k8s.io"
PODS, SERVICES, SECRETS = ({"apiGroups": [""], "resources": [plural], "verbs": ["get"]} for plural in ("pods", "services", "secrets"))


@pytest.fixture
def cluster(world: World) -> World:
    world.run(ClusterRoleAggregation)
    return world


def role(world: World, name: str, *rules: Object, label: str = "", **fields: Any) -> None:
    labels = {label: "yes"} if label else {}
    world.client.create(ROLES, {"metadata": {"name": name, "labels": labels}, "rules": list(rules), **fields})


def total(world: World, name: str, *labels: str, rules: Objects | None = None) -> None:
    selectors = [{"matchLabels": {label: "yes"}} for label in labels]
    role(world, name, *(rules or ()), aggregationRule={"clusterRoleSelectors": selectors})


def rules(world: World, name: str = "sum") -> Any:
    found = world.client.get(ROLES, "", name)
    assert found is not None
    return found["rules"]


def test_rules_of_the_parts_are_added_up_in_the_order_of_names_and_each_once(cluster: World) -> None:
    total(cluster, "sum", "a")
    role(cluster, "two", SERVICES, label="a")
    role(cluster, "one", PODS, SERVICES, label="a")
    role(cluster, "other", SECRETS, label="b")
    cluster.settle()
    assert rules(cluster) == [PODS, SERVICES]


def test_the_selectors_come_one_after_the_other(cluster: World) -> None:
    role(cluster, "one", PODS, label="b")
    role(cluster, "two", SERVICES, label="a")
    total(cluster, "sum", "a", "b")
    cluster.settle()
    assert rules(cluster) == [SERVICES, PODS]


def test_rules_written_by_hand_go_with_the_first_part_and_nothing_remains_without_parts(cluster: World) -> None:
    total(cluster, "sum", "a", rules=[SECRETS])
    cluster.settle()
    assert rules(cluster) == [SECRETS]
    role(cluster, "one", PODS, label="a")
    cluster.settle()
    assert rules(cluster) == [PODS]
    cluster.client.patch(ROLES, "", "one", {"metadata": {"labels": None}})
    cluster.settle()
    assert rules(cluster) is None


def test_a_sum_may_be_a_part_but_not_of_itself(cluster: World) -> None:
    role(cluster, "one", PODS, label="a")
    total(cluster, "inner", "a")
    cluster.client.patch(ROLES, "", "inner", {"metadata": {"labels": {"b": "yes"}}})
    total(cluster, "sum", "b")
    cluster.client.patch(ROLES, "", "sum", {"metadata": {"labels": {"b": "yes"}}})
    cluster.settle()
    assert rules(cluster) == [PODS]
