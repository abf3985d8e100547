"""Rules of what bindings of both kinds of policies have in common (admissionregistration.k8s.io/v1)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.admissionregistration.matching import match_resources_errors
from mockapi.kinds.podspec.checks import label_selector, part, under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, forbidden, invalid, not_supported, required
from mockapi.machinery.meta import Object

_NOT_FOUND_ACTIONS = ("Deny", "Allow")
_EXCLUSIVE = "name and selector are mutually exclusive"


def binding_errors(spec: Object) -> Iterator[FieldError]:
    """The errors of a binding's spec, relative to it."""
    policy = spec.get("policyName", "")
    if not policy:
        yield required("policyName")
    yield from (invalid("policyName", policy, message) for message in (names.dns1123_subdomain(policy) if policy else ()))
    yield from part(spec, "paramRef", _param_errors)
    if spec.get("matchResources") is not None:
        # The real server writes the field so.
        yield from under("matchResouces", match_resources_errors(spec["matchResources"]))


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
