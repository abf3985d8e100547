"""The checks of the level baseline: known ways to more privileges than a pod has by default."""

from __future__ import annotations

from collections.abc import Iterator

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
from mockapi.machinery import gotext
from mockapi.machinery.meta import Object

_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_OF_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_OF_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_DEFAULT_CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
SAFE_PROFILES = frozenset({"RuntimeDefault", "Localhost"})


def app_armor_profile(meta: Object, spec: Object) -> Finding | None:
    """Profiles may not be switched off, neither by fields nor by the older annotations."""
    wrong = [value for holder in (spec, *containers(spec)) if (value := profile(holder, "appArmorProfile")) not in SAFE_PROFILES | {None}]
    pod = profile(spec, "appArmorProfile") not in SAFE_PROFILES | {None}
    names = names_where(spec, lambda container: profile(container, "appArmorProfile") not in SAFE_PROFILES | {None})
    noted = sorted(f"{key}={gotext.quoted(value)}" for key, value in (meta.get("annotations") or {}).items() if _is_unconfined(key, value))
    who = [each for each in (setters(pod, names), count("annotation", len(noted)) if noted else "") if each]
    if not who:
        return None
    values = [*sorted({str(value) for value in wrong}), *noted]
    detail = f"{' and '.join(who)} must not set AppArmor profile type to {quoted(values)}"
    return Finding(count("forbidden AppArmor profile", len(values)), detail)


def _is_unconfined(key: str, value: str) -> bool:
    return key.startswith(_APP_ARMOR) and value not in {"", "runtime/default"} and not value.startswith("localhost/")


def capabilities(_meta: Object, spec: Object) -> Finding | None:
    """Only capabilities that container runtimes grant anyway may be added."""
    names = names_where(spec, lambda container: _added(container) - _DEFAULT_CAPABILITIES)
    if not names:
        return None
    extra = sorted(name for container in containers(spec) for name in _added(container) - _DEFAULT_CAPABILITIES)
    detail = f"{listed(names)} must not include {quoted(dict.fromkeys(extra))} in securityContext.capabilities.add"
    return Finding("non-default capabilities", detail)


def _added(container: Object) -> set[str]:
    return set((security(container).get("capabilities") or {}).get("add") or ())


def host_namespaces(_meta: Object, spec: Object) -> Finding | None:
    """The namespaces of the node stay out of reach."""
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return Finding("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(_meta: Object, spec: Object) -> Finding | None:
    """No directories of the node."""
    names = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return Finding("hostPath volumes", listed(names, "volume")) if names else None


def host_ports(_meta: Object, spec: Object) -> Finding | None:
    """No ports of the node."""
    names = names_where(spec, _host_ports)
    ports = sorted({port for container in containers(spec) for port in _host_ports(container)})
    return Finding("hostPort", f"{uses(names)} {count('hostPort', len(ports))} {', '.join(ports)}") if names else None


def _host_ports(container: Object) -> list[str]:
    return [str(port["hostPort"]) for port in container.get("ports") or () if port.get("hostPort")]


def handler_hosts(_meta: Object, spec: Object) -> Finding | None:
    """Probes and lifecycle handlers reach their own pod only (KEP-4940)."""
    names = sorted(set(names_where(spec, lambda container: list(_hosts(container)))))
    hosts = sorted({host for container in containers(spec) for host in _hosts(container)})
    if not names:
        return None
    what = "probe or lifecycle host"
    return Finding(what, f"{uses(names)} {count(what, len(hosts))} {quoted(hosts)}")


def _hosts(container: Object) -> Iterator[str]:
    lifecycle = container.get("lifecycle") or {}
    probes = [container.get(field) for field in ("livenessProbe", "readinessProbe", "startupProbe")]
    for handler in (*probes, lifecycle.get("postStart"), lifecycle.get("preStop")):
        for action in ("httpGet", "tcpSocket"):
            if host := ((handler or {}).get(action) or {}).get("host"):
                yield host


def privileged(_meta: Object, spec: Object) -> Finding | None:
    """No privileged containers."""
    names = names_where(spec, lambda container: security(container).get("privileged"))
    return Finding("privileged", f"{listed(names)} must not set securityContext.privileged=true") if names else None


def proc_mount(_meta: Object, spec: Object) -> Finding | None:
    """The masks of /proc stay in place."""
    names = names_where(spec, lambda container: security(container).get("procMount") not in {None, "Default"})
    kinds = sorted({str(security(container).get("procMount")) for container in containers(spec)} - {"None", "Default"})
    return Finding("procMount", f"{listed(names)} must not set securityContext.procMount to {quoted(kinds)}") if names else None


def outside_user_namespaces(check: Check) -> Check:
    """The check, spared pods that have users of their own (KEP-127)."""
    return lambda meta, spec: None if spec.get("hostUsers") is False else check(meta, spec)


def se_linux_options(*allowed: str) -> Check:
    """The check of SELinux labels that allows these types, and no choice of user and role."""

    def options(holder: Object) -> Object:
        return security(holder).get("seLinuxOptions") or {}

    def is_wrong(holder: Object) -> bool:
        found = options(holder)
        return (found.get("type") or "") not in {"", *allowed} or bool(found.get("user")) or bool(found.get("role"))

    def check(_meta: Object, spec: Object) -> Finding | None:
        who = setters(is_wrong(spec), names_where(spec, is_wrong))
        if not who:
            return None
        holders = [spec, *containers(spec)]
        types = sorted({options(holder).get("type") or "" for holder in holders} - {"", *allowed})
        wrong = [listed(types, "type")] if types else []
        wrong += [f"{field} may not be set" for field in ("user", "role") if any(options(holder).get(field) for holder in holders)]
        return Finding("seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(wrong)}")

    return check


def seccomp_annotations(meta: Object, spec: Object) -> Finding | None:
    """As seccomp_profile, for what annotations said before there was a field."""
    annotations = meta.get("annotations") or {}
    keys = [_SECCOMP_OF_POD, *(_SECCOMP_OF_CONTAINER + container["name"] for container in containers(spec))]
    wrong = {f"{key}={gotext.quoted(annotations[key])}" for key in keys if key in annotations and _is_unsafe(annotations[key])}
    return Finding("seccompProfile", f"forbidden {count('annotation', len(wrong))} {', '.join(sorted(wrong))}") if wrong else None


def _is_unsafe(value: str) -> bool:
    return value not in {"runtime/default", "docker/default"} and not value.startswith("localhost/")


def seccomp_profile(_meta: Object, spec: Object) -> Finding | None:
    """Profiles may not be switched off."""

    def is_wrong(holder: Object) -> bool:
        return profile(holder, "seccompProfile") not in SAFE_PROFILES | {None}

    who = setters(is_wrong(spec), names_where(spec, is_wrong))
    if not who:
        return None
    values = sorted({str(profile(holder, "seccompProfile")) for holder in (spec, *containers(spec)) if is_wrong(holder)})
    return Finding("seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {quoted(values)}")


def sysctls(*allowed: str) -> Check:
    """The check that allows these kernel parameters, which concern the pod's own namespaces only."""

    def check(_meta: Object, spec: Object) -> Finding | None:
        wrong = [sysctl["name"] for sysctl in security(spec).get("sysctls") or () if sysctl["name"] not in allowed]
        return Finding("forbidden sysctls", ", ".join(wrong)) if wrong else None

    return check


def windows_host_process(_meta: Object, spec: Object) -> Finding | None:
    """No processes of a Windows node."""

    def is_wrong(holder: Object) -> bool:
        return bool((security(holder).get("windowsOptions") or {}).get("hostProcess"))

    who = setters(is_wrong(spec), names_where(spec, is_wrong))
    return Finding("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true") if who else None
