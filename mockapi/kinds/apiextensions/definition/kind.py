"""The declaration of CustomResourceDefinition."""

from __future__ import annotations

from mockapi.kinds.apiextensions.definition.strategy import DefinitionStrategy
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import STATUS

KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    strategy=DefinitionStrategy(),
    subresources=(STATUS,),
)
