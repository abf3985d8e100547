"""How the simulated cluster behaves in time: every delay is data, chosen by a preset and by the object Simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockapi.machinery.chance import share
from mockapi.machinery.durations import seconds
from mockapi.machinery.meta import Object


@dataclass(frozen=True)
class Simulation:
    """Delays are in seconds; `jitter` is the share by which each may be longer.

    `container_runtime` names the scheme of container ids; `default_storage_class` is whether there is a class `standard` whose
    volumes are made on demand; `kube_system` is whether a new cluster has the pods and Services of a cluster's own.
    """

    image_pull_delay: float
    container_start_delay: float
    container_stop_delay: float
    load_balancer_notice_delay: float
    load_balancer_provision_delay: float
    volume_provision_delay: float
    volume_delete_delay: float
    volume_resize_delay: float
    namespace_delay: float
    default_storage_class: bool
    kube_system: bool
    container_runtime: str
    kubelet_events: bool
    sandbox_delay: float = 0.0
    kubelet_sync_delay: float = 0.0
    node_registration_delay: float = 0.0
    jitter: float = 0.0
    full_status: bool = False
    idle_shells_end: bool = False

    def jittered(self, delay: float, *subject: str) -> float:
        """A delay of a subject: longer by a share of it that is always the same for that subject."""
        return delay * (1 + self.jitter * share(*subject)) if self.jitter and delay else delay


PRESETS = {
    # A person sees ContainerCreating, Terminating and <pending>.
    "realistic": Simulation(
        image_pull_delay=1.0,
        sandbox_delay=0.3,
        container_start_delay=0.2,
        container_stop_delay=1.0,
        kubelet_sync_delay=1.0,
        load_balancer_notice_delay=0.0,
        load_balancer_provision_delay=2.0,
        volume_provision_delay=2.0,
        volume_delete_delay=1.0,
        volume_resize_delay=2.0,
        namespace_delay=5.0,
        default_storage_class=True,
        kube_system=True,
        container_runtime="containerd",
        kubelet_events=True,
        full_status=True,
        idle_shells_end=True,
    ),
    # Tests do not wait, and see what a control plane shows whose nodes have no real kubelets. A load balancer keeps some seconds
    # for itself, so that a client that plays the cloud, as on a control plane that has none, can write the address first; and
    # a namespace stays for a moment after its deletion, so that a client can rely on seeing that it goes.
    "instant": Simulation(
        image_pull_delay=0.0,
        container_start_delay=0.0,
        container_stop_delay=0.0,
        load_balancer_notice_delay=5.0,
        load_balancer_provision_delay=0.0,
        volume_provision_delay=0.0,
        volume_delete_delay=0.0,
        volume_resize_delay=0.0,
        namespace_delay=1.0,
        default_storage_class=False,
        kube_system=False,
        container_runtime="x",
        kubelet_events=False,
    ),
}

# The delays by their names in the API: fields of Simulation.spec.delays.
DELAYS = {
    "imagePull": "image_pull_delay",
    "sandbox": "sandbox_delay",
    "containerStart": "container_start_delay",
    "containerStop": "container_stop_delay",
    "kubeletSync": "kubelet_sync_delay",
    "loadBalancerNotice": "load_balancer_notice_delay",
    "loadBalancerProvision": "load_balancer_provision_delay",
    "nodeRegistration": "node_registration_delay",
    "volumeProvision": "volume_provision_delay",
    "volumeDelete": "volume_delete_delay",
    "volumeResize": "volume_resize_delay",
}


def simulation_of(obj: Object) -> Simulation:
    """What an object Simulation says: its preset with the delays and the jitter that it sets itself."""
    spec = obj["spec"]
    changes = {DELAYS[name]: seconds(text) or 0.0 for name, text in (spec.get("delays") or {}).items()}
    if "jitterPercent" in spec:
        changes["jitter"] = spec["jitterPercent"] / 100
    return replace(PRESETS[spec["preset"]], **changes)  # type: ignore[arg-type]
