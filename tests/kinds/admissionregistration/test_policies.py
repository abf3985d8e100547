"""ValidatingAdmissionPolicy and its binding: defaults, rules, columns."""

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"
BINDINGS = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
RULE: Object = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


def policy(**changes: Any) -> Object:
    """A policy that is right, with fields of its spec changed, or left out where they are None."""
    spec: Object = {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "true"}], **changes}
    return {"metadata": {"name": "limits"}, "spec": {name: value for name, value in spec.items() if value is not None}}


def binding(**changes: Any) -> Object:
    """A binding, likewise."""
    spec: Object = {"policyName": "limits", "validationActions": ["Deny"], **changes}
    return {"metadata": {"name": "here"}, "spec": {name: value for name, value in spec.items() if value is not None}}


def test_defaults(api: Api) -> None:
    made = api.create(POLICIES, policy())
    assert made["spec"]["failurePolicy"] == "Fail"
    constraints = made["spec"]["matchConstraints"]
    assert (constraints["matchPolicy"], constraints["namespaceSelector"], constraints["objectSelector"]) == ("Equivalent", {}, {})
    assert constraints["resourceRules"][0]["scope"] == "*"
    assert made["metadata"]["generation"] == 1
    assert api.create(BINDINGS, binding(matchResources={}))["spec"]["matchResources"]["matchPolicy"] == "Equivalent"


def test_columns(api: Api) -> None:
    api.create(POLICIES, policy(paramKind={"apiVersion": "v1", "kind": "ConfigMap"}))
    api.create(BINDINGS, binding(paramRef={"name": "a", "namespace": "b", "parameterNotFoundAction": "Deny"}))
    row = api.row(POLICIES, "limits")
    assert (row["Validations"], row["ParamKind"]) == (1, "v1/ConfigMap")
    row = api.row(BINDINGS, "here")
    assert (row["PolicyName"], row["ParamRef"]) == ("limits", "b/a")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"failurePolicy": "Maybe"}, ['failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"']),
        ({"matchConstraints": None}, ["matchConstraints: Required value"]),
        ({"matchConstraints": {}}, ["matchConstraints.resourceRules: Required value"]),
        (
            {"matchConstraints": {"resourceRules": [{**RULE, "resourceNames": ["a", "a", "b/c"]}]}},
            [
                'matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "a"',
                "matchConstraints.resourceRules[0].resourceNames[2]: Invalid value: \"b/c\": may not contain '/'",
            ],
        ),
        (
            {"validations": None},
            [
                "validations: Required value: validations or auditAnnotations must contain at least one item",
                "auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
            ],
        ),
        (
            {"paramKind": {"apiVersion": "a/b/c", "kind": ""}},
            ['paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c', "paramKind.kind: Required value"],
        ),
        (
            {"validations": [{"expression": "object.a"}]},
            ['validations[0].expression: Invalid value: "object.a": must evaluate to bool but got dyn'],
        ),
        (
            {"validations": [{"expression": "params.a == 1"}]},
            ['validations[0].expression: Invalid value: "params.a == 1": compilation failed: ERROR: <input>:1:1: undeclared reference'],
        ),
        (
            {"validations": [{"expression": "request.nothing == 1"}]},
            ['validations[0].expression: Invalid value: "request.nothing == 1": compilation failed: ERROR: <input>:1:8: undefined field'],
        ),
        (
            {"validations": [{"expression": "", "message": "a\nb", "messageExpression": "1", "reason": "Because"}]},
            [
                "validations[0].expression: Required value: expression is not specified",
                'validations[0].messageExpression: Invalid value: "1": must evaluate to string but got int',
                r'validations[0].message: Invalid value: "a\nb": message must not contain line breaks',
                'validations[0].reason: Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
            ],
        ),
        (
            {"variables": [{"name": "in", "expression": "1"}, {"name": "b", "expression": "variables.c"}]},
            [
                'variables[0].name: Invalid value: "in": name is not a valid CEL identifier',
                "variables[1].expression: Invalid value: \"variables.c\": compilation failed: ERROR: <input>:1:10: undefined field 'c'",
            ],
        ),
        (
            {"auditAnnotations": [{"key": "a", "valueExpression": "1"}, {"key": "a", "valueExpression": "null"}]},
            [
                'auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
                'auditAnnotations[1].key: Duplicate value: "a"',
            ],
        ),
    ],
)
def test_rules_of_policies(api: Api, changes: Object, found: list[str]) -> None:
    shown = causes(api.create, POLICIES, policy(**changes))
    assert len(shown) == len(found), shown
    for cause, wanted in zip(shown, found, strict=True):
        assert cause.startswith(f"spec.{wanted}")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"policyName": None}, ["policyName: Required value"]),
        ({"validationActions": None}, ["validationActions: Required value: at least one validation action is required"]),
        (
            {"validationActions": ["Deny", "Deny", "Shout"]},
            [
                'validationActions[1]: Duplicate value: "Deny"',
                'validationActions[2]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"',
            ],
        ),
        (
            {"validationActions": ["Deny", "Warn"]},
            ['validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation'],
        ),
        (
            {"paramRef": {}},
            [
                "paramRef: Required value: one of name or selector must be specified",
                "paramRef.parameterNotFoundAction: Required value",
            ],
        ),
        (
            {"paramRef": {"name": "a", "selector": {}, "parameterNotFoundAction": "Cry"}},
            [
                "paramRef.name: Forbidden: name and selector are mutually exclusive",
                "paramRef.selector: Forbidden: name and selector are mutually exclusive",
                'paramRef.parameterNotFoundAction: Unsupported value: "Cry": supported values: "Deny", "Allow"',
            ],
        ),
    ],
)
def test_rules_of_bindings(api: Api, changes: Object, found: list[str]) -> None:
    shown = causes(api.create, BINDINGS, binding(**changes))
    assert len(shown) == len(found), shown
    for cause, wanted in zip(shown, found, strict=True):
        assert cause.startswith(f"spec.{wanted}")


def test_specs_may_be_absent_but_not_right(api: Api) -> None:
    assert causes(api.create, BINDINGS, {"metadata": {"name": "here"}})[0] == "spec.policyName: Required value"
    assert causes(api.create, POLICIES, {"metadata": {"name": "here"}})[0] == "spec.matchConstraints: Required value"
