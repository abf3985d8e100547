"""The declaration of Service."""

from __future__ import annotations

from mockapi.kinds.core.service.columns import COLUMNS
from mockapi.kinds.core.service.proxy import PROXY
from mockapi.kinds.core.service.strategy import ServiceStrategy
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import STATUS

KIND = Kind(
    group="",
    version="v1",
    kind="Service",
    plural="services",
    strategy=ServiceStrategy(),
    short_names=("svc",),
    categories=("all",),
    columns=COLUMNS,
    subresources=(PROXY, STATUS),
)
