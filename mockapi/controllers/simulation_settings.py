"""What sets the simulation of a new cluster: the Simulation, a pool of nodes, a pool of load-balancer addresses, its own addon."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mockapi.machinery.durations import duration_text
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, annotations_of, is_terminating
from mockapi.reconcile.controller import Controller, Watch, own_key
from mockapi.reconcile.simulation import DELAYS, simulation_of
from mockapi.registry.simulated import ADDONS, GROUP, KUBE_SYSTEM, LOAD_BALANCER_POOLS, NODE_POOLS, SIMULATION, SIMULATIONS, VERSION

# What the command line said last: what it says otherwise now is new, and counts; what users wrote since stays.
_COMMAND_LINE = f"{GROUP}/command-line"
_NODE_POOL = "node"
_ADDRESS_POOL = "default"
_ADDRESSES = "172.18.255.0/24"


class SimulationSettings(Controller):
    """Makes the objects at the first start, brings in what later command lines change, and tells which delays hold."""

    name = "simulation-settings"
    component = "mockapi"

    def seeds(self) -> Iterable[Key]:
        return [SIMULATION]

    def watches(self) -> Mapping[str, Watch]:
        return {SIMULATIONS: own_key}

    def reconcile(self, key: Key) -> float | None:
        if key != SIMULATION:
            return None
        obj = self.client.get(SIMULATIONS, *key)
        if obj is None:
            self._make()
        elif not is_terminating(obj):
            self._tell(self._follow(obj))
        return None

    def _make(self) -> None:
        said = self._command_line()
        self._create(NODE_POOLS, "NodePool", _NODE_POOL, {"replicas": said.pop("nodes")})
        self._create(LOAD_BALANCER_POOLS, "LoadBalancerPool", _ADDRESS_POOL, {"ranges": [_ADDRESSES]})
        if self.toolbox.simulation.kube_system:
            self._create(ADDONS, "Addon", KUBE_SYSTEM, {})
        self._create(SIMULATIONS, "Simulation", SIMULATION.name, said, {_COMMAND_LINE: json.dumps(self._command_line())})

    def _create(self, resource: str, kind: str, name: str, spec: Object, annotations: Mapping[str, str] | None = None) -> None:
        """Creates an object, unless there is one of that name."""
        meta = {"name": name, **({"annotations": annotations} if annotations else {})}
        obj = {"apiVersion": f"{GROUP}/{VERSION}", "kind": kind, "metadata": meta, **({"spec": spec} if spec else {})}
        try:
            self.client.create(resource, obj)
        except StatusError as failure:
            if failure.reason != "AlreadyExists":
                raise

    def _command_line(self) -> Object:
        cluster = self.toolbox.cluster
        seed = {} if cluster.seed is None else {"seed": cluster.seed}
        return {"preset": cluster.preset, "nodes": cluster.nodes, **seed}

    def _follow(self, obj: Object) -> Object:
        """The Simulation after what the command line says otherwise than at the last start has been brought in."""
        said, noted = self._command_line(), annotations_of(obj).get(_COMMAND_LINE)
        before = json.loads(noted) if noted else said
        if said == before:
            return obj
        changed = {name: said.get(name) for name in said.keys() | before.keys() if said.get(name) != before.get(name)}
        nodes = changed.pop("nodes", None)
        if nodes is not None and self.client.get(NODE_POOLS, "", _NODE_POOL) is not None:
            self.client.patch(NODE_POOLS, "", _NODE_POOL, {"spec": {"replicas": nodes}})
        annotations = {_COMMAND_LINE: json.dumps(said)}
        return self.client.patch(SIMULATIONS, *SIMULATION, {"metadata": {"annotations": annotations}, "spec": changed})

    def _tell(self, obj: Object) -> None:
        settings = simulation_of(obj)
        delays = {name: duration_text(getattr(settings, field)) for name, field in DELAYS.items()}
        if (obj.get("status") or {}).get("delays") != delays:
            self.client.patch(SIMULATIONS, *SIMULATION, {"status": {"delays": delays}}, "status")
