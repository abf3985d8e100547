"""Rules of the security contexts of pods and containers (core/v1 PodSecurityContext, SecurityContext)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockapi.kinds.podspec.checks import each, identifier, one_of, part, under
from mockapi.kinds.podspec.internal import internal_form
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

_SYSCTL_PART = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = f"({_SYSCTL_PART}[\\./])*{_SYSCTL_PART}"
_SYSCTL_LIMIT = 253


def pod_security(context: Object) -> Iterator[FieldError]:
    """The securityContext of a pod."""
    yield from part(context, "fsGroup", identifier)
    yield from part(context, "runAsUser", identifier)
    yield from part(context, "runAsGroup", identifier)
    yield from part(context, "supplementalGroups", each(identifier))
    yield from _sysctls(context.get("sysctls") or [])
    if context.get("fsGroupChangePolicy") is not None:
        yield from under("fsGroupChangePolicy", one_of("Always", "OnRootMismatch")(context["fsGroupChangePolicy"]))
    yield from part(context, "seccompProfile", _seccomp)
    yield from part(context, "appArmorProfile", _app_armor)
    yield from part(context, "supplementalGroupsPolicy", one_of("Merge", "Strict"))


def container_security(context: Object) -> Iterator[FieldError]:
    """The securityContext of a container."""
    yield from part(context, "runAsUser", identifier)
    yield from part(context, "runAsGroup", identifier)
    yield from part(context, "seccompProfile", _seccomp)
    if context.get("procMount") is not None:
        yield from under("procMount", one_of("Default", "Unmasked")(context["procMount"]))
    if context.get("allowPrivilegeEscalation") is False:
        yield from _escalation(context)
    yield from part(context, "appArmorProfile", _app_armor)


def _escalation(context: Object) -> Iterator[FieldError]:
    sentence = "cannot set `allowPrivilegeEscalation` to false and "
    shown = internal_form("SecurityContext", context)
    if context.get("privileged"):
        yield fielderrors.invalid("", shown, sentence + "`privileged` to true")
    if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
        yield fielderrors.invalid("", shown, sentence + "`capabilities.Add` CAP_SYS_ADMIN")


def _sysctls(sysctls: list[Object]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for position, sysctl in enumerate(sysctls):
        name, place = sysctl.get("name", ""), f"sysctls[{position}].name"
        if not name:
            yield fielderrors.required(place)
        elif len(name) > _SYSCTL_LIMIT or not re.fullmatch(_SYSCTL, name):
            yield fielderrors.invalid(place, name, f"must have at most {_SYSCTL_LIMIT} characters and match regex ^{_SYSCTL}$")
        elif name in seen:
            yield fielderrors.duplicate(place, name)
        seen.add(name)


def _seccomp(profile: Object) -> Iterator[FieldError]:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if kind == "Localhost":
        if local is None:
            yield fielderrors.required("localhostProfile", "must be set when seccomp type is Localhost")
    elif local is not None:
        yield fielderrors.invalid("localhostProfile", local, "can only be set when seccomp type is Localhost")
    if not kind:
        yield fielderrors.required("type", "type is required when seccompProfile is set")
    else:
        yield from under("type", one_of("Localhost", "RuntimeDefault", "Unconfined")(kind))


def _app_armor(profile: Object) -> Iterator[FieldError]:
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if kind == "Localhost":
        if not local:
            yield fielderrors.required("localhostProfile", "must be set when AppArmor type is Localhost")
    elif local is not None:
        yield fielderrors.invalid("localhostProfile", local, "can only be set when AppArmor type is Localhost")
    if not kind:
        yield fielderrors.required("type", "type is required when appArmorProfile is set")
    else:
        yield from under("type", one_of("Localhost", "RuntimeDefault", "Unconfined")(kind))
