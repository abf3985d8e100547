"""Making, mending and deleting the pods of StatefulSets, with the events that tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockapi.controllers.statefulset.claims import MemberClaims
from mockapi.controllers.statefulset.identity import identity_labels
from mockapi.controllers.workload import podfacts
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, labels_of, name_of, namespace_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client


class StatefulPodControl:
    """Acts on single pods. All methods raise StatusError when they are refused."""

    def __init__(self, client: Client, recorder: Recorder, claims: MemberClaims) -> None:
        self._client = client
        self._recorder = recorder
        self._claims = claims

    def create(self, statefulset: Object, pod: Object) -> None:
        """Creates a member, and its claims before it. One that is there already, unseen until now, is met at the next look."""
        self._claims.create_missing(statefulset, pod)
        with self._told("Create", statefulset, pod):
            self._client.create("pods", pod)

    def complete(self, statefulset: Object, pod: Object) -> None:
        """Makes the claims that a member waits for and that have been lost since it was created."""
        if podfacts.phase_of(pod) == "Pending":
            self._claims.create_missing(statefulset, pod)

    def prepare_removal(self, statefulset: Object, pod: Object) -> None:
        """Has the claims of a member beyond the set's size go with it, if they are to."""
        self._claims.set_owners(statefulset, pod)

    def mend(self, statefulset: Object, pod: Object) -> None:
        """Puts the labels right by which a member is known, and whom its claims go with."""
        self._claims.set_owners(statefulset, pod)
        wanted = identity_labels(name_of(pod))
        if wanted.items() <= labels_of(pod).items():
            return
        with self._told("Update", statefulset, pod):
            self._client.patch("pods", namespace_of(pod), name_of(pod), {"metadata": {"uid": uid_of(pod), "labels": wanted}})

    def delete(self, statefulset: Object, pod: Object) -> None:
        """Deletes that very member."""
        with self._told("Delete", statefulset, pod):
            self._client.delete("pods", namespace_of(pod), name_of(pod), uid=uid_of(pod))

    @contextmanager
    def _told(self, verb: str, statefulset: Object, pod: Object) -> Iterator[None]:
        subject = f"{verb} Pod {name_of(pod)} in StatefulSet {name_of(statefulset)}"
        try:
            yield
        except StatusError as failure:
            if failure.code != 409:
                self._recorder.event(statefulset, WARNING, f"Failed{verb}", f"{subject} failed error: {failure.message}")
            raise
        self._recorder.event(statefulset, NORMAL, f"Successful{verb}", f"{subject} successful")
