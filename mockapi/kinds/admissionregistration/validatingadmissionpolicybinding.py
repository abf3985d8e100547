"""admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.admissionregistration.matching import default_match_resources, default_rules, match_resources_errors
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.kinds.podspec.checks import label_selector, part, under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import ROOT, SPEC, FieldError, duplicate, forbidden, invalid, not_supported, required
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNSET
from mockapi.registry.request import Request

_ACTIONS = ("Audit", "Deny", "Warn")
_NOT_FOUND_ACTIONS = ("Deny", "Allow")
_EXCLUSIVE = "name and selector are mutually exclusive"
_REPEATED = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers "
    "serves no purpose)"
)


class BindingStrategy(RegistrationStrategy):
    """Puts a policy to use, for some resources and with parameters."""

    def default(self, obj: Object) -> None:
        resources = (obj.get("spec") or {}).get("matchResources")
        if resources is not None:
            default_match_resources(resources)
            for field in ("resourceRules", "excludeResourceRules"):
                default_rules(resources.get(field))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _errors(obj.get("spec") or {})))


def _errors(spec: Object) -> Iterator[FieldError]:
    policy = spec.get("policyName", "")
    if not policy:
        yield required("policyName")
    yield from (invalid("policyName", policy, message) for message in (names.dns1123_subdomain(policy) if policy else ()))
    yield from part(spec, "paramRef", _param_errors)
    if spec.get("matchResources") is not None:
        # The real server writes the field so.
        yield from under("matchResouces", match_resources_errors(spec["matchResources"]))
    yield from under("validationActions", _action_errors(spec.get("validationActions") or []))


def _param_errors(reference: Object) -> Iterator[FieldError]:
    named, selector = reference.get("name", ""), reference.get("selector")
    yield from (invalid("name", named, message) for message in (names.path_segment_name(named) if named else ()))
    if named and selector is not None:
        yield forbidden("name", _EXCLUSIVE)
    yield from part(reference, "selector", label_selector)
    if named and selector is not None:
        yield forbidden("selector", _EXCLUSIVE)
    if not named and selector is None:
        yield required("", "one of name or selector must be specified")
    action = reference.get("parameterNotFoundAction")
    if not action:
        yield required("parameterNotFoundAction")
    elif action not in _NOT_FOUND_ACTIONS:
        yield not_supported("parameterNotFoundAction", action, _NOT_FOUND_ACTIONS)


def _action_errors(actions: list[str]) -> Iterator[FieldError]:
    for position, action in enumerate(actions):
        if action not in _ACTIONS:
            yield not_supported(ROOT.item(position), action, _ACTIONS)
        if action in actions[:position]:
            yield duplicate(ROOT.item(position), action)
    if {"Deny", "Warn"} <= set(actions):
        yield invalid("", actions, _REPEATED)
    if not actions:
        yield required("", "at least one validation action is required")


def _policy(obj: Object, _now: datetime) -> str:
    return str((obj.get("spec") or {}).get("policyName", ""))


def _param(obj: Object, _now: datetime) -> str:
    reference = (obj.get("spec") or {}).get("paramRef")
    if reference is None:
        return UNSET
    return "/".join(part for part in (reference.get("namespace"), reference.get("name", "")) if part is not None)


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicyBinding",
    plural="validatingadmissionpolicybindings",
    namespaced=False,
    categories=("api-extensions",),
    strategy=BindingStrategy(),
    columns=(
        NAME,
        Column("PolicyName", _policy, documented_by="spec.policyName"),
        Column("ParamRef", _param, documented_by="spec.paramRef"),
        AGE,
    ),
)
