"""What the ingress controller of the addon ingress does to API objects: Ingresses of its class get its address (Ingress.status)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object, Objects, annotations_of, is_terminating, key_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_INGRESSES, _CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
_DEPLOYMENTS = "deployments.apps"
_SELF = Key("ingress-nginx", "ingress-nginx-controller")
_CONTROLLER = "k8s.io/ingress-nginx"
_OLD_CLASS, _OWN_CLASS = "kubernetes.io/ingress.class", "nginx"


class IngressController(Controller):
    """Keeps the addresses of its Ingresses while it runs; one that stops leaves them as they are."""

    name = "ingress-nginx"
    component = "nginx-ingress-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder("nginx-ingress-controller")
        self._synced: dict[Key, int] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {_INGRESSES: own_key, _CLASSES: self._all, "services": self._if_self, _DEPLOYMENTS: self._if_self}

    def reconcile(self, key: Key) -> float | None:
        ingress = self.client.get(_INGRESSES, *key)
        if ingress is None or is_terminating(ingress):
            self._synced.pop(key, None)
        elif self._runs() and self._is_its_own(ingress):
            self._tell(key, ingress)
            addresses = self._addresses()
            if ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress", []) != addresses:
                self.client.update_status(_INGRESSES, {**ingress, "status": {"loadBalancer": {"ingress": addresses} if addresses else {}}})
        return None

    def _if_self(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        return self._all(obj, previous) if key_of(obj) == _SELF else ()

    def _all(self, _obj: Object, _previous: Object | None) -> Iterable[Key]:
        return (key_of(ingress) for ingress in self.informers.of(_INGRESSES).list())

    def _runs(self) -> bool:
        deployment = self.client.get(_DEPLOYMENTS, *_SELF)
        return deployment is not None and bool((deployment.get("status") or {}).get("readyReplicas"))

    def _is_its_own(self, ingress: Object) -> bool:
        """Whether the Ingress is of a class of this controller; the annotation is older than the field, and counts where it is."""
        old = annotations_of(ingress).get(_OLD_CLASS)
        name = ingress["spec"].get("ingressClassName")
        if old or not name:
            return old == _OWN_CLASS
        found = self.client.get(_CLASSES, "", name)
        return found is not None and found["spec"].get("controller") == _CONTROLLER

    def _addresses(self) -> Objects:
        """Where the controller's own Service can be reached, as Ingresses show it."""
        service = self.client.get("services", *_SELF)
        shown = ((service or {}).get("status", {}).get("loadBalancer") or {}).get("ingress") or []
        return [{field: each[field] for field in ("hostname", "ip") if each.get(field)} for each in shown]

    def _tell(self, key: Key, ingress: Object) -> None:
        generation = ingress["metadata"]["generation"]
        if self._synced.get(key) != generation:
            self._synced[key] = generation
            self._recorder.event(ingress, "Normal", "Sync", "Scheduled for sync")
