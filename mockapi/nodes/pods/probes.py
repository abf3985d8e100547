"""When the probes of a container take effect: its program is healthy from the start, unless the pod's annotations say otherwise."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.nodes.pods.problems import container_failure, is_meant
from mockapi.nodes.pods.view import ContainerView

STARTUP, READINESS, LIVENESS = "startupProbe", "readinessProbe", "livenessProbe"
_FAILURES = {STARTUP: "StartupProbe", READINESS: "ReadinessProbe", LIVENESS: "LivenessProbe"}


def fails(container: ContainerView, probe: str) -> bool:
    """Whether a probe that the container has fails."""
    if not container.spec.get(probe):
        return False
    if probe == READINESS and unready_by_annotation(container):
        return True
    return container_failure(container) == _FAILURES[probe]


def unready_by_annotation(container: ContainerView) -> bool:
    """Whether the pod's annotation `ready` keeps this container from being ready."""
    return container.pod.annotation("ready") == "false" and is_meant(container)


def succeeds_after(container: ContainerView, probe: str) -> float | None:
    """Seconds from when a probe begins until it has succeeded often enough; None when it does not."""
    spec = container.spec.get(probe)
    if fails(container, probe):
        return None
    return _after(spec, "successThreshold") if spec else 0.0


def fails_after(container: ContainerView, probe: str) -> float | None:
    """Seconds from when a probe begins until it has failed often enough; None when it does not."""
    return _after(container.spec[probe], "failureThreshold") if fails(container, probe) else None


def first_after(container: ContainerView, probe: str) -> float | None:
    """Seconds from when a probe begins until it is first tried; None when the container does not have it."""
    spec = container.spec.get(probe)
    return float(spec.get("initialDelaySeconds") or 0) if spec else None


def period(container: ContainerView, probe: str) -> float | None:
    """Seconds from one try of a probe to the next."""
    spec = container.spec.get(probe)
    return float(spec.get("periodSeconds") or 10) if spec else None


def complaint(container: ContainerView, probe: str) -> str:
    """What a failed try of a probe finds, as events say it."""
    spec = container.spec[probe]
    address = container.pod.status.get("podIP", "")
    if "httpGet" in spec:
        return "HTTP probe failed with statuscode: 503"
    if "tcpSocket" in spec:
        target = f"{spec['tcpSocket'].get('host') or address}:{_port(container, spec['tcpSocket']['port'])}"
        return f"dial tcp {target}: connect: connection refused"
    if "grpc" in spec:
        return 'service unhealthy (responded with "NOT_SERVING")'
    return ""  # of a command, what it printed


def facts(container: ContainerView) -> Object:
    """By probe, what stages may ask of one: whether it fails, when it is tried and what it finds."""
    return {
        probe: {
            "fails": True if fails(container, probe) else None,
            "first": first_after(container, probe),
            "period": period(container, probe),
            "complaint": complaint(container, probe),
            "killed-after": fails_after(container, probe),
        }
        for probe in _FAILURES
        if container.spec.get(probe)
    }


def _after(spec: Object, threshold: str) -> float:
    times = int(spec.get(threshold) or 1)
    return float(spec.get("initialDelaySeconds") or 0) + (times - 1) * float(spec.get("periodSeconds") or 10)


def _port(container: ContainerView, port: int | str) -> int | str:
    named = {each.get("name"): each["containerPort"] for each in container.spec.get("ports") or ()}
    return named.get(port, port) if isinstance(port, str) else port
