"""What configurations of mutating and of validating webhooks have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.admissionregistration.clientconfig import client_config_errors, default_client_config
from mockapi.kinds.admissionregistration.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    condition_errors,
    default_match_resources,
    default_rules,
    rule_errors,
)
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.kinds.podspec.checks import each, label_selector, part, under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import ROOT, FieldError, duplicate, invalid, not_supported, required
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.dynamic.expressions import Scope
from mockapi.registry.kind import Column
from mockapi.registry.request import Request
from mockapi.registry.validation import Check

_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_REVIEW_VERSIONS = ("v1", "v1beta1")
_SCOPE = Scope()
_CHOICES: dict[str, tuple[str, ...]] = {"failurePolicy": FAILURE_POLICIES, "matchPolicy": MATCH_POLICIES}


class WebhookStrategy(RegistrationStrategy):
    """Webhooks that are asked about writes."""

    # Fields of a webhook with their choices, beside those that all webhooks have.
    choices: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 (a constant of each class)

    def default(self, obj: Object) -> None:
        for webhook in obj.get("webhooks") or ():
            webhook.setdefault("failurePolicy", "Fail")
            webhook.setdefault("timeoutSeconds", 10)
            default_match_resources(webhook)
            default_rules(webhook.get("rules"))
            default_client_config(webhook["clientConfig"])

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(self._errors(obj.get("webhooks") or [], conditions=True))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        webhooks: Objects = obj.get("webhooks") or []
        return list(self._errors(webhooks, conditions=_conditions(webhooks) != _conditions(old.get("webhooks") or [])))

    def spec_changed(self, obj: Object, old: Object) -> bool:
        return bool(obj.get("webhooks") != old.get("webhooks"))

    def _errors(self, webhooks: Objects, *, conditions: bool) -> Iterator[FieldError]:
        seen: set[str] = set()
        for position, webhook in enumerate(webhooks):
            where = ROOT.child("webhooks").item(position)
            yield from under(where, self._webhook_errors(webhook, conditions))
            if webhook.get("name") and webhook["name"] in seen:
                yield duplicate(where.child("name"), webhook["name"])
            seen.add(webhook.get("name", ""))

    def _webhook_errors(self, webhook: Object, conditions: bool) -> Iterator[FieldError]:
        yield from under("name", _name_errors(webhook.get("name", "")))
        yield from part(webhook, "rules", each(rule_errors))
        for field, supported in _CHOICES.items():
            yield from part(webhook, field, _chosen(supported))
        if webhook.get("sideEffects") is None:
            yield required("sideEffects", f"must specify one of {', '.join(_SIDE_EFFECTS)}")
        yield from part(webhook, "sideEffects", _chosen(_SIDE_EFFECTS))
        if not 1 <= webhook["timeoutSeconds"] <= 30:
            yield invalid("timeoutSeconds", webhook["timeoutSeconds"], "the timeout value must be between 1 and 30 seconds")
        for field in ("namespaceSelector", "objectSelector"):
            yield from part(webhook, field, label_selector)
        for field, supported in self.choices.items():
            yield from part(webhook, field, _chosen(supported))
        yield from under("clientConfig", client_config_errors(webhook["clientConfig"]))
        if conditions:
            yield from under("matchConditions", condition_errors(webhook.get("matchConditions") or [], _SCOPE))
        yield from under("admissionReviewVersions", _version_errors(webhook.get("admissionReviewVersions") or []))


def _conditions(webhooks: Objects) -> list[Objects]:
    return [webhook.get("matchConditions") or [] for webhook in webhooks]


def _chosen(supported: tuple[str, ...]) -> Check:
    """A text of an enumeration."""

    def check(value: str) -> Iterator[FieldError]:
        if value not in supported:
            yield not_supported("", value, supported)

    return check


def _name_errors(value: str) -> Iterator[FieldError]:
    """A domain name of at least three parts."""
    messages = names.dns1123_subdomain(value)
    if not value:
        yield required("")
    elif messages:
        yield invalid("", value, ",".join(messages))
    elif value.count(".") < 2:
        yield invalid("", value, "should be a domain with at least three segments separated by dots")


def _version_errors(versions: list[str]) -> Iterator[FieldError]:
    """Versions of AdmissionReview, of which the server must know one."""
    known = ", ".join(_REVIEW_VERSIONS)
    if not versions:
        yield required("", f"must specify one of {known}")
        return
    for position, version in enumerate(versions):
        if version in versions[:position]:
            yield invalid(f"[{position}]", version, "duplicate version")
            continue
        yield from (invalid(f"[{position}]", version, message) for message in names.dns1035_label(version))
    if not set(versions) & set(_REVIEW_VERSIONS):
        yield invalid("", versions, f"must include at least one of {known}")


def _count(obj: Object, _now: datetime) -> int:
    return len(obj.get("webhooks") or ())


COLUMNS = (
    NAME,
    Column("Webhooks", _count, type="integer", documented_by="webhooks"),
    AGE,
)
