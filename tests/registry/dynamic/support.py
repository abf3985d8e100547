"""Configurations of webhooks and policies for tests."""

from typing import Any

from mockapi.machinery.meta import Object
from tests.webhooks import Webhook

MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io"
POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"
BINDINGS = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
NAME = "hook.example.com"


def rule(*resources: str, operations: tuple[str, ...] = ("*",), groups: tuple[str, ...] = ("*",), **more: Any) -> Object:
    """A RuleWithOperations."""
    return {"operations": list(operations), "apiGroups": list(groups), "apiVersions": ["*"], "resources": list(resources), **more}


def configuration(*webhooks: Object, name: str = "config") -> Object:
    """A configuration of webhooks."""
    return {"metadata": {"name": name}, "webhooks": list(webhooks)}


def asking(hook: Webhook, *rules: Object, name: str = NAME, **fields: Any) -> Object:
    """A webhook that is asked about what the rules say (nothing: about config maps)."""
    return {
        "name": name,
        "clientConfig": hook.config(),
        "rules": list(rules or (rule("configmaps"),)),
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **fields,
    }


def config_map(name: str = "settings", **fields: Any) -> Object:
    """A config map."""
    return {"metadata": {"name": name, **fields.pop("metadata", {})}, **fields}


def policy(*expressions: str, name: str = "limits", resources: tuple[str, ...] = ("configmaps",), **fields: Any) -> Object:
    """A policy whose validations are these expressions."""
    validations = fields.pop("validations", [{"expression": expression} for expression in expressions])
    constraints = fields.pop("matchConstraints", {"resourceRules": [rule(*resources, operations=("CREATE", "UPDATE"))]})
    return {"metadata": {"name": name}, "spec": {"matchConstraints": constraints, "validations": validations, **fields}}


def binding(name: str = "limits-here", policy_name: str = "limits", actions: tuple[str, ...] = ("Deny",), **fields: Any) -> Object:
    """A binding of a policy."""
    return {"metadata": {"name": name}, "spec": {"policyName": policy_name, "validationActions": list(actions), **fields}}
