"""Namespaced objects live only in a namespace that exists and stays (the NamespaceLifecycle rule)."""

from __future__ import annotations

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object, is_terminating
from mockapi.registry.kind import Kind

NAMESPACES = "namespaces"


def require_namespace(namespace: Object | None, kind: Kind, key: Key) -> None:
    """StatusError 404 when the namespace is absent, 403 with the cause NamespaceTerminating when it is going."""
    if namespace is None:
        raise errors.not_found(NAMESPACES, "", key.namespace)
    if not is_terminating(namespace):
        return
    refusal = errors.forbidden(
        kind.plural, kind.group, key.name, f"unable to create new content in namespace {key.namespace} because it is being terminated"
    )
    cause = {
        "reason": "NamespaceTerminating",
        "message": f"namespace {key.namespace} is being terminated",
        "field": "metadata.namespace",
    }
    refusal.details = {**(refusal.details or {}), "causes": [cause]}
    raise refusal
