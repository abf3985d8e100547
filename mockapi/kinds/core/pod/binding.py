"""The subresource pods/binding: a scheduler puts a pod on a node (core/v1 Binding)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.machinery import errors, fielderrors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Key, Object, is_terminating
from mockapi.registry.kind import Kind
from mockapi.registry.strategy import Strategy

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources

SUCCESS: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
_SCHEDULED = "PodScheduled"


class _BoundStrategy(Strategy):
    """The pod as the binding left it: nothing is defaulted, prepared or judged again, and its generation stays."""


# A write through this kind is stored among the pods, under the rules of a binding.
_BOUND = Kind(group="", version="v1", kind="Pod", plural="pods", strategy=_BoundStrategy())


def bind(resources: Resources, key: Key, binding: Object, request: Request) -> Object:
    """POST on /binding. StatusError 400 for another pod's binding, 409 when the pod is not free, 500 for a bad target."""
    name = (binding.get("metadata") or {}).get("name") or key.name
    if name != key.name:
        raise errors.bad_request("name in URL does not match name in Binding object")
    return bind_named(resources, key, binding, request)


def bind_named(resources: Resources, key: Key, binding: Object, request: Request) -> Object:
    """Puts the pod of that key on the binding's target; also what POST on /bindings comes to."""
    target = binding.get("target") or {}
    found = _target_errors(target)
    if found:
        text = str(found[0]) if len(found) == 1 else f"[{', '.join(map(str, found))}]"
        raise errors.unexplained(text)

    def change(pod: Object) -> Object:
        _check_free(pod, key)
        return _bound(pod, target.get("name", ""), binding.get("metadata") or {}, request)

    resources.writes.change(_BOUND, key, change, request)
    return SUCCESS


def _target_errors(target: Object) -> list[FieldError]:
    found = []
    if target.get("kind") not in {None, "", "Node"}:
        found.append(fielderrors.not_supported("target.kind", target["kind"], ["Node", "<empty>"]))
    if not target.get("name"):
        found.append(fielderrors.required("target.name"))
    return found


def _check_free(pod: Object, key: Key) -> None:
    spec, name = pod["spec"], key.name
    if is_terminating(pod):
        raise _conflict(name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        raise _conflict(name, f'pod {name} is already assigned to node "{spec["nodeName"]}"')
    if spec.get("schedulingGates"):
        raise _conflict(name, f"pod {name} has non-empty .spec.schedulingGates")


def _conflict(name: str, sentence: str) -> errors.StatusError:
    return errors.conflict("pods/binding", "", name, sentence)


def _bound(pod: Object, node: str, meta: Object, request: Request) -> Object:
    pod["spec"]["nodeName"] = node
    for field in ("annotations", "labels"):
        if meta.get(field):
            pod["metadata"][field] = {**(pod["metadata"].get(field) or {}), **meta[field]}
    status = pod.setdefault("status", {})
    status.pop("nominatedNodeName", None)  # there is nothing left to wait for (KEP-5278)
    others = [each for each in status.get("conditions") or () if each.get("type") != _SCHEDULED]
    status["conditions"] = [*others, _scheduled(request)]
    return pod


def _scheduled(request: Request) -> Object:
    return {"type": _SCHEDULED, "status": "True", "lastProbeTime": None, "lastTransitionTime": timestamp(request.clock.now())}
