"""The plugins of dynamic admission in their order, which is that of the real server; they run after all that are built in."""

from __future__ import annotations

from mockapi.registry.admission import Admission
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.policies import ValidatingPolicies
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.dynamic.webhooks import MutatingWebhooks, ValidatingWebhooks
from mockapi.storage.cache import Cache


def dynamic_plugins(cache: Cache, catalogue: Catalogue) -> tuple[Admission, ...]:
    """The plugins of one process; they read configurations and policies from its cache."""
    versions = Versions(catalogue)
    return MutatingWebhooks(cache, versions), ValidatingPolicies(cache, versions, catalogue), ValidatingWebhooks(cache, versions)
