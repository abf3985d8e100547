"""The order of API versions, as Kubernetes ranks them (apiextensions.k8s.io/v1, "Version priority"), and that of its minors."""

from __future__ import annotations

import re

_VERSION = re.compile(r"v([0-9]+)(?:(alpha|beta)([0-9]+))?")
_STAGES = {None: 0, "beta": 1, "alpha": 2}


def version_rank(version: str) -> tuple[int, int, int, str]:
    """A key to sort by: stable versions before beta before alpha, newer before older, other names last."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return (3, 0, 0, version)
    major, stage, minor = match.groups()
    return (_STAGES[stage], -int(major), -int(minor or 0), version)


def minor_number(minor: str) -> int:
    """The second number of a Kubernetes minor: 36 of "1.36"."""
    return int(minor.partition(".")[2])


def at_least(minor: str, since: str) -> bool:
    """Whether a Kubernetes minor has what is there since another; "" is always."""
    return not since or minor_number(minor) >= minor_number(since)
