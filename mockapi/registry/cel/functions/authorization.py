"""The authorizer that admission expressions may ask what a user may do (KEP-3488, "Secondary Authz")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mockapi.machinery import names
from mockapi.registry.cel.overloads import Compute, Overload, methods
from mockapi.registry.cel.types import BOOL, STRING, ObjectType, Type
from mockapi.registry.cel.values import EvaluationError


class Decision(NamedTuple):
    """What an authorizer says; `error` is the text of what kept it from deciding."""

    allowed: bool
    reason: str = ""
    error: str = ""


# Decides about a user name (and groups) and the attributes of what the user would do: `verb`, and `path` or `group`, `resource`, ….
Decide = Callable[[Mapping[str, str]], Decision]


@dataclass(frozen=True)
class Check:
    """A question that is being put together."""

    decide: Decide
    attributes: Mapping[str, str] = field(default_factory=dict)

    def with_attribute(self, name: str, value: str) -> Check:
        """The question about one thing more."""
        return replace(self, attributes={**self.attributes, name: value})


class Authorizer(dict[str, Any]):
    """The variable `authorizer`: its field `requestResource` asks about what the request is about.

    `for_account` gives the decisions about the service account of a namespace and a name.
    """

    def __init__(self, decide: Decide, for_account: Callable[[str, str], Decide], request: Mapping[str, str]) -> None:
        super().__init__(requestResource=Check(decide, request))
        self.decide = decide
        self.for_account = for_account
        self.request = request


def _check_type(name: str) -> Type:
    return Type(f"kubernetes.authorization.{name}")


PATH, GROUP, RESOURCE, DECISION = (_check_type(name) for name in ("PathCheck", "GroupCheck", "ResourceCheck", "Decision"))
AUTHORIZER = ObjectType("kubernetes.authorization.Authorizer", fields={"requestResource": ("requestResource", RESOURCE)})


def _path(authorizer: Authorizer, path: str) -> Check:
    if not path:
        raise EvaluationError("path must not be empty")
    return Check(authorizer.decide, {"path": path})


def _service_account(authorizer: Authorizer, namespace: str, name: str) -> Authorizer:
    if names.dns1123_label(namespace):
        raise EvaluationError("Invalid service account namespace")
    if names.dns1123_subdomain(name):
        raise EvaluationError("Invalid service account name")
    return Authorizer(authorizer.for_account(namespace, name), authorizer.for_account, authorizer.request)


def _resource(check: Check, resource: str) -> Check:
    if not resource:
        raise EvaluationError("resource must not be empty")
    return check.with_attribute("resource", resource)


def _attribute(name: str) -> Compute:
    return lambda check, value: check.with_attribute(name, value)


def _decision(check: Check, verb: str) -> Decision:
    return check.decide({**check.attributes, "verb": verb})


OVERLOADS: list[Overload] = [
    *methods("path", AUTHORIZER, PATH, _path, STRING),
    *methods("group", AUTHORIZER, GROUP, lambda authorizer, group: Check(authorizer.decide, {"group": group}), STRING),
    *methods("serviceAccount", AUTHORIZER, AUTHORIZER, _service_account, (STRING, STRING)),
    *methods("resource", GROUP, RESOURCE, _resource, STRING),
    *(
        overload
        for name in ("subresource", "namespace", "name", "fieldSelector", "labelSelector")
        for overload in methods(name, RESOURCE, RESOURCE, _attribute(name), STRING)
    ),
    *methods("check", PATH, DECISION, _decision, STRING),
    *methods("check", RESOURCE, DECISION, _decision, STRING),
    *methods("allowed", DECISION, BOOL, lambda decision: decision.allowed),
    *methods("reason", DECISION, STRING, lambda decision: decision.reason),
    *methods("errored", DECISION, BOOL, lambda decision: bool(decision.error)),
    *methods("error", DECISION, STRING, lambda decision: decision.error),
]
