"""Defaults of a PodSpec (core/v1), in place. All of them may be applied again without effect.

What a Pod gets and a template does not is the Pod's own (`mockapi.kinds.core.pod.defaults`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.amounts import rounded_up_to_milli
from mockapi.kinds.podspec.images import default_pull_policy
from mockapi.kinds.podspec.volume_defaults import default_volume, fill, fill_reference
from mockapi.machinery.meta import Object

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")


def default_template(template: Object) -> None:
    """Defaults of a PodTemplateSpec."""
    default_pod_spec(template.setdefault("spec", {}))


def default_pod_spec(spec: Object) -> None:
    """Defaults that a PodSpec gets wherever it stands."""
    fill(spec, restartPolicy="Always", dnsPolicy="ClusterFirst", schedulerName="default-scheduler")
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    mirror_service_account(spec)
    for volume in spec.get("volumes") or ():
        default_volume(volume)
    for container in all_containers(spec):
        default_container(container)
    _round_quantities(spec.get("resources") or {})
    _round(spec.get("overhead"))


def mirror_service_account(spec: Object) -> None:
    """`serviceAccount` is the deprecated alias of `serviceAccountName` and always shows the same."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name


def all_containers(spec: Object) -> Iterator[Object]:
    """Init, regular and ephemeral containers of a PodSpec."""
    for field in _CONTAINER_LISTS:
        yield from spec.get(field) or ()


def default_container(container: Object) -> None:
    """Defaults of one container of any sort."""
    fill(
        container,
        imagePullPolicy=default_pull_policy(container.get("image") or ""),
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    container.setdefault("resources", {})
    _round_quantities(container["resources"])
    for port in container.get("ports") or ():
        fill(port, protocol="TCP")
    for variable in container.get("env") or ():
        fill_reference(variable.get("valueFrom") or {})
    for field in _PROBES:
        if container.get(field) is not None:
            _default_probe(container[field])
    lifecycle = container.get("lifecycle") or {}
    for field in _HOOKS:
        _default_http(lifecycle.get(field) or {})


def _default_probe(probe: Object) -> None:
    fill(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
    _default_http(probe)
    if probe.get("grpc") is not None and probe["grpc"].get("service") is None:
        probe["grpc"]["service"] = ""


def _default_http(handler: Object) -> None:
    if handler.get("httpGet") is not None:
        fill(handler["httpGet"], path="/", scheme="HTTP")


def _round_quantities(resources: Object) -> None:
    for field in ("limits", "requests"):
        _round(resources.get(field))


def _round(amounts: dict[str, str] | None) -> None:
    """Resource amounts are kept to a thousandth, rounded up."""
    if amounts:
        amounts.update({name: rounded_up_to_milli(amount) for name, amount in amounts.items()})
