"""A ReplicationController has as many pods as it should (core/v1)."""

from __future__ import annotations

from mockapi.controllers.workload.replicas import ReplicasController
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import LabelSelector, selector_from_map


class ReplicationControllers(ReplicasController):
    """Keeps the number of pods, and the status, of each ReplicationController."""

    name = "replication-controller"
    resource = "replicationcontrollers"
    counts_terminating = False

    @staticmethod
    def selector(owner: Object) -> LabelSelector:
        """spec.selector, a map of labels."""
        return selector_from_map(owner["spec"]["selector"])
