"""One API call as the pipeline sees it: who asks, with which options, and what the answer should warn of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mockapi.machinery.clock import Clock
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object
from mockapi.registry.cluster import Cluster


@dataclass(frozen=True)
class User:
    """Who makes a request (authentication.k8s.io UserInfo)."""

    name: str = "system:admin"
    groups: tuple[str, ...] = ("system:masters", "system:authenticated")


@dataclass
class Request:
    """What strategies and admission may look at and add to while one write runs.

    `read` gives the current object of a resource (`services`, `deployments.apps`) and a key, or None; `read_all` all objects of a
    resource, in a namespace or (with "") in all. What they return must not be changed.
    """

    cluster: Cluster
    clock: Clock
    identity: Identity
    read: Callable[[str, Key], Object | None]
    read_all: Callable[[str, str], list[Object]]
    user: User = field(default_factory=User)
    dry_run: bool = False
    field_validation: str = "Warn"
    field_manager: str = ""
    force: bool = False
    warnings: list[str] = field(default_factory=list)
    # The query of a request on a subresource that has a handler.
    parameters: Mapping[str, list[str]] = field(default_factory=dict)

    def warn(self, text: str) -> None:
        """Adds a Warning header to the answer, once for each text."""
        if text not in self.warnings:
            self.warnings.append(text)
