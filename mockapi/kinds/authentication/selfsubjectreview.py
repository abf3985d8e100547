"""authentication.k8s.io/v1 SelfSubjectReview: who am I? (KEP-3325)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(_resources: Resources, _key: Key, review: Object, request: Request) -> Object:
    """Nothing of what was sent matters."""
    user = {"username": request.user.name, "groups": list(request.user.groups)}
    return {**review, "metadata": {"creationTimestamp": timestamp(request.clock.now())}, "status": {"userInfo": user}}


KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="SelfSubjectReview",
    plural="selfsubjectreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
