"""metrics.k8s.io/v1beta1 PodMetrics: what the containers of a pod use. Nothing is stored: each answer measures anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.metrics import samples
from mockapi.kinds.metrics.usage import running_containers, sampled_at, usage_of_container
from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _sample(pod: Object, request: Request) -> Object | None:
    """The newest sample; None for a pod of which no container runs."""
    now = request.clock.now()
    containers = [
        {"name": container["name"], "usage": usage_of_container(pod, container, sampled_at(now)).as_object()}
        for container in running_containers(pod)
    ]
    return samples.sample(KIND, pod, now, {"containers": containers}) if containers else None


def _list(_resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    pods = samples.selected(KIND, request.read_all("pods", key.namespace), request)
    return {"items": [found for pod in pods if (found := _sample(pod, request)) is not None]}


def _get(_resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    pod = request.read("pods", key)
    if pod is None:
        raise errors.not_found("pods", "", key.name)
    found = _sample(pod, request)
    if found is None:
        raise errors.not_found("podmetrics", samples.GROUP, f"{key.namespace}/{key.name}")
    return found


_CONTAINER: Object = {
    "type": "object",
    "required": ["name", "usage"],
    "properties": {"name": {"description": "The container's name.", "type": "string"}, "usage": samples.USAGE},
}
_CONTAINERS: Object = {"description": "What each running container uses.", "type": "array", "items": _CONTAINER}

KIND = Kind(
    group=samples.GROUP,
    version=samples.VERSION,
    kind="PodMetrics",
    plural="pods",
    singular_name="",
    verbs=("get", "list"),
    schema=samples.schema("What the containers of a pod use.", containers=_CONTAINERS),
    handlers=(("get", _get), ("list", _list)),
    columns=samples.columns(lambda obj: [container["usage"] for container in obj["containers"]]),
)
