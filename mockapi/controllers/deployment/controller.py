"""The Deployment controller: rolls a template out through ReplicaSets, one for each template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.controllers.deployment import replicasets, rollout
from mockapi.controllers.deployment.sync import DEPLOYMENTS, REPLICA_SETS, Sync
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.meta import Key, Object, controller_of, is_terminating, namespace_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key


class DeploymentController(Controller):
    """Brings each Deployment's ReplicaSets to the sizes that its strategy prescribes next."""

    name = "deployment-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._deployments = toolbox.informers.of(DEPLOYMENTS)
        self._sets = toolbox.informers.of(REPLICA_SETS)
        self._pods = toolbox.informers.of("pods")
        self._claims = Claims(toolbox, DEPLOYMENTS, REPLICA_SETS)
        self._recorder = toolbox.recorder(self.name)

    def watches(self) -> Mapping[str, Watch]:
        return {DEPLOYMENTS: own_key, REPLICA_SETS: self._claims.keys, "pods": self._waiting_for}

    def reconcile(self, key: Key) -> float | None:
        deployment = self._deployments.get(key)
        if deployment is None:
            return None
        with unless_gone():
            return self._bring_further(deployment)
        return None

    def _bring_further(self, deployment: Object) -> float | None:
        sync = Sync(self.client, self._recorder, self.clock, deployment, self._claims.claim(deployment))
        if not is_terminating(deployment):
            sync.note_pause()
        sync.refresh_new()
        if is_terminating(deployment):
            return sync.write_status(rolling_out=False)
        if deployment["spec"].get("paused") or _is_being_scaled(sync):
            return _scale(sync)
        return _roll(sync) if rollout.is_rolling(deployment) else self._recreate(sync)

    def _recreate(self, sync: Sync) -> float | None:
        """Takes all old pods away before it makes a new one."""
        if sync.carry_out([(one, 0) for one in replicasets.active(sync.old)]) or self._old_pods_run(sync):
            return sync.write_status(rolling_out=True)
        sync.scale_new()
        return _finish(sync)

    def _old_pods_run(self, sync: Sync) -> bool:
        if replicasets.total(sync.old, "replicas") > 0:
            return True
        pods = (pod for one in sync.old for pod in self._pods.owned_by(uid_of(one)))
        return any(not podfacts.is_finished(pod) for pod in pods)

    def _waiting_for(self, pod: Object, previous: Object | None) -> Iterable[Key]:
        """The Watch for pods: the Deployment that may wait for this one to go."""
        owner = controller_of(pod)
        replica_set = self._sets.get(Key(namespace_of(pod), owner["name"])) if owner and owner["kind"] == "ReplicaSet" else None
        controller = controller_of(replica_set) if replica_set else None
        key = Key(namespace_of(pod), controller["name"]) if controller else None
        deployment = self._deployments.get(key) if key else None
        return [key] if key and deployment and not rollout.is_rolling(deployment) else []


def _is_being_scaled(sync: Sync) -> bool:
    """Whether the wanted number has changed since the ReplicaSets got their sizes."""
    noted = [replicasets.desired_replicas(one) for one in replicasets.active(sync.everything)]
    return any(desired not in {None, sync.limits.replicas} for desired in noted)


def _scale(sync: Sync) -> float | None:
    sync.carry_out(rollout.scale(sync.deployment, sync.new, sync.old))
    if sync.deployment["spec"].get("paused"):
        sync.clean_up()
    return sync.write_status(rolling_out=False)


def _roll(sync: Sync) -> float | None:
    """Lets the new ReplicaSet grow before the old ones shrink, one of the two at a time."""
    new = sync.ensure_new()
    if sync.scale_new() or sync.carry_out(rollout.shrink_old(sync.limits, new, replicasets.active(sync.old))):
        return sync.write_status(rolling_out=True)
    return _finish(sync)


def _finish(sync: Sync) -> float | None:
    if sync.is_complete:
        sync.clean_up()
    return sync.write_status(rolling_out=True)
