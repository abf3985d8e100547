"""Each node that should have a pod has one, and no other node has any (apps/v1 DaemonSet)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.controllers.daemonset import rollout
from mockapi.controllers.daemonset.backoff import Backoff
from mockapi.controllers.daemonset.survey import Survey, Work
from mockapi.controllers.workload import podfacts
from mockapi.machinery.clock import Clock
from mockapi.machinery.meta import Object, Objects, is_terminating, key_of, uid_of
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder


class Upkeep:
    """Finds what is missing and what is too much, and tells of pods that ended."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._backoff = Backoff()

    def work(self, survey: Survey) -> Work:
        """The pods to make and to delete, whatever the update strategy."""
        work = Work()
        for node, fit in survey.fits.items():
            there = survey.pods.get(node, [])
            if fit.runs and not there:
                work.nodes.append(node)
            elif fit.stays:
                self._tidy(survey, node, work)
            else:
                work.pods += [pod for pod in there if not is_terminating(pod)]
        work.pods += _stranded(survey)
        return work

    def _tidy(self, survey: Survey, node: str, work: Work) -> None:
        """Has pods that ended replaced, and those go that are too many."""
        running = []
        for pod in survey.pods.get(node, []):
            if is_terminating(pod):
                continue
            if podfacts.is_finished(pod):
                self._replace(survey.daemonset, node, pod, work)
            else:
                running.append(pod)
        if not rollout.allows_surge(survey.daemonset):
            work.pods += running[1:]
        elif running:
            work.pods += _surplus(survey, running)
        elif survey.fits[node].runs:
            work.nodes.append(node)

    def _replace(self, daemonset: Object, node: str, pod: Object, work: Work) -> None:
        """Deletes a pod that ended: one that failed not before its time."""
        if podfacts.phase_of(pod) == "Failed":
            key, now = (uid_of(daemonset), node), self._clock.monotonic()
            left = self._backoff.left(key, now)
            if left > 0:
                work.wait = min(left, work.wait or left)
                return
            self._backoff.failed(key, now)
            self._tell(daemonset, WARNING, "FailedDaemonPod", f"Found failed daemon pod {key_of(pod)} on node {node}, will try to kill it")
        else:
            sentence = f"Found succeeded daemon pod {key_of(pod)} on node {node}, will try to delete it"
            self._tell(daemonset, NORMAL, "SucceededDaemonPod", sentence)
        work.pods.append(pod)

    def _tell(self, daemonset: Object, type: str, reason: str, sentence: str) -> None:
        self._recorder.event(daemonset, type, reason, sentence)


def _surplus(survey: Survey, running: Objects) -> Iterator[Object]:
    """While a node is updated by a second pod it has two, as long as the old one serves and the new one does not yet."""
    new = [pod for pod in running if survey.is_new(pod)]
    old = [pod for pod in running if not survey.is_new(pod)]
    yield from new[1:]
    yield from old[1:]
    if new and old and (not podfacts.is_ready(old[0]) or survey.is_available(new[0])):
        yield old[0]


def _stranded(survey: Survey) -> Objects:
    """Pods for nodes that have gone before the pods got there: nobody else would delete them."""
    gone = [node for node in survey.pods if node not in survey.fits]
    return [pod for node in gone for pod in survey.pods[node] if not pod["spec"].get("nodeName") and not is_terminating(pod)]
