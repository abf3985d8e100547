"""authorization.k8s.io/v1 SubjectAccessReview: may they do this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.authorization import access
from mockapi.kinds.podspec.checks import under
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(_resources: Resources, _key: Key, review: Object, _request: Request) -> Object:
    spec = review["spec"]
    found = [*under("spec", access.question(spec)), *under("spec", access.subject(spec))]
    access.check([*found, *access.without_metadata(review)])
    return access.answered(review, spec.get("groups") or [])


KIND = Kind(
    group=access.GROUP,
    version="v1",
    kind="SubjectAccessReview",
    plural="subjectaccessreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
