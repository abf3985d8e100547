"""simulation.mockapi.dev/v1alpha1 Simulation: how fast everything happens, and whether it can be repeated."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import choice, duration, mapping, number, struct
from mockapi.machinery.fielderrors import FieldError, not_supported
from mockapi.machinery.meta import Object, name_of
from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.kind import Column
from mockapi.registry.request import Request
from mockapi.registry.simulated import SIMULATION

_MOST_JITTER = 1000
_MOST_SEED = 2**63 - 1
_DELAYS = {
    "imagePull": "For which an image is pulled that is not on the node yet.",
    "sandbox": "From when a kubelet takes a pod until the pod has its network.",
    "containerStart": "From when a container's image is there until it runs.",
    "containerStop": "For which a program goes on after it was told to stop; it is killed when the pod's grace period is over.",
    "kubeletSync": "After which a kubelet reacts to what has happened to a container.",
    "loadBalancerNotice": "After which a Service that asks for a load balancer is noticed.",
    "loadBalancerProvision": "From then until the load balancer has its address.",
    "nodeRegistration": "From when a node pool is to have a node until the node registers.",
    "volumeProvision": "For which a volume is made.",
    "volumeDelete": "For which a volume is deleted.",
    "volumeResize": "For which a volume grows.",
}


class _Strategy(SimulationStrategy):
    """There is one Simulation."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        name = name_of(obj)
        return [] if name == SIMULATION.name else [not_supported("metadata.name", name, [SIMULATION.name])]


def _preset(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["preset"])


def _seed(obj: Object, _now: datetime) -> int | None:
    seed: int | None = obj["spec"].get("seed")
    return seed


def _jitter(obj: Object, _now: datetime) -> str:
    return f"{obj['spec'].get('jitterPercent', 0)}%"


KIND = simulation_kind(
    "Simulation",
    "simulations",
    short_names=("sim",),
    description="How the cluster is simulated. There is one, named cluster; a change takes effect at once.",
    spec=struct(
        "What is wanted.",
        {
            "preset": choice(
                "Where all comes from that is not said here: realistic, for people who watch, or instant, for tests.",
                *PRESETS,
            ),
            "delays": struct(
                "Delays that differ from the preset's.", {name: duration(text) for name, text in _DELAYS.items()}, minProperties=1
            ),
            "jitterPercent": number(
                "By how much each delay may be longer. By how much it is belongs to the object concerned, and is the same each time.",
                0,
                _MOST_JITTER,
            ),
            "seed": number(
                "Makes what looks random the same in every run: uids, generated names, addresses, node ports and jitter. "
                "Without it they are unpredictable.",
                0,
                _MOST_SEED,
            ),
        },
        required=("preset",),
    ),
    status=struct(
        "What holds.",
        {"delays": mapping("All delays that hold now.", duration("A delay."))},
    ),
    columns=(
        Column("Preset", _preset, description="Where delays come from that the object does not set."),
        Column("Jitter", _jitter, description="By how much delays may be longer."),
        Column("Seed", _seed, type="integer", description="What makes runs repeatable."),
    ),
    strategy=_Strategy,
)
