"""simulation.mockapi.dev/v1alpha1 Fault: what goes wrong while the object is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import choice, duration, label_selector, number, several, struct, text
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, forbidden, invalid, required
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import SelectorError, selector_from_object
from mockapi.registry.kind import Column
from mockapi.registry.request import Request

_FAULTS = ("nodeNotReady", "podFailure")
_ERROR, _OOM_KILLED, _EVICTED = "Error", "OOMKilled", "Evicted"


class _Strategy(SimulationStrategy):
    """One fault for each object; its fields must fit each other."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        spec = obj["spec"]
        if len(spec) != 1:
            return [required(SPEC, f"exactly one of {' and '.join(_FAULTS)} must be given")]
        return list(_node_errors(spec["nodeNotReady"]) if "nodeNotReady" in spec else _pod_errors(spec["podFailure"]))


def _node_errors(fault: Object) -> Iterator[FieldError]:
    path = SPEC.child("nodeNotReady")
    if not fault.get("names") and "selector" not in fault:
        yield required(path, "names or selector must be given")
    yield from _selector_errors(fault, path)


def _pod_errors(fault: Object) -> Iterator[FieldError]:
    path = SPEC.child("podFailure")
    yield from _selector_errors(fault, path)
    if fault["reason"] != _ERROR and "exitCode" in fault:
        yield forbidden(path.child("exitCode"), f"may only be given with reason {_ERROR}")
    if fault["reason"] == _EVICTED:
        yield from (forbidden(path.child(name), "pods are evicted as a whole") for name in ("container", "after") if name in fault)


def _selector_errors(fault: Object, path: Path) -> Iterator[FieldError]:
    try:
        selector_from_object(fault.get("selector") or {})
    except SelectorError as failure:
        yield invalid(path.child("selector"), fault["selector"], str(failure))


def _what(obj: Object, _now: datetime) -> str:
    failure = obj["spec"].get("podFailure")
    return str(failure["reason"]) if failure else "NodeNotReady"


KIND = simulation_kind(
    "Fault",
    "faults",
    description="Something that goes wrong for as long as the object is there.",
    spec=struct(
        "What goes wrong: one of its fields.",
        {
            "nodeNotReady": struct(
                "The kubelets of these nodes stop: they no longer renew their leases nor report a status, and their pods stay as they are.",
                {
                    "names": several("Nodes by name.", text("The name of a node.", minLength=1)),
                    "selector": label_selector("Nodes by their labels."),
                },
            ),
            "podFailure": struct(
                "These pods fail, again and again. What annotations of a single pod say comes first.",
                {
                    "namespace": text("The namespace of the pods; all namespaces if absent."),
                    "selector": label_selector("Pods by their labels."),
                    "reason": choice(
                        "A container ends (Error, OOMKilled), or the kubelet ends the pod (Evicted).", _ERROR, _OOM_KILLED, _EVICTED
                    ),
                    "container": text("Which container ends; the first that is no init container, if absent."),
                    "exitCode": number("With which code it ends; 1 if absent.", 1, 255),
                    "after": duration("How long the container runs each time; a second, if absent."),
                },
                required=("selector", "reason"),
            ),
        },
    ),
    columns=(Column("Fault", _what, description="What goes wrong."),),
    strategy=_Strategy,
)
