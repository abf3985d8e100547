"""Which checks each level has in each version, in the order in which they are reported."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from mockapi.kinds.admission.podsecurity import baseline, restricted
from mockapi.kinds.admission.podsecurity.finding import Check, Finding
from mockapi.machinery.meta import Object

PRIVILEGED, BASELINE, RESTRICTED = LEVELS = ("privileged", "baseline", "restricted")

_TYPES = ("container_t", "container_init_t", "container_kvm_t")
_SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
)
_SYSCTLS_27 = (*_SYSCTLS, "net.ipv4.ip_local_reserved_ports")
_SYSCTLS_29 = (
    *_SYSCTLS_27,
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
)
_SYSCTLS_32 = (*_SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem")


class Control(NamedTuple):
    """One control of the standard: its check from each minor on, and the control of baseline that it stands for."""

    name: str
    versions: tuple[tuple[int, Check], ...]
    instead_of: str = ""

    def check(self, minor: int) -> Check | None:
        """The check in a version of the standard."""
        return next((check for since, check in reversed(self.versions) if since <= minor), None)


_BASELINE = (
    Control("appArmorProfile", ((0, baseline.app_armor_profile),)),
    Control("capabilities", ((0, baseline.capabilities),)),
    Control("hostNamespaces", ((0, baseline.host_namespaces),)),
    Control("hostPathVolumes", ((0, baseline.host_path_volumes),)),
    Control("hostPorts", ((0, baseline.host_ports),)),
    Control("hostProbesAndHostLifecycle", ((34, baseline.handler_hosts),)),
    Control("privileged", ((0, baseline.privileged),)),
    Control("procMount", ((0, baseline.proc_mount), (35, baseline.outside_user_namespaces(baseline.proc_mount)))),
    Control("seLinuxOptions", ((0, baseline.se_linux_options(*_TYPES)), (31, baseline.se_linux_options(*_TYPES, "container_engine_t")))),
    Control("seccompProfile", ((0, baseline.seccomp_annotations), (19, baseline.seccomp_profile))),
    Control(
        "sysctls",
        (
            (0, baseline.sysctls(*_SYSCTLS)),
            (27, baseline.sysctls(*_SYSCTLS_27)),
            (29, baseline.sysctls(*_SYSCTLS_29)),
            (32, baseline.sysctls(*_SYSCTLS_32)),
        ),
    ),
    Control("windowsHostProcess", ((0, baseline.windows_host_process),)),
)


def _but_for_windows(since: int, check: Check) -> tuple[tuple[int, Check], ...]:
    return (since, check), (25, restricted.outside_windows(check))


def _but_in_user_namespaces(since: int, check: Check) -> tuple[tuple[int, Check], ...]:
    return (since, check), (35, baseline.outside_user_namespaces(check))


_RESTRICTED = (
    Control("allowPrivilegeEscalation", _but_for_windows(8, restricted.allow_privilege_escalation)),
    Control("restrictedCapabilities", _but_for_windows(22, restricted.capabilities), "capabilities"),
    Control("restrictedProcMount", ((35, baseline.proc_mount),), "procMount"),
    Control("restrictedVolumes", ((0, restricted.restricted_volumes),), "hostPathVolumes"),
    Control("runAsNonRoot", _but_in_user_namespaces(0, restricted.run_as_non_root)),
    Control("runAsUser", _but_in_user_namespaces(23, restricted.run_as_user)),
    Control("requiredSeccompProfile", _but_for_windows(19, restricted.required_seccomp_profile), "seccompProfile"),
)


def violations(level: str, minor: int, meta: Object, spec: Object) -> list[Finding]:
    """What a pod does against a level of the standard in the version of a minor."""
    return [found for check in _checks(level, minor) if (found := check(meta, spec)) is not None]


@cache
def _checks(level: str, minor: int) -> tuple[Check, ...]:
    """Those of baseline come first; restricted ones take the place of their weaker kin."""
    if level == PRIVILEGED:
        return ()
    added = [control for control in _RESTRICTED if level == RESTRICTED and control.check(minor)]
    replaced = {control.instead_of for control in added}
    controls = [*(control for control in _BASELINE if control.name not in replaced), *added]
    return tuple(check for control in controls if (check := control.check(minor)) is not None)
