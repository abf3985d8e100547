"""The Service through which pods find the API server: default/kubernetes, with endpoints that the server keeps itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object
from mockapi.reconcile.controller import Controller, Watch, own_key

_KEY = Key("default", "kubernetes")
_LABELS = {"component": "apiserver", "provider": "kubernetes"}
# Where the API server of the simulated cluster would listen.
_ADDRESS = "192.168.49.1"
_PORT = 6443


class KubernetesService(Controller):
    """Keeps the Service, its Endpoints and its EndpointSlice."""

    name = "kubernetes-service"
    component = "kube-apiserver"

    def seeds(self) -> Iterable[Key]:
        return [_KEY]

    def watches(self) -> Mapping[str, Watch]:
        def own(obj: Object, previous: Object | None) -> Iterable[Key]:
            return [key for key in own_key(obj, previous) if key == _KEY]

        return {"services": own, "endpoints": own, "endpointslices.discovery.k8s.io": own}

    def reconcile(self, key: Key) -> float | None:
        if self.client.get("namespaces", "", key.namespace) is None:
            return 0.01
        address = str(self.toolbox.cluster.service_cidr[1])
        for resource, wanted in (
            ("services", _service(address)),
            ("endpoints", _endpoints()),
            ("endpointslices.discovery.k8s.io", _slice()),
        ):
            self._ensure(resource, wanted)
        return None

    def _ensure(self, resource: str, wanted: Object) -> None:
        present = self.client.get(resource, _KEY.namespace, _KEY.name)
        if present is None:
            self.client.create(resource, wanted)
            return
        mended = _mended(present, wanted)
        if mended != present:
            self.client.update(resource, mended)


def _mended(present: Object, wanted: Object) -> Object:
    """The object with those parts put right that tell where the API server is; the rest is left as people made it."""
    mended: Object = {**present, **{part: wanted[part] for part in ("subsets", "endpoints", "ports") if part in wanted}}
    if "spec" in wanted:
        mended["spec"] = {**present["spec"], **{part: wanted["spec"][part] for part in ("ports", "type")}}
    return mended


def _meta(**more: Object) -> Object:
    return {"name": _KEY.name, "namespace": _KEY.namespace, **more}


def _service(address: str) -> Object:
    port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": _PORT}
    spec = {"clusterIP": address, "ipFamilyPolicy": "SingleStack", "ports": [port], "type": "ClusterIP", "sessionAffinity": "None"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _meta(labels=_LABELS), "spec": spec}


def _endpoints() -> Object:
    subset = {"addresses": [{"ip": _ADDRESS}], "ports": [{"name": "https", "port": _PORT, "protocol": "TCP"}]}
    labels = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": _meta(labels=labels), "subsets": [subset]}


def _slice() -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": _meta(labels={"kubernetes.io/service-name": _KEY.name}),
        "addressType": "IPv4",
        "endpoints": [{"addresses": [_ADDRESS], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": _PORT, "protocol": "TCP"}],
    }
