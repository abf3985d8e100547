"""core/v1 Pod."""

from __future__ import annotations

from mockapi.kinds.core.pod.binding import bind
from mockapi.kinds.core.pod.columns import COLUMNS
from mockapi.kinds.core.pod.strategy import PodStrategy
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import STATUS, Subresource

_CONNECT = ("create", "get")
_PROXY = ("create", "delete", "get", "patch", "update")

KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    short_names=("po",),
    categories=("all",),
    strategy=PodStrategy(),
    columns=COLUMNS,
    subresources=(
        Subresource("attach", verbs=_CONNECT, kind="PodAttachOptions", version="v1"),
        Subresource("binding", verbs=("create",), kind="Binding", version="v1", handlers=(("create", bind),)),
        Subresource("ephemeralcontainers"),
        Subresource("exec", verbs=_CONNECT, kind="PodExecOptions", version="v1"),
        Subresource("log", verbs=("get",)),
        Subresource("portforward", verbs=_CONNECT, kind="PodPortForwardOptions", version="v1"),
        Subresource("proxy", verbs=_PROXY, kind="PodProxyOptions", version="v1"),
        Subresource("resize"),
        STATUS,
    ),
)
