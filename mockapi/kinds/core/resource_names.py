"""Names of resources in quotas and limits (`requests.cpu`, `count/jobs.batch`), and the rounding of their amounts."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec import amounts
from mockapi.kinds.podspec.checks import under
from mockapi.kinds.podspec.resources import amount_of
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError

_HUGE_PAGE_PREFIXES = ("hugepages-", "requests.hugepages-")


def resource_name(name: str) -> Iterator[FieldError]:
    """The name of any resource."""
    messages = names.qualified_name(name)
    yield from (fielderrors.invalid("", name, message) for message in messages)
    if not messages and "/" not in name and not amounts.is_standard(name) and not name.startswith(_HUGE_PAGE_PREFIXES):
        yield fielderrors.invalid("", name, "must be a standard resource type or fully qualified")


def is_for_quotas(name: str) -> bool:
    """Whether a name without a domain is one that a quota can limit."""
    return name.startswith(_HUGE_PAGE_PREFIXES) or (amounts.is_standard(name) and name != "storage")


def quota_amounts(values: dict[str, str] | None) -> Iterator[FieldError]:
    """What a quota allows or counts, by resource."""
    for name, text in sorted((values or {}).items()):
        yield from under(f"[{name}]", resource_name(name))
        if "/" not in name and not is_for_quotas(name):
            yield from under(f"[{name}]", [fielderrors.invalid("", name, "must be a standard resource for quota")])
        yield from under(f"[{name}]", amount_of(name, text))


def round_amounts(values: dict[str, str] | None) -> None:
    """Amounts are kept to a thousandth, rounded up; in place."""
    if values:
        values.update({name: amounts.rounded_up_to_milli(text) for name, text in values.items()})
