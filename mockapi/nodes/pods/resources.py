"""The resources of running containers in a pod's status, and in-place resize (KEP-1287)."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.nodes.pods.view import ContainerView, PodView


def reported(container: ContainerView) -> Object:
    """The status fields on a running container's resources."""
    resources = {
        side: amounts for side, amounts in (container.spec.get("resources") or {}).items() if side in ("limits", "requests") and amounts
    }
    if not resources and not container.pod.around.settings.full_status:
        return {}
    requests = resources.get("requests")
    return {**({"allocatedResources": requests} if requests else {}), "resources": resources}


def is_resized(pod: PodView) -> bool:
    """Whether running containers have other resources than their spec says by now."""
    return any(_differs(each) for each in pod.containers if each.running and each.role in ("app", "sidecar"))


def resized(pod: PodView) -> Object:
    """The pod's status with the resources of the spec."""
    status = pod.status
    for container in pod.containers:
        if container.running and container.role in ("app", "sidecar") and _differs(container):
            view = next(each for each in pod.having(status).containers if each.id == container.id)
            status = view.written({**view.status, **reported(view)})
    return status


def _differs(container: ContainerView) -> bool:
    """A status without resources was not written by a kubelet that reports them."""
    known = container.status.get("resources")
    return known is not None and reported(container).get("resources", {}) != known
