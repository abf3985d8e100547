"""What a check finds, and how containers are visited and named in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mockapi.machinery.meta import Object


class Finding(NamedTuple):
    """Why a pod is not allowed; printed as `reason (detail)`."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})"


# Looks at a pod, or at the template of one: metadata and spec -> what is wrong, None when nothing is.
Check = Callable[[Object, Object], Finding | None]


def containers(spec: Object) -> Iterator[Object]:
    """All containers, in the order in which checks name them."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def security(holder: Object) -> Object:
    """The securityContext of a PodSpec or a container; empty when absent."""
    return holder.get("securityContext") or {}


def profile(holder: Object, field: str) -> str | None:
    """The type of a profile (`seccompProfile`, `appArmorProfile`); None when there is none."""
    found = security(holder).get(field)
    return None if found is None else str(found.get("type", ""))


def names_where(spec: Object, fails: Callable[[Object], object]) -> list[str]:
    """The names of the containers for which a condition holds."""
    return [container["name"] for container in containers(spec) if fails(container)]


def quoted(texts: Iterable[str]) -> str:
    """`"a", "b"`."""
    return ", ".join(f'"{text}"' for text in texts)


def count(singular: str, number: int) -> str:
    """`container` or `containers`."""
    return singular if number == 1 else f"{singular}s"


def listed(names: Sequence[str], what: str = "container") -> str:
    """`container "a"`, `containers "a", "b"`."""
    return f"{count(what, len(names))} {quoted(names)}"


def setters(pod: bool, names: Sequence[str]) -> str:
    """Who sets something: `pod`, `container "a"`, `pod and container "a"`; "" for nobody."""
    return " and ".join([*(["pod"] if pod else []), *([listed(names)] if names else [])])


def uses(names: Sequence[str], what: str = "container") -> str:
    """`container "a" uses`, `containers "a", "b" use`."""
    return f"{listed(names, what)} {'uses' if len(names) == 1 else 'use'}"
