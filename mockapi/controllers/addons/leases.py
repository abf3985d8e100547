"""The control plane's programs hold leases: two as leaders among their like, the API server to say that it is there (KEP-1965)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from mockapi.machinery.clock import micro_timestamp
from mockapi.machinery.meta import Key, Object, is_terminating, name_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.registry.simulated import ADDONS, KUBE_SYSTEM

_LEASES, _NAMESPACE = "leases.coordination.k8s.io", "kube-system"
_SERVER = "apiserver-" + hashlib.sha256(b"mockapi").hexdigest()[:26]
# leaseDurationSeconds of each; renewed more seldom than the real ones, so that an idle cluster writes little.
_SECONDS = {"kube-controller-manager": 15, "kube-scheduler": 15, _SERVER: 3600}
_RENEWED = 10.0


class ControlPlaneLeases(Controller):
    """Renews each lease while the addon kube-system is there."""

    name = "control-plane-leases"

    def watches(self) -> Mapping[str, Watch]:
        def all_of_them(obj: Object, _previous: Object | None) -> Iterable[Key]:
            return (Key(_NAMESPACE, name) for name in _SECONDS) if name_of(obj) == KUBE_SYSTEM else ()

        return {ADDONS: all_of_them}

    def reconcile(self, key: Key) -> float | None:
        addon = self.client.get(ADDONS, "", KUBE_SYSTEM)
        if addon is None or is_terminating(addon):
            self.client.delete(_LEASES, *key)
            return None
        lease, renewed = self.client.get(_LEASES, *key), micro_timestamp(self.clock.now())
        if lease is None:
            self.client.create(_LEASES, _new(key.name, renewed))
        else:
            self.client.update(_LEASES, {**lease, "spec": {**lease["spec"], "renewTime": renewed}})
        return _RENEWED


def _new(name: str, now: str) -> Object:
    meta: Object = {"name": name, "namespace": _NAMESPACE}
    spec: Object = {"holderIdentity": f"{name}_1", "leaseDurationSeconds": _SECONDS[name], "renewTime": now}
    if name == _SERVER:
        meta["labels"] = {"apiserver.kubernetes.io/identity": "kube-apiserver"}
    else:
        spec |= {"acquireTime": now, "leaseTransitions": 0}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}
