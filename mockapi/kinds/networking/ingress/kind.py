"""The declaration of Ingress."""

from __future__ import annotations

from mockapi.kinds.networking.ingress.columns import COLUMNS
from mockapi.kinds.networking.ingress.strategy import IngressStrategy
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import STATUS

KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="Ingress",
    plural="ingresses",
    short_names=("ing",),
    strategy=IngressStrategy(),
    columns=COLUMNS,
    subresources=(STATUS,),
)
