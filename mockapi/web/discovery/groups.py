"""Groups, their versions and the order in which both are listed."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.machinery.meta import Object
from mockapi.machinery.versions import version_rank
from mockapi.registry.priorities import priority


def ordered(group_versions: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The versions of each group, both in the order of discovery; the core group is ""."""
    found: dict[str, list[str]] = {}
    for group, version in sorted(group_versions, key=_rank):
        found.setdefault(group, []).append(version)
    return found


def _rank(group_version: tuple[str, str]) -> tuple[int, str, tuple[int, int, int, str]]:
    group, version = group_version
    return (-priority(group, version).group, group, version_rank(version))


def group_version(group: str, version: str) -> str:
    """`v1`, `apps/v1`."""
    return f"{group}/{version}" if group else version


def group_document(group: str, versions: list[str]) -> Object:
    """The entry of a group in an APIGroupList."""
    entries = [{"groupVersion": group_version(group, version), "version": version} for version in versions]
    return {"name": group, "versions": entries, "preferredVersion": entries[0]}
