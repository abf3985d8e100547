"""ValidatingAdmissionPolicies: what they see, whom they concern, and what their denials say."""

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, refusal
from tests.registry.dynamic.support import BINDINGS, POLICIES, binding, config_map, policy, rule

PREFIX = "ValidatingAdmissionPolicy 'limits' with binding 'limits-here' denied request: "
MISSING = "expression 'object.data.a == 'b'' resulted in error: no such key: data"


def put_to_use(api: Api, wanted: Object, *bindings: Object) -> None:
    """Creates a policy and its bindings."""
    api.create(POLICIES, wanted)
    for each in bindings or (binding(),):
        api.create(BINDINGS, each)


def denied(api: Api, obj: Object | None = None) -> str:
    """Why a config map is refused, without what all such sentences begin with."""
    failure = refusal(api.create, "configmaps", obj or config_map())
    head, colon, sentence = failure.message.partition("is forbidden: ")
    assert (head, colon) == ('configmaps "settings" ', "is forbidden: ")
    assert failure.details == {"name": "settings", "kind": "configmaps", "causes": [{"message": sentence}]}
    return sentence.removeprefix(PREFIX)


def test_an_expression_that_is_false_denies(api: Api) -> None:
    put_to_use(api, policy("has(object.data)"))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.reason) == (422, "Invalid")
    assert failure.message == f'configmaps "settings" is forbidden: {PREFIX}failed expression: has(object.data)'
    api.create("configmaps", config_map(data={"a": "b"}))


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ({"message": " too big "}, "too big"),
        ({"message": "too big", "messageExpression": "'not ' + object.metadata.name"}, "not settings"),
        ({"message": "too big", "messageExpression": "object.missing"}, "too big"),
        ({"message": "too big", "messageExpression": r"'a\nb'"}, "too big"),
        ({"messageExpression": "'  '"}, "failed expression: false"),
    ],
)
def test_messages(api: Api, validation: Object, message: str) -> None:
    if validation.get("messageExpression") == "object.missing":
        validation = {**validation, "messageExpression": "string(object.missing)"}
    put_to_use(api, policy(validations=[{"expression": " false ", **validation}]))
    assert denied(api) == message


@pytest.mark.parametrize(("reason", "code"), [("Forbidden", 403), ("Invalid", 422), ("RequestEntityTooLarge", 413)])
def test_reasons(api: Api, reason: str, code: int) -> None:
    put_to_use(api, policy(validations=[{"expression": "false", "reason": reason}]))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.reason) == (code, reason)


@pytest.mark.parametrize(
    "expression",
    [
        "object.kind == 'ConfigMap' && object.apiVersion == 'v1'",
        "oldObject == null && params == null",
        "request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.name == 'settings'",
        "request.userInfo.username == 'system:admin' && 'system:masters' in request.userInfo.groups",
        "!has(request.subResource) && !request.dryRun",
        "namespaceObject.metadata.labels.team == 'blue'",
        "namespaceObject.metadata.creationTimestamp < timestamp('2200-01-01T00:00:00Z')",
        "variables.count == 2 && variables.doubled == 4",
        "object.data.all(key, value, key != value)",
        "object.?immutable.orValue(false) == false",
        "quantity(object.data.size).isLessThan(quantity('2Gi'))",
    ],
)
def test_what_expressions_see(api: Api, expression: str) -> None:
    variables = [{"name": "count", "expression": "size(object.data)"}, {"name": "doubled", "expression": "variables.count * 2"}]
    param = {"paramKind": {"apiVersion": "v1", "kind": "Secret"}} if "params" in expression else {}
    put_to_use(api, policy(expression, variables=variables, **param))
    api.create("configmaps", config_map(data={"a": "b", "size": "1Gi"}))


def test_updates_see_the_old_object(api: Api) -> None:
    put_to_use(api, policy("oldObject == null || object.data.a == oldObject.data.a"))
    api.create("configmaps", config_map(data={"a": "b"}))
    failure = refusal(api.patch, "configmaps", "settings", {"data": {"a": "c"}})
    assert failure.message.endswith("failed expression: oldObject == null || object.data.a == oldObject.data.a")


def test_what_has_no_value_fails_as_the_policy_says(api: Api) -> None:
    put_to_use(api, policy("object.data.a == 'b'"))
    assert denied(api) == MISSING
    api.patch(POLICIES, "limits", {"spec": {"failurePolicy": "Ignore"}})
    api.create("configmaps", config_map())


def test_a_variable_without_a_value_is_named(api: Api) -> None:
    put_to_use(api, policy("variables.a == 'b'", variables=[{"name": "a", "expression": "object.data.a"}]))
    sentence = 'composited variable "a" fails to evaluate: no such key: data'
    assert denied(api) == f"expression 'variables.a == 'b'' resulted in error: {sentence}"


def test_warnings_instead_of_denials(api: Api) -> None:
    put_to_use(api, policy("has(object.data)"), binding(actions=("Warn", "Audit")))
    api.create("configmaps", config_map())
    said = "Validation failed for ValidatingAdmissionPolicy 'limits' with binding 'limits-here': failed expression: has(object.data)"
    assert api.warnings == [said]


def test_a_policy_without_a_binding_says_nothing(api: Api) -> None:
    api.create(POLICIES, policy("false"))
    api.create("configmaps", config_map())
    api.create(BINDINGS, binding())
    assert refusal(api.create, "configmaps", config_map("other")).code == 422
    api.delete(BINDINGS, "limits-here")
    api.create("configmaps", config_map("other"))


@pytest.mark.parametrize(
    ("resources", "applies"),
    [
        ({"namespaceSelector": {"matchLabels": {"team": "blue"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"team": "red"}}}, False),
        ({"objectSelector": {"matchLabels": {"guarded": "yes"}}}, False),
        ({"resourceRules": [rule("configmaps", resourceNames=["settings"])]}, True),
        ({"resourceRules": [rule("configmaps", resourceNames=["other"])]}, False),
        ({"excludeResourceRules": [rule("configmaps", resourceNames=["settings"])]}, False),
    ],
)
def test_a_binding_narrows_what_matches(api: Api, resources: Object, applies: bool) -> None:
    put_to_use(api, policy("false"), binding(matchResources=resources))
    if applies:
        assert denied(api) == "failed expression: false"
    else:
        api.create("configmaps", config_map())


def test_constraints_can_exclude(api: Api) -> None:
    constraints = {"resourceRules": [rule("*")], "excludeResourceRules": [rule("configmaps")]}
    put_to_use(api, policy("false", matchConstraints=constraints))
    api.create("configmaps", config_map())
    assert refusal(api.create, "secrets", config_map()).code == 422


def test_conditions(api: Api) -> None:
    put_to_use(api, policy("false", matchConditions=[{"name": "guarded", "expression": "has(object.data)"}]))
    api.create("configmaps", config_map())
    assert refusal(api.create, "configmaps", config_map("other", data={"a": "b"})).code == 422


PARAM_KIND = {"apiVersion": "v1", "kind": "ConfigMap"}
LIMIT = "!has(object.data) || size(object.data) <= int(params.data.limit)"
NO_PARAMS = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"


def limited(api: Api, **reference: object) -> None:
    """Secrets limited by config maps."""
    wanted = policy(LIMIT, paramKind=PARAM_KIND, resources=("secrets",))
    put_to_use(api, wanted, binding(paramRef={"parameterNotFoundAction": "Deny", **reference}))


def test_params_by_name(api: Api) -> None:
    limited(api, name="limit", namespace="default")
    assert refusal(api.create, "secrets", config_map()).message.endswith(NO_PARAMS)
    api.create("configmaps", config_map("limit", data={"limit": "1"}))
    api.create("secrets", config_map(data={"a": "Yg=="}))
    assert refusal(api.create, "secrets", config_map("other", data={"a": "Yg==", "b": "Yg=="})).message.endswith(LIMIT)


def test_params_by_labels_must_all_be_satisfied(api: Api) -> None:
    limited(api, selector={"matchLabels": {"kind": "limit"}}, parameterNotFoundAction="Allow")
    api.create("secrets", config_map(data={"a": "Yg==", "b": "Yg=="}))
    for number in ("2", "1"):
        api.create("configmaps", config_map(f"limit-{number}", metadata={"labels": {"kind": "limit"}}, data={"limit": number}))
    assert refusal(api.create, "secrets", config_map("other", data={"a": "Yg==", "b": "Yg=="})).message.endswith(LIMIT)
    api.create("secrets", config_map("other", data={"a": "Yg=="}))


def test_params_of_a_kind_that_is_not_served(api: Api) -> None:
    put_to_use(api, policy("params == null", paramKind={"apiVersion": "rules.example.com/v1", "kind": "Limit"}))
    message = refusal(api.create, "configmaps", config_map()).message
    problem = "failed to find resource referenced by paramKind: 'rules.example.com/v1, Kind=Limit'"
    assert message.endswith(f"ValidatingAdmissionPolicy 'limits' denied request: failed to configure policy: {problem}")


def test_params_of_a_namespace_for_what_has_none(api: Api) -> None:
    put_to_use(
        api,
        policy("params != null", paramKind=PARAM_KIND, resources=("nodes",)),
        binding(paramRef={"name": "limit", "parameterNotFoundAction": "Allow"}),
    )
    sentence = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
    assert refusal(api.create, "nodes", {"metadata": {"name": "node-1"}}).message.endswith(f"failed to configure binding: {sentence}")


def test_audit_annotations_that_fail_count(api: Api) -> None:
    annotations = [{"key": "size", "valueExpression": "string(object.data.a)"}]
    put_to_use(api, policy(validations=[], auditAnnotations=annotations), binding(actions=("Audit",)))
    assert denied(api) == "expression 'string(object.data.a)' resulted in error: no such key: data"
    api.create("configmaps", config_map(data={"a": "b"}))


def test_policies_say_nothing_about_policies(api: Api) -> None:
    put_to_use(api, policy("false", resources=("*/*",)))
    api.delete(BINDINGS, "limits-here")
    api.delete(POLICIES, "limits")


def test_the_message_of_a_deletion_names_the_object(api: Api) -> None:
    constraints = {"resourceRules": [rule("configmaps", operations=("DELETE",))]}
    api.create("configmaps", config_map(data={"keep": "yes"}))
    put_to_use(api, policy("object == null && oldObject.data.keep != 'yes'", matchConstraints=constraints))
    assert refusal(api.delete, "configmaps", "settings").message.startswith('configmaps "settings" is forbidden: ')
