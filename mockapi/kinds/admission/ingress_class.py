"""An Ingress that names no class gets the default one (IngressClass annotation ingressclass.kubernetes.io/is-default-class)."""

from __future__ import annotations

from mockapi.machinery.meta import annotations_of, name_of
from mockapi.registry.admission import CREATE, Admission, Attributes

_IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_BY_ANNOTATION = "kubernetes.io/ingress.class"


class DefaultIngressClass(Admission):
    """Of several default classes the youngest wins, and among those of one age the first by name."""

    def mutate(self, attributes: Attributes) -> None:
        obj = attributes.obj
        if attributes.kind.resource != "ingresses.networking.k8s.io" or attributes.operation != CREATE or obj is None:
            return
        if obj["spec"].get("ingressClassName") is not None or _BY_ANNOTATION in annotations_of(obj):
            return
        classes = attributes.request.read_all("ingressclasses.networking.k8s.io", "")
        defaults = sorted((found for found in classes if annotations_of(found).get(_IS_DEFAULT) == "true"), key=name_of)
        if defaults:
            obj["spec"]["ingressClassName"] = name_of(max(defaults, key=lambda found: str(found["metadata"]["creationTimestamp"])))
