"""admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration."""

from __future__ import annotations

from mockapi.kinds.admissionregistration.webhooks import COLUMNS, WebhookStrategy
from mockapi.registry.kind import Kind

KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingWebhookConfiguration",
    plural="validatingwebhookconfigurations",
    namespaced=False,
    categories=("api-extensions",),
    strategy=WebhookStrategy(),
    columns=COLUMNS,
)
