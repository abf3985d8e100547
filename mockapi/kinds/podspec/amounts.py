"""Amounts of resources (`cpu`, `memory`, `example.com/gpu`): comparing them, and the names they may go by."""

from __future__ import annotations

from functools import lru_cache

from mockapi.machinery.quantity import Quantity, parse_quantity

_HUGE_PAGES = "hugepages-"
_CONTAINER_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
_QUOTA_RESOURCES = frozenset(
    [
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
        "storage",
        "requests.storage",
    ]
)
_STANDARD_RESOURCES = (
    _CONTAINER_RESOURCES | _QUOTA_RESOURCES | {f"{side}.{name}" for side in ("requests", "limits") for name in _CONTAINER_RESOURCES}
)
_COUNTED = _QUOTA_RESOURCES - {"storage", "requests.storage"}


@lru_cache(maxsize=4096)
def amount(text: str) -> Quantity:
    """The value of a quantity that has been decoded already."""
    return parse_quantity(text)


@lru_cache(maxsize=4096)
def rounded_up_to_milli(text: str) -> str:
    """The quantity with at most three decimals, as resource lists keep it."""
    return str(amount(text).rounded_to_milli())


def is_integer(text: str) -> bool:
    """Whether the amount is whole, to a thousandth."""
    return amount(text).milli_value % 1000 == 0


def is_native(name: str) -> bool:
    """Whether Kubernetes itself knows the resource: one without a domain or within kubernetes.io."""
    return "/" not in name or "kubernetes.io/" in name


def is_huge_page(name: str) -> bool:
    """Whether the resource is memory in pages of a given size."""
    return name.startswith(_HUGE_PAGES)


def is_extended(name: str) -> bool:
    """Whether the resource is one that a device plugin or an administrator may have added."""
    return not is_native(name) and not name.startswith("requests.")


def is_standard(name: str) -> bool:
    """Whether a name without a domain is one that quotas or containers use."""
    return name in _STANDARD_RESOURCES or is_huge_page(name)


def is_for_containers(name: str) -> bool:
    """Whether a name without a domain is one that containers use."""
    return name in _CONTAINER_RESOURCES or is_huge_page(name)


def is_whole(name: str) -> bool:
    """Whether the resource comes in whole units only."""
    return name in _COUNTED or is_extended(name)


def may_overcommit(name: str) -> bool:
    """Whether a limit may be above the request."""
    return is_native(name) and not is_huge_page(name)
