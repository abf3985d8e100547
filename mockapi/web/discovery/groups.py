"""Groups, their versions and the order in which both are listed."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.machinery.meta import Object
from mockapi.machinery.versions import version_rank

# The order of kube-apiserver: by the priorities of its APIServices. Groups that are not named here follow by name.
_GROUPS = (
    "",
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
)
_RANKS = {group: rank for rank, group in enumerate(_GROUPS)}


def ordered(group_versions: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The versions of each group, both in the order of discovery; the core group is ""."""
    found: dict[str, list[str]] = {}
    for group, version in sorted(group_versions, key=lambda pair: (_RANKS.get(pair[0], len(_RANKS)), pair[0], version_rank(pair[1]))):
        found.setdefault(group, []).append(version)
    return found


def group_version(group: str, version: str) -> str:
    """`v1`, `apps/v1`."""
    return f"{group}/{version}" if group else version


def group_document(group: str, versions: list[str]) -> Object:
    """The entry of a group in an APIGroupList."""
    entries = [{"groupVersion": group_version(group, version), "version": version} for version in versions]
    return {"name": group, "versions": entries, "preferredVersion": entries[0]}
