"""Subresources: what lies under an object's path, such as /status, /scale or /binding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from mockapi.machinery.meta import Key, Object

if TYPE_CHECKING:
    from mockapi.registry.kind import Kind
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources
    from mockapi.registry.strategy import Strategy

# Answers a request on a subresource: (resources, parent's key, body, request) -> the answer's object, {} for none. Raises StatusError.
Handler = Callable[["Resources", Key, Object, "Request"], Object]


@dataclass(frozen=True)
class Scale:
    """Where autoscaling/v1 Scale finds its values in the parent; paths are dotted. `selector` may name a map or a LabelSelector."""

    replicas: str = "spec.replicas"
    status_replicas: str = "status.replicas"
    selector: str = "spec.selector"


@dataclass(frozen=True)
class Subresource:
    """One subresource. Of the ways to serve it, `status` and `scale` are generic; others bring a `handler`, one for each verb,
    or a `strategy`: then the parent itself is read and written there, under the rules of that strategy.

    `kind`, `group` and `version` are what discovery shows for it (empty: the parent's own). One that `connects` to something
    behind the object is asked by a query and gets no object.
    """

    name: str
    verbs: tuple[str, ...] = ("get", "patch", "update")
    kind: str = ""
    group: str = ""
    version: str = ""
    scale: Scale | None = None
    handlers: tuple[tuple[str, Handler], ...] = ()
    strategy: Strategy | None = None
    connects: bool = False
    # The minor that first serves it; "" is any.
    since: str = ""

    def handler(self, verb: str) -> Handler | None:
        """The handler for a verb, if the subresource has one of its own."""
        return dict(self.handlers).get(verb)


@cache
def governed(kind: Kind, strategy: Strategy) -> Kind:
    """The kind under the rules of another strategy; what is written through it is stored among the kind's objects."""
    return replace(kind, strategy=strategy)


STATUS = Subresource("status")
SCALE = Subresource("scale", kind="Scale", group="autoscaling", version="v1", scale=Scale())
# What can be asked of something that is reached through its object.
PROXY_VERBS = ("create", "delete", "get", "patch", "update")
