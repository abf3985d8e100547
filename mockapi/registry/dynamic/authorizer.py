"""The authorizer of expressions about a write. Until there is authorization, administrators may do everything, and nobody else anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mockapi.machinery.meta import Object
from mockapi.registry.cel.functions.authorization import Authorizer, Decide, Decision

_ADMINISTRATORS = "system:masters"


def authorizer_of(request: Object) -> Authorizer:
    """The authorizer of the user of an AdmissionRequest."""
    resource = request["requestResource"]
    asked = {
        "group": resource["group"],
        "resource": resource["resource"],
        "subresource": request.get("requestSubResource", ""),
        "namespace": request.get("namespace", ""),
        "name": request.get("name", ""),
    }
    return Authorizer(_decide_for(request["userInfo"].get("groups") or ()), _for_account, asked)


def _for_account(namespace: str, name: str) -> Decide:
    return _decide_for(("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"))


def _decide_for(groups: Iterable[str]) -> Decide:
    return partial(_decided, frozenset(groups))


def _decided(groups: frozenset[str], _attributes: Mapping[str, str]) -> Decision:
    return Decision(allowed=_ADMINISTRATORS in groups)
