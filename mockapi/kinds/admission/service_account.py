"""Every pod runs as a service account and finds its token mounted (KEP-1205, Pod.spec.serviceAccountName)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.admission.pod_secrets import MIRROR, mirror_problem, unlisted_secret
from mockapi.machinery import errors
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object, annotations_of
from mockapi.registry.admission import CREATE, Admission, Attributes

_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME = "kube-api-access-"
_DEFAULT = "default"


class ServiceAccountAdmission(Admission):
    """Sets the service account and mounts its token into every container that mounts nothing there itself.

    Pods that mirror static ones get nothing, and may ask for nothing.
    """

    def mutate(self, attributes: Attributes) -> None:
        pod = attributes.obj
        if not _is_concerned(attributes) or pod is None:
            return
        if MIRROR in annotations_of(pod):
            _refuse(attributes, mirror_problem(pod))
            return
        spec = pod["spec"]
        name = spec.get("serviceAccountName") or _DEFAULT
        spec["serviceAccountName"] = spec["serviceAccount"] = name
        account = _account(attributes, name)
        if _mounts_token(spec, account):
            _mount_token(spec, attributes.request.identity)
        if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
            spec["imagePullSecrets"] = list(account["imagePullSecrets"])

    def validate(self, attributes: Attributes) -> None:
        pod = attributes.obj
        if not _is_concerned(attributes) or pod is None:
            return
        if MIRROR in annotations_of(pod):
            _refuse(attributes, mirror_problem(pod))
        else:
            account = _account(attributes, pod["spec"].get("serviceAccountName", ""))
            _refuse(attributes, unlisted_secret(pod, account))


def _is_concerned(attributes: Attributes) -> bool:
    return attributes.kind.resource == "pods" and attributes.operation == CREATE and not attributes.called_subresource


def _refuse(attributes: Attributes, problem: str) -> None:
    if problem:
        raise errors.forbidden("pods", "", attributes.key.name, problem)


def _account(attributes: Attributes, name: str) -> Object:
    namespace = attributes.key.namespace
    account = attributes.request.read("serviceaccounts", Key(namespace, name))
    if account is None:
        sentence = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise errors.forbidden("pods", "", attributes.key.name, sentence)
    return account


def _mounts_token(spec: Object, account: Object) -> bool:
    """The pod's word counts before the account's (automountServiceAccountToken)."""
    for source in (spec, account):
        if source.get("automountServiceAccountToken") is not None:
            return bool(source["automountServiceAccountToken"])
    return True


def _mount_token(spec: Object, identity: Identity) -> None:
    """A pod that was read from a cluster and is created again has the volume already."""
    bare = [container for container in _containers(spec) if not _has_mount(container)]
    volumes = [volume["name"] for volume in spec.get("volumes") or () if volume["name"].startswith(_VOLUME)]
    name = volumes[0] if volumes else _VOLUME + identity.suffix()
    for container in bare:
        container.setdefault("volumeMounts", []).append({"name": name, "readOnly": True, "mountPath": _MOUNT_PATH})
    if bare and not volumes:
        spec.setdefault("volumes", []).append({"name": name, "projected": {"defaultMode": 420, "sources": _sources()}})


def _containers(spec: Object) -> Iterator[Object]:
    yield from spec.get("initContainers") or ()
    yield from spec.get("containers") or ()


def _has_mount(container: Object) -> bool:
    return any(mount.get("mountPath") == _MOUNT_PATH for mount in container.get("volumeMounts") or ())


def _sources() -> list[Object]:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
