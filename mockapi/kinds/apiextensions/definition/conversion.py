"""Rules of the conversion between versions (apiextensions.k8s.io/v1 CustomResourceConversion)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.admissionregistration.clientconfig import client_config_errors
from mockapi.kinds.apiextensions.custom.webhook import REVIEW_VERSIONS
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, Path, forbidden, invalid, not_supported, required
from mockapi.machinery.meta import Object

_STRATEGIES = ("None", "Webhook")


def conversion_errors(conversion: Object, path: Path) -> Iterator[FieldError]:
    """All errors."""
    strategy = conversion.get("strategy", "")
    if not strategy:
        yield required(path.child("strategy"))
    elif strategy not in _STRATEGIES:
        yield not_supported(path.child("strategy"), strategy, _STRATEGIES)
    elif strategy == "Webhook":
        yield from _webhook_errors(conversion.get("webhook") or {}, path)
    elif conversion.get("webhook") is not None:
        yield forbidden(path.child("webhookClientConfig"), "should not be set when strategy is not set to Webhook")


def _webhook_errors(webhook: Object, path: Path) -> Iterator[FieldError]:
    config = webhook.get("clientConfig")
    if config is None:
        yield required(path.child("webhookClientConfig"), "required when strategy is set to Webhook")
    else:
        yield from under(path.child("webhookClientConfig"), client_config_errors(config))
    yield from _version_errors(webhook.get("conversionReviewVersions") or [], path.child("conversionReviewVersions"))


def _version_errors(versions: list[str], path: Path) -> Iterator[FieldError]:
    if not versions:
        yield required(path)
        return
    for position, version in enumerate(versions):
        if version in versions[:position]:
            yield invalid(path.item(position), version, "duplicate version")
        yield from (invalid(path.item(position), version, message) for message in names.dns1035_label(version))
    if not set(versions) & set(REVIEW_VERSIONS):
        yield invalid(path, versions, f"must include at least one of {', '.join(REVIEW_VERSIONS)}")
