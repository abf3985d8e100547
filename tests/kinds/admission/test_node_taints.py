"""TaintNodesByCondition: new nodes take no pods yet."""

from __future__ import annotations

from tests.kinds.pipeline import Api

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def test_a_new_node_has_the_taint_after_its_own(api: Api) -> None:
    own = {"key": "gpu", "effect": "NoExecute"}
    assert api.create("nodes", {"metadata": {"name": "a"}})["spec"]["taints"] == [NOT_READY]
    assert api.create("nodes", {"metadata": {"name": "b"}, "spec": {"taints": [own]}})["spec"]["taints"] == [own, NOT_READY]


def test_it_is_there_once(api: Api) -> None:
    given = {**NOT_READY, "value": "mine"}
    assert api.create("nodes", {"metadata": {"name": "a"}, "spec": {"taints": [given]}})["spec"]["taints"] == [given]
