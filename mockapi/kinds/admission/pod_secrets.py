"""Which secrets a pod refers to, and which of them its service account lets it have."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.meta import Object, annotations_of, name_of

MIRROR = "kubernetes.io/config.mirror"
_ENFORCE = "kubernetes.io/enforce-mountable-secrets"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


def mirror_problem(pod: Object) -> str:
    """Why a pod that mirrors a static one cannot be: it was there before it could get anything from the API. "" when it can."""
    spec = pod["spec"]
    if spec.get("serviceAccountName"):
        return "a mirror pod may not reference service accounts"
    if any(_references(spec)):
        return "a mirror pod may not reference secrets"
    sources = [source for volume in spec.get("volumes") or () for source in (volume.get("projected") or {}).get("sources") or ()]
    if any(source.get("serviceAccountToken") is not None for source in sources):
        return "a mirror pod may not use ServiceAccountToken volume projections"
    return ""


def unlisted_secret(pod: Object, account: Object) -> str:
    """Which secret the pod uses that its account does not list, where accounts say that this matters; "" when all is well."""
    if annotations_of(account).get(_ENFORCE) not in _TRUE:
        return ""
    listed = {secret.get("name") for secret in account.get("secrets") or ()}
    reason = f"is not allowed because service account {name_of(account)} does not reference that"
    for where, name in _used(pod["spec"]):
        if name not in listed:
            return f'{where} secret.secretName="{name}" {reason} secret'
    pulled = {secret.get("name") for secret in account.get("imagePullSecrets") or ()}
    for position, secret in enumerate(pod["spec"].get("imagePullSecrets") or ()):
        if secret.get("name") not in pulled:
            return f'imagePullSecrets[{position}].name="{secret.get("name", "")}" {reason} imagePullSecret'
    return ""


def _used(spec: Object) -> Iterator[tuple[str, str]]:
    for volume in spec.get("volumes") or ():
        if volume.get("secret") is not None:
            yield "volume with", volume["secret"].get("secretName", "")
    for field, called in (("initContainers", "init container"), ("containers", "container")):
        for container in spec.get(field) or ():
            for env in container.get("env") or ():
                if reference := (env.get("valueFrom") or {}).get("secretKeyRef"):
                    yield f"{called} {container['name']} with envVar {env['name']} referencing", reference.get("name", "")


def _references(spec: Object) -> Iterator[Object]:
    """All references to secrets in volumes, environments and for pulling images."""
    yield from spec.get("imagePullSecrets") or ()
    for volume in spec.get("volumes") or ():
        sources = (volume.get("projected") or {}).get("sources") or ()
        yield from (holder["secret"] for holder in (volume, *sources) if holder.get("secret") is not None)
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        values = [env.get("valueFrom") or {} for env in container.get("env") or ()]
        yield from (value["secretKeyRef"] for value in values if value.get("secretKeyRef"))
        yield from (source["secretRef"] for source in container.get("envFrom") or () if source.get("secretRef"))
