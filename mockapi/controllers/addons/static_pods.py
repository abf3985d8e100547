"""The control plane's own pods: the kubelet of the first node has them from files, and shows them in the API (mirror pods)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from mockapi.controllers.addons.manifests import static_pods
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Key, Object, Objects, annotations_of, is_terminating, name_of, uid_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.registry.simulated import ADDONS, KUBE_SYSTEM

_NAMESPACE = "kube-system"
_CONFIG = "kubernetes.io/config"
_NEW_FOR = 2.0
_ALL = Key(_NAMESPACE, "static")


class StaticPods(Controller):
    """Shows each of them, again when it was deleted, while the addon kube-system is installed."""

    name = "static-pods"
    component = "kubelet"

    def watches(self) -> Mapping[str, Watch]:
        def all_of_them(_obj: Object, _previous: Object | None) -> Iterable[Key]:
            return [_ALL]

        return {ADDONS: all_of_them, "nodes": all_of_them, "pods": lambda obj, _previous: [_ALL] if _is_mirror(obj) else []}

    def reconcile(self, key: Key) -> float | None:
        present = {name_of(pod): pod for pod in self.client.list("pods", _NAMESPACE) if _is_mirror(pod)}
        if not self._installed():
            for name, pod in present.items():
                self.client.delete("pods", _NAMESPACE, name, uid=uid_of(pod))
            return None
        names = {name_of(node) for node in self.informers.of("nodes").list()}
        home = next((pod["spec"]["nodeName"] for pod in present.values() if pod["spec"]["nodeName"] in names), None)
        if home is None and (wait := self._until_all_are_there()) > 0:
            return wait
        for pod in self._wanted(home or min(names, default="")):
            if name_of(pod) not in present:
                self.client.create("pods", pod)
        return None

    def _installed(self) -> bool:
        addon = self.client.get(ADDONS, "", KUBE_SYSTEM)
        return addon is not None and not is_terminating(addon) and (addon.get("status") or {}).get("phase") == "Installed"

    def _until_all_are_there(self) -> float:
        """The seconds until it can be told which node is the first: those of a new cluster come one by one."""
        ages = [self.clock.now() - parse_timestamp(node["metadata"]["creationTimestamp"]) for node in self.informers.of("nodes").list()]
        return _NEW_FOR - max(ages, default=timedelta()) / timedelta(seconds=1)

    def _wanted(self, home: str) -> Objects:
        node = self.client.get("nodes", "", home)
        return [_mirror(pod, node) for pod in static_pods(self.toolbox.cluster)] if node else []


def _is_mirror(pod: Object) -> bool:
    return f"{_CONFIG}.mirror" in annotations_of(pod)


def _mirror(manifest: Object, node: Object) -> Object:
    """A pod from a file as its kubelet shows it."""
    meta, digest = manifest["metadata"], hashlib.md5(repr(manifest).encode(), usedforsecurity=False).hexdigest()
    owner = {"apiVersion": "v1", "kind": "Node", "name": name_of(node), "uid": uid_of(node), "controller": True}
    return {
        **manifest,
        "metadata": {
            "name": f"{meta['name']}-{name_of(node)}",
            "namespace": _NAMESPACE,
            "labels": {**meta["labels"], "tier": "control-plane"},
            "annotations": {
                f"{_CONFIG}.hash": digest,
                f"{_CONFIG}.mirror": digest,
                f"{_CONFIG}.seen": node["metadata"]["creationTimestamp"],
                f"{_CONFIG}.source": "file",
            },
            "ownerReferences": [owner],
        },
        "spec": {
            **manifest["spec"],
            "nodeName": name_of(node),
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
        },
    }
