"""A ReplicaSet has as many pods as it should (apps/v1)."""

from __future__ import annotations

from mockapi.controllers.workload.replicas import ReplicasController
from mockapi.machinery.meta import Object
from mockapi.machinery.selectors import LabelSelector, selector_from_object


class ReplicaSetController(ReplicasController):
    """Keeps the number of pods, and the status, of each ReplicaSet."""

    name = "replicaset-controller"
    resource = "replicasets.apps"

    @staticmethod
    def selector(owner: Object) -> LabelSelector:
        """spec.selector, a LabelSelector."""
        return selector_from_object(owner["spec"]["selector"])
