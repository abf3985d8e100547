"""Each namespace has a ConfigMap with the cluster's certificate authority, for pods to mount (KEP-1205)."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.fixtures import in_every_namespace, is_live
from mockapi.machinery.meta import Key, annotations_of
from mockapi.reconcile.controller import Controller, Watch

_NAME = "kube-root-ca.crt"
# kube-controller-manager puts this annotation there; clients show it.
_DESCRIPTION = "kubernetes.io/description"
_ANNOTATIONS = {
    _DESCRIPTION: "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints "
    "such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
}
# The server speaks plain HTTP: there is no authority, and the bundle is empty.
_DATA = {"ca.crt": ""}


class RootCertificateAuthority(Controller):
    """Publishes the bundle, and puts it right when it was changed."""

    name = "root-ca-certificate-publisher"
    workers = 2

    def watches(self) -> Mapping[str, Watch]:
        return in_every_namespace("configmaps", _NAME)

    def reconcile(self, key: Key) -> float | None:
        if not is_live(self.client, key.name):
            return None
        present = self.client.get("configmaps", key.name, _NAME)
        if present is None:
            meta = {"name": _NAME, "namespace": key.name, "annotations": _ANNOTATIONS}
            self.client.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": _DATA})
        elif present.get("data") != _DATA or not annotations_of(present).get(_DESCRIPTION):
            meta = {**present["metadata"], "annotations": {**annotations_of(present), **_ANNOTATIONS}}
            self.client.update("configmaps", {**present, "metadata": meta, "data": _DATA})
        return None
