"""authorization.k8s.io/v1 LocalSubjectAccessReview: may they do this in the namespace?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mockapi.kinds.authorization import access
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import errors, fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Key, Object, namespace_of
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _local(spec: Object, namespace: str) -> Iterator[FieldError]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and resource.get("namespace", "") != namespace:
        yield fielderrors.invalid("resourceAttributes.namespace", resource.get("namespace", ""), "must match metadata.namespace")
    if path is not None:
        yield fielderrors.invalid("nonResourceAttributes", access.path_form(path), "disallowed on this kind of request")


def _create(_resources: Resources, key: Key, review: Object, _request: Request) -> Object:
    spec, namespace = review["spec"], namespace_of(review)
    if namespace not in {"", key.namespace}:
        raise errors.bad_request(f"namespace on request ({key.namespace}) does not match the namespace of the object ({namespace})")
    review["metadata"]["namespace"] = key.namespace
    found = [*under("spec", access.question(spec)), *under("spec", access.subject(spec))]
    found += access.without_metadata(review, "namespace")
    access.check([*found, *under("spec", _local(spec, key.namespace))])
    return access.answered(review, spec.get("groups") or [])


KIND = Kind(
    group=access.GROUP,
    version="v1",
    kind="LocalSubjectAccessReview",
    plural="localsubjectaccessreviews",
    verbs=("create",),
    handlers=(("create", _create),),
)
