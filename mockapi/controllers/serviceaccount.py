"""Each namespace has a service account called default."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.fixtures import in_every_namespace, is_live
from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch

_NAME = "default"


class ServiceAccounts(Controller):
    """Makes the default service account, again when it was deleted."""

    name = "serviceaccount"
    workers = 2

    def watches(self) -> Mapping[str, Watch]:
        return in_every_namespace("serviceaccounts", _NAME)

    def reconcile(self, key: Key) -> float | None:
        if is_live(self.client, key.name) and self.client.get("serviceaccounts", key.name, _NAME) is None:
            meta = {"name": _NAME, "namespace": key.name}
            self.client.create("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta})
        return None
