"""authorization.k8s.io/v1 SelfSubjectRulesReview: what may I do in a namespace?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.kinds.authorization import access
from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.kind import Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources


def _create(_resources: Resources, _key: Key, review: Object, request: Request) -> Object:
    """StatusError 400 without a namespace, 501 for those who are no administrators."""
    if not review["spec"].get("namespace"):
        raise errors.bad_request("no namespace on request")
    if access.MASTERS not in request.user.groups:
        raise errors.unsupported("rules of others than members of system:masters cannot be reviewed by this server")
    everything = {
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": False,
    }
    return {**review, "metadata": {}, "spec": {}, "status": everything}


KIND = Kind(
    group=access.GROUP,
    version="v1",
    kind="SelfSubjectRulesReview",
    plural="selfsubjectrulesreviews",
    namespaced=False,
    verbs=("create",),
    handlers=(("create", _create),),
)
