"""MutatingAdmissionPolicy and its binding: defaults and rules."""

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

POLICIES = "mutatingadmissionpolicies.admissionregistration.k8s.io"
BINDINGS = "mutatingadmissionpolicybindings.admissionregistration.k8s.io"
RULE: Object = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
MUTATION: Object = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}


def policy(**changes: Any) -> Object:
    """A policy that is right, with fields of its spec changed, or left out where they are None."""
    spec: Object = {"matchConstraints": {"resourceRules": [RULE]}, "mutations": [MUTATION], "reinvocationPolicy": "Never", **changes}
    return {"metadata": {"name": "limits"}, "spec": {name: value for name, value in spec.items() if value is not None}}


def test_defaults(api: Api) -> None:
    made = api.create(POLICIES, policy())
    assert made["spec"]["failurePolicy"] == "Fail"
    assert made["spec"]["matchConstraints"]["matchPolicy"] == "Equivalent"
    assert made["metadata"]["generation"] == 1
    bound = {"metadata": {"name": "here"}, "spec": {"policyName": "limits", "matchResources": {}}}
    assert api.create(BINDINGS, bound)["spec"]["matchResources"]["namespaceSelector"] == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"mutations": None}, ["mutations: Required value: mutations must contain at least one item"]),
        ({"reinvocationPolicy": None}, ["reinvocationPolicy: Required value"]),
        ({"reinvocationPolicy": "Often"}, ['reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"']),
        ({"matchConstraints": None}, ["matchConstraints: Required value"]),
        (
            {"matchConstraints": {"resourceRules": [{**RULE, "operations": ["DELETE"]}]}},
            ['matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT"'],
        ),
        ({"mutations": [{}]}, ["mutations[0].patchType: Required value"]),
        (
            {"mutations": [{"patchType": "Strategic"}]},
            ['mutations[0].patchType: Unsupported value: "Strategic": supported values: "ApplyConfiguration", "JSONPatch"'],
        ),
        (
            {"mutations": [{**MUTATION, "patchType": "JSONPatch"}]},
            [
                "mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
                'mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
            ],
        ),
        (
            {"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": " "}}]},
            ["mutations[0].jsonPatch.expression: Required value"],
        ),
        (
            {"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[1]"}}]},
            ['mutations[0].jsonPatch.expression: Invalid value: "[1]": must evaluate to list(JSONPatch) but got list(int)'],
        ),
        (
            {"mutations": [{**MUTATION, "applyConfiguration": {"expression": "'teapot'"}}]},
            ["mutations[0].applyConfiguration.expression: Invalid value: \"'teapot'\": must evaluate to Object but got string"],
        ),
        (
            {"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 1, what: 'x'}]"}}]},
            [
                "mutations[0].jsonPatch.expression: Invalid value: \"[JSONPatch{op: 1, what: 'x'}]\": compilation failed: "
                "ERROR: <input>:1:16: expected type of field 'op' is 'string' but provided type is 'int'"
            ],
        ),
        (
            {"variables": [{"name": "a", "expression": "Objects{}"}]},
            ['variables[0].expression: Invalid value: "Objects{}": compilation failed: ERROR: <input>:1:8: undeclared reference'],
        ),
    ],
)
def test_rules(api: Api, changes: Object, found: list[str]) -> None:
    shown = causes(api.create, POLICIES, policy(**changes))
    assert len(shown) == len(found), shown
    for cause, wanted in zip(shown, found, strict=True):
        assert cause.startswith(f"spec.{wanted}")


def test_rules_of_bindings(api: Api) -> None:
    shown = causes(api.create, BINDINGS, {"metadata": {"name": "here"}, "spec": {"paramRef": {"name": "a"}}})
    assert shown == ["spec.policyName: Required value", "spec.paramRef.parameterNotFoundAction: Required value"]
