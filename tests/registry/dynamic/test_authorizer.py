"""The variable `authorizer` of match conditions and policies."""

import pytest

from tests.kinds.pipeline import Api, refusal
from tests.registry.dynamic.support import BINDINGS, POLICIES, VALIDATING, asking, binding, config_map, configuration, policy
from tests.webhooks import Webhook


@pytest.mark.parametrize(
    "expression",
    [
        "authorizer.requestResource.check('get').allowed()",
        "authorizer.group('').resource('pods').subresource('log').namespace('default').name('a').check('get').allowed()",
        "authorizer.group('apps').resource('deployments').fieldSelector('metadata.name=a').check('list').allowed()",
        "authorizer.path('/healthz').check('get').allowed()",
        "!authorizer.serviceAccount('default', 'robot').group('').resource('pods').check('get').allowed()",
        "!authorizer.path('/healthz').check('get').errored() && authorizer.path('/a').check('get').error() == ''",
        "authorizer.requestResource.subresource('status').check('update').reason() == ''",
    ],
)
def test_what_the_administrator_may_do(api: Api, expression: str) -> None:
    api.create(POLICIES, policy(expression))
    api.create(BINDINGS, binding())
    api.create("configmaps", config_map())


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("authorizer.path('').check('get').allowed()", "path must not be empty"),
        ("authorizer.group('').resource('').check('get').allowed()", "resource must not be empty"),
        ("authorizer.serviceAccount('No', 'a').path('/').check('get').allowed()", "Invalid service account namespace"),
        ("authorizer.serviceAccount('a', 'No!').path('/').check('get').allowed()", "Invalid service account name"),
    ],
)
def test_questions_that_cannot_be_asked(api: Api, expression: str, sentence: str) -> None:
    api.create(POLICIES, policy(expression))
    api.create(BINDINGS, binding())
    assert refusal(api.create, "configmaps", config_map()).message.endswith(f"resulted in error: {sentence}")


def test_conditions_of_webhooks_may_ask(api: Api, hook: Webhook) -> None:
    conditions = [{"name": "robots", "expression": "!authorizer.requestResource.check('create').allowed()"}]
    api.create(VALIDATING, configuration(asking(hook, matchConditions=conditions)))
    api.create("configmaps", config_map())
    assert hook.asked == []


def test_messages_may_not_ask(api: Api) -> None:
    validation = {"expression": "true", "messageExpression": "authorizer.path('/').check('get').reason()"}
    failure = refusal(api.create, POLICIES, policy(validations=[validation]))
    assert "undeclared reference to 'authorizer' (in container '')" in failure.message
