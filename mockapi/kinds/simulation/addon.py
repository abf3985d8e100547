"""simulation.mockapi.dev/v1alpha1 Addon: what is installed in the cluster beside the control plane."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import choice, struct
from mockapi.machinery.fielderrors import FieldError, not_supported
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.kind import Column
from mockapi.registry.request import Request
from mockapi.registry.simulated import ADDED, KUBE_SYSTEM

_NAMES = (KUBE_SYSTEM, *ADDED)


class _Strategy(SimulationStrategy):
    """The name says which addon it is."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        name = name_of(obj)
        return [] if name in _NAMES else [not_supported("metadata.name", name, _NAMES)]


def _phase(obj: Object, _now: datetime) -> str:
    return str((obj.get("status") or {}).get("phase") or "Pending")


KIND = simulation_kind(
    "Addon",
    "addons",
    description="Something that is installed in the cluster while the object is there, by its name: kube-system, the pods and "
    "Services of a cluster's own, or ingress, an ingress controller with the class nginx. What was installed is the users' to change.",
    status=struct("What holds.", {"phase": choice("Whether its objects have been made.", "Pending", "Installed")}),
    columns=(Column("Phase", _phase, description="Whether its objects have been made."),),
    strategy=_Strategy,
)
