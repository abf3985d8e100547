"""Which writes concern a webhook."""

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes, refusal
from tests.registry.dynamic.support import VALIDATING, asking, config_map, configuration, rule
from tests.webhooks import Webhook, deny

DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}},
    },
}


@pytest.mark.parametrize(
    ("asked", "matches"),
    [
        (rule("deployments"), True),
        (rule("*"), True),
        (rule("*/*"), True),
        (rule("deployments/status", "deployments/*"), True),
        (rule("deployments/status"), False),
        (rule("deployments", operations=("UPDATE", "DELETE")), False),
        (rule("deployments", operations=("CREATE",)), True),
        (rule("deployments", groups=("",)), False),
        (rule("deployments", groups=("apps",)), True),
        ({**rule("deployments"), "apiVersions": ["v2"]}, False),
        (rule("deployments", scope="Cluster"), False),
        (rule("deployments", scope="Namespaced"), True),
    ],
)
def test_rules(api: Api, hook: Webhook, asked: Object, matches: bool) -> None:
    api.create(VALIDATING, configuration(asking(hook, asked)))
    api.create("deployments.apps", DEPLOYMENT)
    assert bool(hook.asked) == matches


def test_subresources_are_asked_about_by_name(api: Api, hook: Webhook) -> None:
    api.create("deployments.apps", DEPLOYMENT)
    api.create(VALIDATING, configuration(asking(hook, rule("deployments/status"))))
    api.patch("deployments.apps", "web", {"status": {"replicas": 1}}, "status")
    api.patch("deployments.apps", "web", {"spec": {"replicas": 2}})
    assert [(asked["subResource"], asked["object"]["status"]["replicas"]) for asked in hook.asked] == [("status", 1)]


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ({"matchLabels": {"team": "blue"}}, True),
        ({"matchLabels": {"team": "red"}}, False),
        ({"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["default"]}]}, False),
        ({}, True),
    ],
)
def test_labels_of_the_namespace(api: Api, hook: Webhook, selector: Object, matches: bool) -> None:
    api.create(VALIDATING, configuration(asking(hook, namespaceSelector=selector)))
    api.create("configmaps", config_map())
    assert bool(hook.asked) == matches


def test_namespaces_are_matched_by_their_own_labels_and_named_as_their_own_namespace(api: Api, hook: Webhook) -> None:
    chosen = asking(hook, rule("namespaces", scope="Cluster"), namespaceSelector={"matchLabels": {"team": "red"}})
    api.create(VALIDATING, configuration(chosen))
    api.create("namespaces", {"metadata": {"name": "red", "labels": {"team": "red"}}})
    api.create("namespaces", {"metadata": {"name": "blue", "labels": {"team": "blue"}}})
    assert [(asked["name"], asked["namespace"]) for asked in hook.asked] == [("red", "red")]


def test_what_has_no_namespace_is_never_exempted_by_one(api: Api, hook: Webhook) -> None:
    api.create(VALIDATING, configuration(asking(hook, rule("nodes"), namespaceSelector={"matchLabels": {"team": "red"}})))
    api.create("nodes", {"metadata": {"name": "node-1"}})
    assert hook.asked


def test_labels_of_the_object_old_or_new(api: Api, hook: Webhook) -> None:
    api.create(VALIDATING, configuration(asking(hook, objectSelector={"matchLabels": {"guarded": "yes"}})))
    api.create("configmaps", config_map())
    assert not hook.asked
    api.patch("configmaps", "settings", {"metadata": {"labels": {"guarded": "yes"}}})
    api.patch("configmaps", "settings", {"metadata": {"labels": None}})
    api.patch("configmaps", "settings", {"data": {"a": "b"}})
    assert len(hook.asked) == 2


EVENT: Object = {
    "metadata": {"name": "it"},
    "involvedObject": {"namespace": "default"},
    "reason": "Done",
    "message": "done",
    "type": "Normal",
}


@pytest.mark.parametrize(("policy", "matches"), [("Equivalent", True), ("Exact", False)])
def test_another_version_of_the_resource(api: Api, hook: Webhook, policy: str, matches: bool) -> None:
    asked = asking(hook, {**rule("events", groups=("events.k8s.io",)), "apiVersions": ["v1"]}, matchPolicy=policy)
    api.create(VALIDATING, configuration(asked))
    api.create("events", EVENT)
    assert bool(hook.asked) == matches
    if matches:
        (found,) = hook.asked
        assert (found["kind"]["group"], found["requestKind"]["group"]) == ("events.k8s.io", "")
        assert (found["object"]["apiVersion"], found["object"]["note"]) == ("events.k8s.io/v1", "done")


@pytest.mark.parametrize(
    ("expressions", "matches"),
    [
        (["object.metadata.name == 'settings'"], True),
        (["request.operation == 'CREATE'", "oldObject == null"], True),
        (["!('system:masters' in request.userInfo.groups)"], False),
        (["object.data.missing == 'x'", "false"], False),
        (["request.namespace == 'default' && request.resource.resource == 'configmaps'"], True),
    ],
)
def test_conditions(api: Api, hook: Webhook, expressions: list[str], matches: bool) -> None:
    api.create(VALIDATING, configuration(asking(hook, matchConditions=conditions(*expressions))))
    api.create("configmaps", config_map())
    assert bool(hook.asked) == matches


def test_a_condition_without_a_value_fails_as_the_policy_says(api: Api, hook: Webhook) -> None:
    broken = conditions("object.data.missing == 'x'")
    api.create(VALIDATING, configuration(asking(hook, matchConditions=broken)))
    failure = refusal(api.create, "configmaps", config_map())
    text = "expression 'object.data.missing == 'x'' resulted in error: no such key: data"
    assert (failure.code, failure.message) == (403, f'configmaps "settings" is forbidden: {text}')
    api.update(VALIDATING, configuration(asking(hook, matchConditions=broken, failurePolicy="Ignore")))
    api.create("configmaps", config_map())
    assert not hook.asked


def test_conditions_are_checked_when_they_are_written(api: Api, hook: Webhook) -> None:
    hook.answer = deny("no")
    found = causes(api.create, VALIDATING, configuration(asking(hook, matchConditions=conditions("foo == 1", "object.a"))))
    assert found[0].startswith(
        'webhooks[0].matchConditions[0].expression: Invalid value: "foo == 1": compilation failed: '
        "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')"
    )
    assert found[1].endswith('Invalid value: "object.a": must evaluate to bool but got dyn')


def conditions(*expressions: str) -> list[Any]:
    """Match conditions with names."""
    return [{"name": f"c{position}", "expression": expression} for position, expression in enumerate(expressions)]
