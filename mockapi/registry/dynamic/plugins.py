"""The plugins of dynamic admission in their order, which is that of the real server; they run after all that are built in."""

from __future__ import annotations

from mockapi.registry.admission import CREATE, Admission, Attributes
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.mutations import MutatingPolicies
from mockapi.registry.dynamic.policies import ValidatingPolicies
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.dynamic.webhooks import MutatingWebhooks, ValidatingWebhooks
from mockapi.registry.schema.definitions import Definitions
from mockapi.storage.cache import Cache


def dynamic_plugins(cache: Cache, catalogue: Catalogue, definitions: Definitions) -> tuple[Admission, ...]:
    """The plugins of one process; they read configurations and policies from its cache."""
    versions = Versions(catalogue)
    return (
        CaughtUp(cache),
        MutatingPolicies(cache, versions, catalogue, definitions),
        MutatingWebhooks(cache, versions),
        ValidatingPolicies(cache, versions, catalogue),
        ValidatingWebhooks(cache, versions),
    )


class CaughtUp(Admission):
    """Sees to it that the others know of all that was configured before the write."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def mutate(self, attributes: Attributes) -> None:
        if attributes.operation == CREATE and not attributes.kind.namespaced:
            self._cache.catch_up()  # all other writes have read an object just before
