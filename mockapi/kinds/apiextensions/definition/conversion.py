"""Rules of the conversion between versions (apiextensions.k8s.io/v1 CustomResourceConversion)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.fielderrors import FieldError, Path, forbidden, not_supported, required
from mockapi.machinery.meta import Object

_STRATEGIES = ("None", "Webhook")


def conversion_errors(conversion: Object, path: Path) -> Iterator[FieldError]:
    """All errors. Calling webhooks is beyond this server, which says so instead of accepting what it will not do."""
    strategy = conversion.get("strategy", "")
    if not strategy:
        yield required(path.child("strategy"))
    elif strategy not in _STRATEGIES:
        yield not_supported(path.child("strategy"), strategy, _STRATEGIES)
    elif strategy == "Webhook":
        yield from _webhook_errors(conversion.get("webhook"), path)
        yield forbidden(path.child("strategy"), "conversion webhooks are not supported by this server; use None")
    elif conversion.get("webhook") is not None:
        yield forbidden(path.child("webhookClientConfig"), "should not be set when strategy is not set to Webhook")


def _webhook_errors(webhook: Object | None, path: Path) -> Iterator[FieldError]:
    config = (webhook or {}).get("clientConfig")
    if config is None:
        yield required(path.child("webhookClientConfig"), "required when strategy is set to Webhook")
    elif (config.get("url") is None) == (config.get("service") is None):
        yield required(path.child("webhookClientConfig"), "exactly one of url or service is required")
    if not (webhook or {}).get("conversionReviewVersions"):
        yield required(path.child("conversionReviewVersions"))
