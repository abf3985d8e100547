"""authentication.k8s.io/v1 TokenReview: whose token is this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(_resources: Resources, _key: Key, review: Object, _request: Request) -> Object:
    """This server hands out no tokens, so none is anybody's. StatusError 400 without one."""
    if not review["spec"].get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    return {**review, "status": {"user": {}, "error": "invalid bearer token"}}


KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="TokenReview",
    plural="tokenreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
