"""What Faults make go wrong: on which nodes kubelets have stopped, and how pods fail."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.machinery.meta import Object, labels_of, name_of, namespace_of
from mockapi.machinery.selectors import selector_from_object
from mockapi.reconcile.informer import Informers
from mockapi.registry.simulated import FAULTS

_NONE: Mapping[str, str] = {}
# What a Fault says, by the annotation of a pod that says the same.
_ANNOTATIONS = {"reason": "fail", "container": "container", "exitCode": "exit-code", "after": "exit-after"}


class Faults:
    """The Faults as they are now; safe for threads."""

    def __init__(self, informers: Informers) -> None:
        self._faults = informers.of(FAULTS)

    def stop(self, node: Object) -> bool:
        """Whether the kubelet of a node has stopped."""
        return any(_is_of_node(spec["nodeNotReady"], node) for spec in self._specs() if "nodeNotReady" in spec)

    def of_pod(self, pod: Object) -> Mapping[str, str]:
        """How a pod fails, in the words of its annotations; the first Fault by name counts."""
        failures = (spec["podFailure"] for spec in self._specs() if "podFailure" in spec)
        failure = next((each for each in failures if _is_of_pod(each, pod)), None)
        return _NONE if failure is None else {_ANNOTATIONS[name]: str(failure[name]) for name in _ANNOTATIONS if name in failure}

    def _specs(self) -> list[Object]:
        return [fault["spec"] for fault in sorted(self._faults.list(), key=name_of)]


def _is_of_node(fault: Object, node: Object) -> bool:
    if name_of(node) in (fault.get("names") or ()):
        return True
    return "selector" in fault and selector_from_object(fault["selector"]).matches(labels_of(node))


def _is_of_pod(fault: Object, pod: Object) -> bool:
    return fault.get("namespace") in (None, "", namespace_of(pod)) and selector_from_object(fault["selector"]).matches(labels_of(pod))
