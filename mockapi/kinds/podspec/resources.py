"""Rules of resource requirements (core/v1 ResourceRequirements), and what they warn of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockapi.kinds.podspec import amounts
from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO

NameRule = Callable[[str], Iterator[FieldError]]


def container_resources(resources: Object) -> Iterator[FieldError]:
    """The resources of one container."""
    yield from _requirements(resources, container_resource_name)


def pod_resources(resources: Object) -> Iterator[FieldError]:
    """The resources of a whole pod (KEP-2837)."""
    yield from _requirements(resources, _pod_resource_name)


def amount_of(name: str, text: str) -> Iterator[FieldError]:
    """How much of a resource: not below zero, and whole where the resource is counted."""
    if amount(text) < ZERO:
        yield fielderrors.invalid("", text, "must be greater than or equal to 0")
    if amounts.is_whole(name) and not amounts.is_integer(text):
        yield fielderrors.invalid("", text, "must be an integer")


def container_resource_name(name: str) -> Iterator[FieldError]:
    """The name of a resource that a container may ask for."""
    messages = names.qualified_name(name)
    yield from (fielderrors.invalid("", name, message) for message in messages)
    if "/" not in name:
        if not messages and not amounts.is_standard(name):
            yield fielderrors.invalid("", name, "must be a standard resource type or fully qualified")
        if not amounts.is_for_containers(name):
            yield fielderrors.invalid("", name, "must be a standard resource for containers")
    elif not amounts.is_native(name) and not amounts.is_extended(name):
        yield fielderrors.invalid("", name, "doesn't follow extended resource name standard")


def fractional_bytes(resources: Object) -> Iterator[str]:
    """Warnings of amounts of bytes that are not whole."""
    for side in ("limits", "requests"):
        for name, text in (resources.get(side) or {}).items():
            if name in {"memory", "ephemeral-storage"} and not amounts.is_integer(text):
                yield f'{side}[{name}]: fractional byte value "{text}" is invalid, must be an integer'


def _pod_resource_name(name: str) -> Iterator[FieldError]:
    if name not in {"cpu", "memory"} and not amounts.is_huge_page(name):
        yield fielderrors.not_supported("", name, ["cpu", "hugepages-", "memory"])


def _requirements(resources: Object, name_rule: NameRule) -> Iterator[FieldError]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name, text in limits.items():
        yield from under(f"limits[{name}]", name_rule(name))
        yield from under(f"limits[{name}]", amount_of(name, text))
    for name, text in requests.items():
        yield from under(f"requests[{name}]", name_rule(name))
        yield from under(f"requests[{name}]", amount_of(name, text))
        yield from _within_limit(name, text, limits.get(name))
    used = {*limits, *requests}
    if any(map(amounts.is_huge_page, used)) and not used & {"cpu", "memory"}:
        yield fielderrors.forbidden("", "HugePages require cpu or memory")


def _within_limit(name: str, request: str, limit: str | None) -> Iterator[FieldError]:
    if limit is None:
        if not amounts.may_overcommit(name):
            yield fielderrors.required("limits", "Limit must be set for non overcommitable resources")
    elif amount(request) != amount(limit) and not amounts.may_overcommit(name):
        yield fielderrors.invalid("requests", request, f"must be equal to {name} limit of {limit}")
    elif amount(request) > amount(limit):
        yield fielderrors.invalid("requests", request, f"must be less than or equal to {name} limit of {limit}")
