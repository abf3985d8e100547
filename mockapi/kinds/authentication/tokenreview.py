"""authentication.k8s.io/v1 TokenReview: whose token is this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(resources: Resources, _key: Key, review: Object, request: Request) -> Object:
    """Tokens are those of service accounts. StatusError 400 without one."""
    from mockapi.registry.tokens.verification import InvalidTokenError, verify  # noqa: PLC0415 (loaded with the first token)

    spec = review["spec"]
    if not spec.get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    try:
        holder = verify(resources.database, spec["token"], spec.get("audiences") or [], request.read, request.clock.now())
    except InvalidTokenError as failure:
        return {**review, "status": {"user": {}, "error": str(failure)}}
    user = {"username": holder.username, "uid": holder.uid, "groups": holder.groups}
    extra = {"extra": holder.extra} if holder.extra else {}
    return {**review, "status": {"authenticated": True, "user": {**user, **extra}, "audiences": holder.audiences}}


KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="TokenReview",
    plural="tokenreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
