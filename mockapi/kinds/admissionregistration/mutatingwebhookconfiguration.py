"""admissionregistration.k8s.io/v1 MutatingWebhookConfiguration."""

from __future__ import annotations

from mockapi.kinds.admissionregistration.webhooks import COLUMNS, WebhookStrategy
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind


class MutatingWebhookStrategy(WebhookStrategy):
    """Webhooks that may change what is written."""

    choices = {"reinvocationPolicy": ("IfNeeded", "Never")}  # noqa: RUF012

    def default(self, obj: Object) -> None:
        super().default(obj)
        for webhook in obj.get("webhooks") or ():
            webhook.setdefault("reinvocationPolicy", "Never")


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="MutatingWebhookConfiguration",
    plural="mutatingwebhookconfigurations",
    namespaced=False,
    categories=("api-extensions",),
    strategy=MutatingWebhookStrategy(),
    columns=COLUMNS,
)
