"""Making and deleting pods for an owner, with the events that tell of it."""

from __future__ import annotations

from mockapi.machinery import names
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, name_of, namespace_of, owner_reference, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

_NAMESPACE_TERMINATING = "NamespaceTerminating"


def pod_from_template(template: Object, owner: Object) -> Object:
    """A pod as a template describes it (core/v1 PodTemplateSpec), controlled by the owner and named after it."""
    given = template.get("metadata") or {}
    kept = {field: given[field] for field in ("labels", "annotations", "finalizers") if given.get(field)}
    meta = {"generateName": _prefix(name_of(owner)), "namespace": namespace_of(owner), **kept, "ownerReferences": [owner_reference(owner)]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]}


class PodControl:
    """Creates and deletes pods in the name of one controller."""

    def __init__(self, client: Client, recorder: Recorder) -> None:
        self._client = client
        self._recorder = recorder

    def create(self, pod: Object, owner: Object) -> None:
        """Creates the pod. StatusError when that is refused."""
        try:
            made = self._client.create("pods", pod)
        except StatusError as failure:
            if not namespace_goes(failure):
                self._recorder.event(owner, WARNING, "FailedCreate", f"Error creating: {failure.message}")
            raise
        self._recorder.event(owner, NORMAL, "SuccessfulCreate", f"Created pod: {name_of(made)}")

    def delete(self, pod: Object, owner: Object) -> None:
        """Deletes that very pod. StatusError when that is refused."""
        try:
            self._client.delete("pods", namespace_of(pod), name_of(pod), uid=uid_of(pod))
        except StatusError as failure:
            self._recorder.event(owner, WARNING, "FailedDelete", f"Error deleting: {failure.message}")
            raise
        self._recorder.event(owner, NORMAL, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}")


def _prefix(owner: str) -> str:
    """The owner's name and a dash, where that may begin a pod's name."""
    return owner if names.dns1123_subdomain(f"{owner}-a") else f"{owner}-"


def namespace_goes(failure: StatusError) -> bool:
    """Whether something was to be created in a namespace that is being deleted, where nothing needs to be any more."""
    causes = (failure.details or {}).get("causes") or ()
    return any(cause.get("reason") == _NAMESPACE_TERMINATING for cause in causes)
