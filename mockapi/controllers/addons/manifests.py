"""The manifests of addons, filled in with what the cluster is like."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from mockapi.machinery.meta import Objects
from mockapi.registry.cluster import Cluster

_PACKAGE = "mockapi.controllers.addons"
# kubeadm gives the cluster's DNS the tenth address of the services' range.
_DNS = 10


def installed(addon: str, cluster: Cluster) -> Objects:
    """The objects that an addon consists of, in the order in which they are made."""
    return _read(f"{addon}.yaml", cluster)


def static_pods(cluster: Cluster) -> Objects:
    """The pods of the control plane that a kubelet starts from files."""
    return _read("kube-system.static.yaml", cluster)


def _read(file: str, cluster: Cluster) -> Objects:
    import yaml  # noqa: PLC0415 (slow to load, and of use once)

    text = resources.files(_PACKAGE).joinpath("manifests", file).read_text()
    for name, value in _facts(cluster).items():
        text = text.replace("{{" + name + "}}", value)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [document for document in yaml.load_all(text, loader) if document]


def _facts(cluster: Cluster) -> Mapping[str, str]:
    return {
        "version": f"v{cluster.minor}.2",
        "services": str(cluster.service_cidr),
        "pods": str(cluster.pod_cidr),
        "dns": str(cluster.service_cidr[_DNS]),
    }
