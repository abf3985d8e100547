from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.daemonset.placement import Fit, Placement, tolerations
from mockapi.machinery.meta import Object

from .fleet import pod_template

EVERYWHERE, STAYS, NOWHERE = Fit(runs=True, stays=True), Fit(runs=False, stays=True), Fit(runs=False, stays=False)


def fit(*taints: tuple[str, str], labels: dict[str, str] | None = None, **spec: Any) -> Fit:
    """How the node node-1 with such taints and labels fits such pods."""
    node = {
        "metadata": {"name": "node-1", "labels": labels or {}},
        "spec": {"taints": [{"key": key, "effect": effect} for key, effect in taints]},
    }
    return Placement({"spec": {"template": pod_template(**spec)}}).fit(node)


def required(**term: Any) -> Object:
    terms = {"nodeSelectorTerms": [term]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


def test_any_node_fits_pods_that_ask_for_nothing() -> None:
    assert fit() == EVERYWHERE


def test_the_node_selector_counts() -> None:
    assert fit(nodeSelector={"disk": "ssd"}) == NOWHERE
    assert fit(labels={"disk": "ssd"}, nodeSelector={"disk": "ssd"}) == EVERYWHERE


def test_required_affinity_counts_and_preferred_does_not() -> None:
    ssd = {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}
    assert fit(affinity=required(**ssd)) == NOWHERE
    assert fit(labels={"disk": "ssd"}, affinity=required(**ssd)) == EVERYWHERE
    preferred = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": ssd}]}}
    assert fit(affinity=preferred) == EVERYWHERE


def test_fields_of_the_node_count() -> None:
    def named(name: str) -> Object:
        return required(matchFields=[{"key": "metadata.name", "operator": "In", "values": [name]}])

    assert fit(affinity=named("node-1")) == EVERYWHERE
    assert fit(affinity=named("node-2")) == NOWHERE


def test_a_node_name_in_the_template_counts() -> None:
    assert fit(nodeName="node-1") == EVERYWHERE
    assert fit(nodeName="node-2") == NOWHERE


@pytest.mark.parametrize(("effect", "expected"), [("NoSchedule", STAYS), ("NoExecute", NOWHERE), ("PreferNoSchedule", EVERYWHERE)])
def test_taints_keep_pods_away_or_drive_them_off(effect: str, expected: Fit) -> None:
    assert fit(("team", effect)) == expected
    assert fit(("team", effect), tolerations=[{"key": "team", "operator": "Exists"}]) == EVERYWHERE


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ],
)
def test_what_every_daemon_tolerates(name: str, effect: str) -> None:
    assert fit((f"node.kubernetes.io/{name}", effect)) == EVERYWHERE


def test_only_daemons_on_the_hosts_network_do_without_the_pods_network() -> None:
    away = ("node.kubernetes.io/network-unavailable", "NoSchedule")
    assert fit(away) == STAYS
    assert fit(away, hostNetwork=True) == EVERYWHERE


def test_a_toleration_for_a_time_becomes_one_for_ever() -> None:
    limited = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    other = {"key": "team", "operator": "Exists"}
    found = tolerations({"tolerations": [limited, other]})
    assert found[:2] == [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}, other]
    assert len(found) == 7
