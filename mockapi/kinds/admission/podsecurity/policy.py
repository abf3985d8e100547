"""What the labels of a namespace ask for (`pod-security.kubernetes.io/enforce` and its like)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from mockapi.kinds.admission.podsecurity.standard import LEVELS, PRIVILEGED, RESTRICTED
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError, Path

ENFORCE, AUDIT, WARN = "enforce", "audit", "warn"
LATEST = "latest"
_PREFIX = "pod-security.kubernetes.io/"
_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)")
_LABELS = Path("metadata.labels")


class Demand(NamedTuple):
    """A level in a version of the standard; printed as `restricted:latest`."""

    level: str = PRIVILEGED
    version: str = LATEST

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"

    def minor(self, newest: int) -> int:
        """The minor whose version of the standard counts; later ones than the server's are not known to it."""
        return newest if self.version == LATEST else min(newest, int(self.version.removeprefix("v1.")))

    def is_stricter_than(self, other: Demand) -> bool:
        """Whether the level is above another."""
        return LEVELS.index(self.level) > LEVELS.index(other.level)


class Policy(NamedTuple):
    """What is refused and what is warned of. What is to be audited shows nowhere: there is no audit log."""

    enforce: Demand
    audit: Demand
    warn: Demand


def policy_of(labels: Mapping[str, str]) -> tuple[Policy, list[FieldError]]:
    """The policy, with the labels that cannot be read: for them enforce is strict and the others are not."""
    errors: list[FieldError] = []
    enforce = _demand(labels, ENFORCE, RESTRICTED, errors)
    audit = _demand(labels, AUDIT, PRIVILEGED, errors)
    warn = _demand(labels, WARN, PRIVILEGED, errors)
    said = labels.get(_PREFIX + ENFORCE) in LEVELS and _PREFIX + WARN not in labels
    return Policy(enforce, audit, enforce if said and enforce.is_stricter_than(warn) else warn), errors


def _demand(labels: Mapping[str, str], mode: str, otherwise: str, errors: list[FieldError]) -> Demand:
    level = labels.get(_PREFIX + mode, PRIVILEGED)
    if level not in LEVELS:
        errors.append(fielderrors.invalid(_LABELS.key(_PREFIX + mode), level, f"must be one of {', '.join(LEVELS)}"))
        level = otherwise
    key = f"{_PREFIX}{mode}-version"
    version = labels.get(key, LATEST)
    if version != LATEST and not _VERSION.fullmatch(version):
        errors.append(fielderrors.invalid(_LABELS.key(key), version, 'must be "latest" or "v1.x"'))
        version = LATEST
    return Demand(level, version)
