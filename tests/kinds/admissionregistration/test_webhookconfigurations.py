"""MutatingWebhookConfiguration and ValidatingWebhookConfiguration: defaults, rules, columns."""

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io"
RULE: Object = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
WHERE = "webhooks[0]"


def webhook(**changes: Any) -> Object:
    """A webhook that is right, with fields changed, or left out where they are None."""
    fields: Object = {
        "name": "hook.example.com",
        "clientConfig": {"url": "https://127.0.0.1:1/admit"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "rules": [RULE],
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def configuration(*webhooks: Object) -> Object:
    return {"metadata": {"name": "config"}, "webhooks": list(webhooks)}


def test_defaults(api: Api) -> None:
    service = {"name": "hook", "namespace": "default"}
    made = api.create(MUTATING, configuration(webhook(clientConfig={"service": service})))["webhooks"][0]
    assert made["clientConfig"]["service"]["port"] == 443
    assert (made["failurePolicy"], made["matchPolicy"], made["timeoutSeconds"]) == ("Fail", "Equivalent", 10)
    assert (made["namespaceSelector"], made["objectSelector"], made["reinvocationPolicy"]) == ({}, {}, "Never")
    assert made["rules"][0]["scope"] == "*"
    assert "reinvocationPolicy" not in api.create(VALIDATING, configuration(webhook()))["webhooks"][0]


def test_the_generation_follows_the_webhooks(api: Api) -> None:
    assert api.create(VALIDATING, configuration(webhook()))["metadata"]["generation"] == 1
    assert api.patch(VALIDATING, "config", {"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 1
    assert api.patch(VALIDATING, "config", {"webhooks": []})["metadata"]["generation"] == 2


def test_columns(api: Api) -> None:
    api.create(VALIDATING, configuration(webhook(), webhook(name="other.example.com")))
    row = api.row(VALIDATING, "config")
    assert (row["Name"], row["Webhooks"], list(row)) == ("config", 2, ["Name", "Webhooks", "Age"])


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": "hook"}, ['name: Invalid value: "hook": should be a domain with at least three segments separated by dots']),
        ({"name": ""}, ["name: Required value"]),
        ({"failurePolicy": "Maybe"}, ['failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"']),
        ({"matchPolicy": "Maybe"}, ['matchPolicy: Unsupported value: "Maybe": supported values: "Equivalent", "Exact"']),
        ({"sideEffects": None}, ["sideEffects: Required value: must specify one of None, NoneOnDryRun"]),
        ({"sideEffects": "Some"}, ['sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"']),
        ({"timeoutSeconds": 31}, ["timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds"]),
        ({"admissionReviewVersions": []}, ["admissionReviewVersions: Required value: must specify one of v1, v1beta1"]),
        (
            {"admissionReviewVersions": ["v2", "v2"]},
            [
                'admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
                'admissionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1',
            ],
        ),
        ({"clientConfig": {}}, ["clientConfig: Required value: exactly one of url or service is required"]),
        (
            {"clientConfig": {"url": "http://u@host/p?q#f"}},
            [
                "clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
                'clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
                'clientConfig.url: Invalid value: "f": fragments are not permitted in the URL',
                'clientConfig.url: Invalid value: "q": query parameters are not permitted in the URL',
            ],
        ),
        (
            {"clientConfig": {"service": {"name": "", "namespace": "", "port": 0, "path": "a//b"}}},
            [
                "clientConfig.service.name: Required value: service name is required",
                "clientConfig.service.namespace: Required value: service namespace is required",
                "clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive",
                "clientConfig.service.path: Invalid value: \"a//b\": must start with a '/'",
                'clientConfig.service.path: Invalid value: "a//b": segment[0] may not be empty',
                'clientConfig.service.path: Invalid value: "a//b": segment[1] may not be empty',
            ],
        ),
        (
            {"rules": [{"operations": ["*", "GET"], "apiGroups": [], "apiVersions": [""], "resources": ["*", "pods", "", "*/x", "a/x"]}]},
            [
                'rules[0].operations: Invalid value: ["*","GET"]: if \'*\' is present, must not specify other operations',
                'rules[0].operations[1]: Unsupported value: "GET": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
                "rules[0].apiGroups: Required value",
                "rules[0].apiVersions[0]: Required value",
                "rules[0].resources[2]: Required value",
                "rules[0].resources[4]: Invalid value: \"a/x\": if '*/x' is present, must not specify a/x",
                'rules[0].resources: Invalid value: ["*","pods","","*/x","a/x"]: '
                "if '*' is present, must not specify other resources without subresources",
            ],
        ),
        (
            {"matchConditions": [{"name": "a b", "expression": " "}, {"name": "a b", "expression": "true"}]},
            [
                "matchConditions[0].expression: Required value",
                'matchConditions[0].name: Invalid value: "a b": name part must consist of alphanumeric characters',
                'matchConditions[1].name: Invalid value: "a b": name part must consist of alphanumeric characters',
                'matchConditions[1].name: Duplicate value: "a b"',
            ],
        ),
    ],
)
def test_rules(api: Api, changes: Object, found: list[str]) -> None:
    shown = causes(api.create, VALIDATING, configuration(webhook(**changes)))
    assert len(shown) == len(found), shown
    for cause, wanted in zip(shown, found, strict=True):
        assert cause.startswith(f"{WHERE}.{wanted}")


def test_names_are_unique(api: Api) -> None:
    assert causes(api.create, MUTATING, configuration(webhook(), webhook())) == ['webhooks[1].name: Duplicate value: "hook.example.com"']


def test_the_choices_of_reinvocation(api: Api) -> None:
    assert causes(api.create, MUTATING, configuration(webhook(reinvocationPolicy="Always"))) == [
        'webhooks[0].reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"'
    ]
