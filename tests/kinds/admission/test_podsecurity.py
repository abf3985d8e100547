"""The Pod Security Standards by the labels of namespaces: what is refused, what is warned of, in which words."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.kinds.admission.podsecurity.standard import BASELINE, LEVELS, RESTRICTED, violations
from mockapi.machinery.meta import Object
from tests.kinds.pipeline import NAMESPACE, Api, refusal

NEWEST = 36
GOOD = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
FOUR = (
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


@pytest.fixture(autouse=True)
def account(api: Api) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})


def label(api: Api, **labels: str | None) -> None:
    prefixed = {f"pod-security.kubernetes.io/{name.replace('_', '-')}": value for name, value in labels.items()}
    api.patch("namespaces", NAMESPACE, {"metadata": {"labels": prefixed}})


def pod(name: str = "p", context: Object | None = None, **spec: Any) -> Object:
    container = {"name": "c", "image": "nginx", **({"securityContext": context} if context else {})}
    return {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}


def deployment() -> Object:
    labels = {"a": "b"}
    template = {"metadata": {"labels": labels}, "spec": pod()["spec"]}
    return {"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}


def test_enforce_refuses_pods_and_warns_of_what_makes_them(api: Api) -> None:
    label(api, enforce="restricted")
    failure = refusal(api.create, "pods", pod())
    assert (failure.code, failure.message) == (403, f'pods "p" is forbidden: violates PodSecurity "restricted:latest": {FOUR}')
    api.create("deployments.apps", deployment())
    assert api.warnings == [f'would violate PodSecurity "restricted:latest": {FOUR}']
    api.create("pods", pod(context=GOOD))
    assert api.warnings == []


def test_warn_warns(api: Api) -> None:
    label(api, warn="restricted", warn_version="v1.24", audit="baseline")
    api.create("pods", pod())
    assert api.warnings == [f'would violate PodSecurity "restricted:v1.24": {FOUR}']


def test_warn_may_be_less_strict_than_enforce(api: Api) -> None:
    label(api, enforce="baseline", warn="privileged")
    api.create("deployments.apps", {**deployment(), "metadata": {"name": "e"}})
    assert api.warnings == []


def test_a_pod_that_is_there_may_be_changed_but_not_get_another_image(api: Api) -> None:
    api.create("pods", pod(hostNetwork=True))
    label(api, enforce="baseline")
    api.patch("pods", "p", {"metadata": {"labels": {"a": "b"}}})
    (container,) = api.get("pods", "p")["spec"]["containers"]
    failure = refusal(api.patch, "pods", "p", {"spec": {"containers": [{**container, "image": "other"}]}})
    sentence = 'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'
    assert failure.message == f'pods "p" is forbidden: {sentence}'


def test_a_stricter_namespace_is_told_of_its_pods(api: Api) -> None:
    for name in ("b", "a", "c"):
        api.create("pods", pod(name, hostNetwork=True))
    api.create("pods", pod("z", context={"privileged": True}))
    label(api, enforce="baseline")
    assert api.warnings == [
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "a (and 2 other pods): host namespaces",
        "z: privileged",
    ]
    label(api, warn="restricted")
    assert api.warnings == []
    label(api, enforce="privileged")
    assert api.warnings == []


def test_labels_that_cannot_be_read_are_refused_once(api: Api) -> None:
    failure = refusal(label, api, enforce="strict", warn_version="1.36")
    prefix = "metadata.labels[pod-security.kubernetes.io/"
    assert failure.code == 422
    assert failure.message == (
        f'Namespace "default" is invalid: [{prefix}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, '
        f'{prefix}warn-version]: Invalid value: "1.36": must be "latest" or "v1.x"]'
    )


def found(level: str, spec: Object, minor: int = NEWEST, annotations: dict[str, str] | None = None) -> list[str]:
    return [str(finding) for finding in violations(level, minor, {"annotations": annotations or {}}, spec)]


def of_containers(**fields: Any) -> Object:
    return {"initContainers": [{"name": "i", **fields}], "containers": [{"name": "c", **fields}]}


def secured(**context: Any) -> Object:
    return {"securityContext": context, **of_containers(securityContext=context)}


WHO = 'pod and containers "i", "c"'
BASELINE_CASES: list[tuple[Object, str]] = [
    ({"hostNetwork": True, "hostPID": True, "hostIPC": True}, "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)"),
    ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, 'hostPath volumes (volume "v")'),
    (of_containers(securityContext={"privileged": True}), 'privileged (containers "i", "c" must not set securityContext.privileged=true)'),
    (
        {"containers": [{"name": "c", "ports": [{"hostPort": 80}, {"hostPort": 443}]}]},
        'hostPort (container "c" uses hostPorts 443, 80)',
    ),
    (
        {"containers": [{"name": "c", "livenessProbe": {"httpGet": {"host": "1.2.3.4"}}, "lifecycle": {"preStop": {"tcpSocket": {}}}}]},
        'probe or lifecycle host (container "c" uses probe or lifecycle host "1.2.3.4")',
    ),
    (
        of_containers(securityContext={"capabilities": {"add": ["SYS_ADMIN", "CHOWN", "NET_RAW"]}}),
        'non-default capabilities (containers "i", "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
    ),
    (
        of_containers(securityContext={"procMount": "Unmasked"}),
        'procMount (containers "i", "c" must not set securityContext.procMount to "Unmasked")',
    ),
    (
        secured(appArmorProfile={"type": "Unconfined"}),
        f'forbidden AppArmor profile ({WHO} must not set AppArmor profile type to "Unconfined")',
    ),
    (
        secured(seLinuxOptions={"type": "spc_t", "user": "u", "role": "r"}),
        f'seLinuxOptions ({WHO} set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ),
    (
        secured(seccompProfile={"type": "Unconfined"}),
        f'seccompProfile ({WHO} must not set securityContext.seccompProfile.type to "Unconfined")',
    ),
    (
        {"securityContext": {"sysctls": [{"name": "kernel.msgmax"}, {"name": "net.ipv4.tcp_rmem"}, {"name": "vm.x"}]}},
        "forbidden sysctls (kernel.msgmax, vm.x)",
    ),
    (
        secured(windowsOptions={"hostProcess": True}),
        f"hostProcess ({WHO} must not set securityContext.windowsOptions.hostProcess=true)",
    ),
]


@pytest.mark.parametrize(("spec", "text"), BASELINE_CASES)
def test_baseline(spec: Object, text: str) -> None:
    assert found(BASELINE, spec) == [text]
    assert found(LEVELS[0], spec) == []


RESTRICTED_CASES: list[tuple[Object, Object, str]] = [
    ({}, {"volumes": [{"name": "n", "nfs": {}}, {"name": "h", "hostPath": {}}, {"name": "e", "emptyDir": {}}]}, (
        'restricted volume types (volumes "n", "h" use restricted volume types "hostPath", "nfs")'
    )),
    ({"runAsNonRoot": False}, {}, 'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)'),
    ({}, {"securityContext": {"runAsUser": 0}}, "runAsUser=0 (pod must not set runAsUser=0)"),
    (
        {"capabilities": {"add": ["NET_BIND_SERVICE", "CHOWN"]}},
        {},
        'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; '
        'container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ),
    (
        {"seccompProfile": {"type": "Unconfined"}},
        {},
        'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    ),
    ({"procMount": "Unmasked"}, {"hostUsers": False}, 'procMount (container "c" must not set securityContext.procMount to "Unmasked")'),
]  # fmt: skip


@pytest.mark.parametrize(("context", "more", "text"), RESTRICTED_CASES)
def test_restricted(context: Object, more: Object, text: str) -> None:
    assert found(RESTRICTED, pod(context={**GOOD, **context}, **more)["spec"]) == [text]


def test_the_pod_may_say_for_all_its_containers() -> None:
    of_pod = {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}}
    context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert found(RESTRICTED, pod(context=context, securityContext=of_pod)["spec"]) == []


def test_baseline_comes_before_restricted() -> None:
    reasons = [text.split(" (")[0] for text in found(RESTRICTED, {"hostPID": True, **pod(context={"privileged": True})["spec"]})]
    assert reasons[:3] == ["host namespaces", "privileged", "allowPrivilegeEscalation != false"]


def test_versions_know_the_checks_of_their_time() -> None:
    probe = {"containers": [{"name": "c", "readinessProbe": {"tcpSocket": {"host": "x"}}}]}
    assert (len(found(BASELINE, probe, 33)), len(found(BASELINE, probe, 34))) == (0, 1)
    sysctl = {"securityContext": {"sysctls": [{"name": "net.ipv4.tcp_wmem"}]}}
    assert (len(found(BASELINE, sysctl, 31)), len(found(BASELINE, sysctl, 32))) == (1, 0)
    unmasked = {"hostUsers": False, **of_containers(securityContext={"procMount": "Unmasked"})}
    assert (len(found(BASELINE, unmasked, 34)), len(found(BASELINE, unmasked, 35))) == (1, 0)
    windows = {"os": {"name": "windows"}, "containers": [{"name": "c", "securityContext": {"runAsNonRoot": True}}]}
    assert (len(found(RESTRICTED, windows, 24)), len(found(RESTRICTED, windows))) == (3, 0)
    annotations = {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}
    text = 'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")'
    assert found(BASELINE, {}, 18, annotations) == [text]
    assert found(BASELINE, {}, NEWEST, annotations) == []


def test_annotations_of_app_armor_count() -> None:
    annotations = {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}
    text = found(BASELINE, {}, annotations=annotations)
    key = "container.apparmor.security.beta.kubernetes.io/c"
    assert text == [f'forbidden AppArmor profile (annotation must not set AppArmor profile type to "{key}="unconfined"")']
