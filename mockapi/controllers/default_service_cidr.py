"""The ServiceCIDR `kubernetes`: the range of service addresses that the API server was started with (KEP-1880)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object
from mockapi.reconcile.controller import Controller, Watch, own_key

_RESOURCE = "servicecidrs.networking.k8s.io"
_KEY = Key("", "kubernetes")


class DefaultServiceCIDR(Controller):
    """Makes the object, and says that the range can be used."""

    name = "default-service-cidr"
    component = "kube-apiserver"

    def seeds(self) -> Iterable[Key]:
        return [_KEY]

    def watches(self) -> Mapping[str, Watch]:
        return {_RESOURCE: lambda obj, previous: [key for key in own_key(obj, previous) if key == _KEY]}

    def reconcile(self, key: Key) -> float | None:
        present = self.client.get(_RESOURCE, "", key.name)
        if present is None:
            spec = {"cidrs": [str(self.toolbox.cluster.service_cidr)]}
            head = {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": key.name}}
            self.client.create(_RESOURCE, {**head, "spec": spec})
        elif not (present.get("status") or {}).get("conditions"):
            self.client.update_status(_RESOURCE, {**present, "status": {"conditions": [self._ready()]}})
        return None

    def _ready(self) -> Object:
        message = "Kubernetes default Service CIDR is ready"
        now = timestamp(self.toolbox.clock.now())
        return {"type": "Ready", "status": "True", "reason": "", "message": message, "lastTransitionTime": now}
