"""metrics.k8s.io/v1beta1 NodeMetrics: what a node uses. Nothing is stored: each answer measures anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mockapi.kinds.metrics import samples
from mockapi.kinds.metrics.usage import sampled_at, usage_of_node
from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object, Objects, name_of
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _sample(node: Object, pods: Iterable[Object], request: Request) -> Object:
    now = request.clock.now()
    return samples.sample(KIND, node, now, {"usage": usage_of_node(node, pods, sampled_at(now)).as_object()})


def _answers(node: Object) -> bool:
    """Whether its kubelet can be asked."""
    conditions = (node.get("status") or {}).get("conditions") or ()
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def _list(_resources: Resources, _key: Key, _body: Object, request: Request) -> Object:
    on: dict[str, Objects] = defaultdict(list)
    for pod in request.read_all("pods", ""):
        on[pod["spec"].get("nodeName", "")].append(pod)
    nodes = filter(_answers, samples.selected(KIND, request.read_all("nodes", ""), request))
    return {"items": [_sample(node, on[name_of(node)], request) for node in nodes]}


def _get(_resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    node = request.read("nodes", key)
    if node is None:
        raise errors.not_found("nodes", "", key.name)
    if not _answers(node):
        raise errors.not_found("nodemetrics", samples.GROUP, key.name)
    pods = [pod for pod in request.read_all("pods", "") if pod["spec"].get("nodeName") == key.name]
    return _sample(node, pods, request)


KIND = Kind(
    group=samples.GROUP,
    version=samples.VERSION,
    kind="NodeMetrics",
    plural="nodes",
    singular_name="",
    namespaced=False,
    verbs=("get", "list"),
    schema=samples.schema("What a node uses.", usage=samples.USAGE),
    handlers=(("get", _get), ("list", _list)),
    columns=samples.columns(lambda obj: [obj["usage"]]),
)
