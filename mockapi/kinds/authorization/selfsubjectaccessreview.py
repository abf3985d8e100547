"""authorization.k8s.io/v1 SelfSubjectAccessReview: may I do this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.authorization import access
from mockapi.kinds.podspec.checks import under
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(_resources: Resources, _key: Key, review: Object, request: Request) -> Object:
    access.check([*under("spec", access.question(review["spec"])), *access.without_metadata(review)])
    return access.answered(review, request.user.groups)


KIND = Kind(
    group=access.GROUP,
    version="v1",
    kind="SelfSubjectAccessReview",
    plural="selfsubjectaccessreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
