"""The checks that the level restricted adds: what is good practice must be said."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.kinds.admission.podsecurity.baseline import SAFE_PROFILES, seccomp_profile
from mockapi.kinds.admission.podsecurity.finding import (
    Check,
    Finding,
    containers,
    count,
    listed,
    names_where,
    profile,
    quoted,
    security,
    setters,
    uses,
)
from mockapi.machinery.meta import Object

_VOLUMES = frozenset(
    ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"],
)
_ADDABLE = "NET_BIND_SERVICE"


def outside_windows(check: Check) -> Check:
    """The check, spared pods for Windows, which cannot say what it wants to hear."""
    return lambda meta, spec: None if (spec.get("os") or {}).get("name") == "windows" else check(meta, spec)


def allow_privilege_escalation(_meta: Object, spec: Object) -> Finding | None:
    """Processes get no more privileges than their parents."""
    names = names_where(spec, lambda container: security(container).get("allowPrivilegeEscalation") is not False)
    if not names:
        return None
    return Finding("allowPrivilegeEscalation != false", f"{listed(names)} must set securityContext.allowPrivilegeEscalation=false")


def capabilities(_meta: Object, spec: Object) -> Finding | None:
    """All capabilities are dropped, but for one that may be added."""
    keeping = names_where(spec, lambda container: "ALL" not in _capabilities(container, "drop"))
    adding = names_where(spec, lambda container: _capabilities(container, "add") - {_ADDABLE})
    extra = sorted({name for container in containers(spec) for name in _capabilities(container, "add")} - {_ADDABLE})
    details = []
    if keeping:
        details.append(f'{listed(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        details.append(f"{listed(adding)} must not include {quoted(extra)} in securityContext.capabilities.add")
    return Finding("unrestricted capabilities", "; ".join(details)) if details else None


def _capabilities(container: Object, side: str) -> set[str]:
    return set((security(container).get("capabilities") or {}).get(side) or ())


def restricted_volumes(_meta: Object, spec: Object) -> Finding | None:
    """Volumes of the cluster's own kinds, or through claims."""
    wrong = [volume for volume in spec.get("volumes") or () if not _VOLUMES & _sources(volume)]
    if not wrong:
        return None
    names = [volume["name"] for volume in wrong]
    kinds = sorted({min(_sources(volume), default="unknown") for volume in wrong})
    return Finding("restricted volume types", f"{uses(names, 'volume')} {count('restricted volume type', len(kinds))} {quoted(kinds)}")


def _sources(volume: Object) -> set[str]:
    return {field for field, value in volume.items() if field != "name" and value is not None}


def run_as_non_root(_meta: Object, spec: Object) -> Finding | None:
    """Nobody runs as root, and it is said."""

    def said(holder: Object) -> bool | None:
        value: bool | None = security(holder).get("runAsNonRoot")
        return value

    reason = "runAsNonRoot != true"
    who = setters(said(spec) is False, names_where(spec, lambda container: said(container) is False))
    if who:
        return Finding(reason, f"{who} must not set securityContext.runAsNonRoot=false")
    return _unsaid(spec, said, reason, "securityContext.runAsNonRoot=true")


def run_as_user(_meta: Object, spec: Object) -> Finding | None:
    """No user 0."""

    def is_root(holder: Object) -> bool:
        return security(holder).get("runAsUser") == 0

    who = setters(is_root(spec), names_where(spec, is_root))
    return Finding("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def required_seccomp_profile(meta: Object, spec: Object) -> Finding | None:
    """There is a profile."""
    found = seccomp_profile(meta, spec)
    if found:
        return found
    wanted = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return _unsaid(spec, lambda holder: profile(holder, "seccompProfile") in SAFE_PROFILES, "seccompProfile", wanted)


def _unsaid(spec: Object, said: Callable[[Object], object], reason: str, wanted: str) -> Finding | None:
    """The containers of which neither they nor their pod say what is wanted."""
    names = [] if said(spec) else names_where(spec, lambda container: not said(container))
    return Finding(reason, f"pod or {listed(names)} must set {wanted}") if names else None
