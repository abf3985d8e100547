"""One look at one Deployment: what is there, and the writes that bring it further."""

from __future__ import annotations

from mockapi.controllers.deployment import replicasets, revision, rollout, status
from mockapi.machinery.clock import Clock
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, Objects, annotations_of, controller_of, is_terminating, name_of, namespace_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

DEPLOYMENTS = "deployments.apps"
REPLICA_SETS = "replicasets.apps"

_SCALING = "ScalingReplicaSet"
_CREATE_FAILED = "ReplicaSetCreateError"
_KEEP_ALL = 2**31 - 1


class Sync:
    """The Deployment as last written, and its ReplicaSets as they were found: `new` has the present template, `old` are all others.

    Sizes that are written here show in the ReplicaSets only at the next look.
    """

    def __init__(self, client: Client, recorder: Recorder, clock: Clock, deployment: Object, sets: Objects) -> None:
        self._client = client
        self._recorder = recorder
        self._clock = clock
        self.deployment = deployment
        self.limits = rollout.limits_of(deployment)
        self.new = replicasets.find_new(deployment, sets)
        self.old = [one for one in sets if self.new is None or uid_of(one) != uid_of(self.new)]

    @property
    def everything(self) -> Objects:
        """All ReplicaSets."""
        return [*self.old, self.new] if self.new else self.old

    @property
    def is_complete(self) -> bool:
        """Whether the rollout was done when the status was last written."""
        return status.is_complete(self.deployment, self.deployment["status"])

    def note_pause(self) -> None:
        """Says in the conditions that the rollout is paused or resumed, unless it is overdue anyway."""
        present = status.progress(self.deployment["status"])
        reason = present["reason"] if present else ""
        if status.deadline_of(self.deployment) is None or reason == status.TIMED_OUT:
            return
        paused = bool(self.deployment["spec"].get("paused"))
        if paused and reason != status.PAUSED:
            self._note("Unknown", status.PAUSED, "Deployment is paused")
        elif not paused and reason == status.PAUSED:
            self._note("Unknown", status.RESUMED, "Deployment is resumed")

    def refresh_new(self) -> None:
        """Brings revision, annotations and minReadySeconds of the new ReplicaSet up to date, if there is one."""
        if self.new is None:
            return
        wanted = revision.new_set_annotations(self.deployment, self.new, revision.next_revision(self.old))
        min_ready = self.deployment["spec"].get("minReadySeconds", 0)
        if wanted != annotations_of(self.new) or min_ready != self.new["spec"].get("minReadySeconds", 0):
            meta = {**self.new["metadata"], "annotations": wanted}
            changed = {**self.new, "metadata": meta, "spec": {**self.new["spec"], "minReadySeconds": min_ready}}
            self.new = self._client.update(REPLICA_SETS, changed)
        found = None
        if status.deadline_of(self.deployment) is not None and status.progress(self.deployment["status"]) is None:
            found = self._progress("True", "FoundNewReplicaSet", f'Found new replica set "{name_of(self.new)}"')
        self._adopt_revision(self.new, found)

    def ensure_new(self) -> Object:
        """The new ReplicaSet, made when there is none. StatusError when that is refused; 409 when another has taken its name."""
        if self.new is None:
            self.new = self._make_new()
        return self.new

    def scale_new(self) -> bool:
        """Lets the new ReplicaSet grow or shrink as far as it may now. False when it has its size."""
        new = self.ensure_new()
        size = rollout.new_size(self.limits, new, self.everything, rolling=rollout.is_rolling(self.deployment))
        return size != replicasets.size(new) and self.carry_out([(new, size)])

    def carry_out(self, plan: rollout.Plan) -> bool:
        """Gives ReplicaSets their sizes. False when the plan is empty."""
        for one, size in plan:
            self._resize(one, size)
        return bool(plan)

    def write_status(self, *, rolling_out: bool) -> float | None:
        """Writes what the status should be. Returns the seconds after which a rollout that does not move is to be looked at again."""
        now = self._clock.now()
        wanted = status.calculate(self.deployment, self.new, self.everything, now)
        if rolling_out:
            wanted = status.with_progress(self.deployment, wanted, self.new, now)
            wanted = status.with_failure(wanted, self.new, self.everything)
        if wanted != self.deployment["status"]:
            self._store({**self.deployment, "status": wanted})
        return status.time_left(self.deployment, wanted, now) if rolling_out else None

    def clean_up(self) -> None:
        """Deletes the oldest ReplicaSets beyond spec.revisionHistoryLimit that have no pods."""
        limit = self.deployment["spec"].get("revisionHistoryLimit", _KEEP_ALL)
        alive = [one for one in self.old if not is_terminating(one)]
        by_revision = sorted(alive, key=lambda one: (revision.revision_of(one), *replicasets.age_key(one)))
        for one in by_revision[: max(0, len(alive) - limit)]:
            if _is_empty(one):
                self._client.delete(REPLICA_SETS, namespace_of(one), name_of(one), uid=uid_of(one))

    def _make_new(self) -> Object:
        number = revision.next_revision(self.old)
        made = revision.new_set(self.deployment, self.limits, number)
        size = rollout.new_size(self.limits, None, self.old, rolling=rollout.is_rolling(self.deployment))
        made["spec"]["replicas"] = size
        try:
            created = self._client.create(REPLICA_SETS, made)
        except StatusError as failure:
            return self._not_made(made, failure)
        if size > 0:
            self._tell_scaling("up", name_of(created), 0, size)
        noted = None
        if status.deadline_of(self.deployment) is not None:
            noted = self._progress("True", "NewReplicaSetCreated", f'Created new replica set "{name_of(created)}"')
        self._adopt_revision(created, noted)
        return created

    def _not_made(self, made: Object, failure: StatusError) -> Object:
        """The ReplicaSet that is there already, if it is the one wanted; otherwise the failure, noted, is raised."""
        if failure.reason == "AlreadyExists":
            present = self._client.get(REPLICA_SETS, namespace_of(made), name_of(made))
            if present and self._is_mine(present):
                return present
            collisions = self.deployment["status"].get("collisionCount", 0) + 1
            self._store({**self.deployment, "status": {**self.deployment["status"], "collisionCount": collisions}})
        else:
            message = f'Failed to create new replica set "{name_of(made)}": {failure.message}'
            if status.deadline_of(self.deployment) is not None:
                self._note("False", _CREATE_FAILED, message)
            self._recorder.event(self.deployment, WARNING, _CREATE_FAILED, message)
        raise failure

    def _is_mine(self, present: Object) -> bool:
        template = self.deployment["spec"]["template"]
        owner = controller_of(present) or {}
        return owner.get("uid") == uid_of(self.deployment) and replicasets.same_template(present["spec"]["template"], template)

    def _resize(self, one: Object, size: int) -> None:
        before = replicasets.size(one)
        annotations = {**annotations_of(one), **revision.size_annotations(self.limits)}
        if size == before and annotations == annotations_of(one):
            return
        meta = {**one["metadata"], "annotations": annotations}
        self._client.update(REPLICA_SETS, {**one, "metadata": meta, "spec": {**one["spec"], "replicas": size}})
        if size != before:
            self._tell_scaling("up" if size > before else "down", name_of(one), before, size)

    def _tell_scaling(self, direction: str, name: str, before: int, after: int) -> None:
        message = f"Scaled {direction} replica set {name} from {before} to {after}"
        self._recorder.event(self.deployment, NORMAL, _SCALING, message)

    def _adopt_revision(self, new: Object, progress: Object | None) -> None:
        """Writes the new ReplicaSet's revision on the Deployment, and a condition with it."""
        meta = self.deployment["metadata"]
        annotations = {**annotations_of(self.deployment), revision.REVISION: annotations_of(new).get(revision.REVISION, "")}
        noted = status.with_condition(self.deployment["status"], progress) if progress else self.deployment["status"]
        if progress or annotations != annotations_of(self.deployment):
            self._store({**self.deployment, "metadata": {**meta, "annotations": annotations}, "status": noted})

    def _note(self, value: str, reason: str, message: str) -> None:
        noted = status.with_condition(self.deployment["status"], self._progress(value, reason, message))
        if noted != self.deployment["status"]:
            self._store({**self.deployment, "status": noted})

    def _progress(self, value: str, reason: str, message: str) -> Object:
        return status.condition(status.PROGRESSING, value, reason, message, self._clock.now())

    def _store(self, deployment: Object) -> None:
        self.deployment = self._client.update_status(DEPLOYMENTS, deployment)


def _is_empty(replica_set: Object) -> bool:
    """Whether it has no pods, wants none, and has said so."""
    observed = replica_set["status"].get("observedGeneration", 0) >= replica_set["metadata"]["generation"]
    return observed and replicasets.size(replica_set) == 0 and not replica_set["status"].get("replicas")
