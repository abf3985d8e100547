"""core/v1 Pod."""

from __future__ import annotations

from mockapi.kinds.core.pod import streams
from mockapi.kinds.core.pod.binding import bind
from mockapi.kinds.core.pod.columns import COLUMNS, row_conditions
from mockapi.kinds.core.pod.eviction import evict
from mockapi.kinds.core.pod.strategy import EphemeralContainersStrategy, PodStrategy, ResizeStrategy
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import PROXY_VERBS, STATUS, Handler, Subresource


def _connecting(name: str, kind: str, handler: Handler, verbs: tuple[str, ...] = ("create", "get")) -> Subresource:
    return Subresource(name, verbs=verbs, kind=kind, handlers=tuple((verb, handler) for verb in verbs), connects=True)


KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    short_names=("po",),
    categories=("all",),
    strategy=PodStrategy(),
    columns=COLUMNS,
    row_conditions=row_conditions,
    subresources=(
        _connecting("attach", "PodAttachOptions", streams.attach),
        Subresource("binding", verbs=("create",), kind="Binding", handlers=(("create", bind),)),
        Subresource("ephemeralcontainers", strategy=EphemeralContainersStrategy()),
        Subresource("eviction", verbs=("create",), kind="Eviction", group="policy", version="v1", handlers=(("create", evict),)),
        _connecting("exec", "PodExecOptions", streams.exec_),
        Subresource("log", verbs=("get",), handlers=(("get", streams.log),)),
        _connecting("portforward", "PodPortForwardOptions", streams.port_forward),
        _connecting("proxy", "PodProxyOptions", streams.proxy, PROXY_VERBS),
        Subresource("resize", strategy=ResizeStrategy(), since="1.33"),
        STATUS,
    ),
)
