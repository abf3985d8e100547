"""The finalizer that keeps a pod of a Job until it has been counted (KEP-2307)."""

from __future__ import annotations

from mockapi.controllers.job.facts import TRACKING, is_tracked
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.meta import Object, name_of, namespace_of, uid_of
from mockapi.registry.client import Client


def release(client: Client, pod: Object) -> None:
    """Takes the finalizer off that very pod, if it is still there and has it. StatusError, such as a conflict."""
    current = client.get("pods", namespace_of(pod), name_of(pod))
    if current is None or uid_of(current) != uid_of(pod) or not is_tracked(current):
        return
    others = [held for held in current["metadata"]["finalizers"] if held != TRACKING]
    # Finalizers are replaced as a whole: only those that were seen may be.
    seen = {"uid": uid_of(current), "resourceVersion": current["metadata"]["resourceVersion"]}
    with unless_gone():
        client.patch("pods", namespace_of(pod), name_of(pod), {"metadata": {**seen, "finalizers": others or None}})
