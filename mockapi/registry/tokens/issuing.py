"""Making tokens of service accounts (KEP-1205; JSON Web Tokens as RFC 7519 has them)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import jwt

from mockapi.machinery.meta import Object, name_of, namespace_of, uid_of
from mockapi.registry.tokens.key import ALGORITHM, key_id, signing_key
from mockapi.storage.database import Database

# Who issues them, and whom they are for unless somebody else is named: the API server.
ISSUER = "https://kubernetes.default.svc"
LEGACY_ISSUER = "kubernetes/serviceaccount"
# What the claims about the account and the object that a token is bound to stand under.
PRIVATE = "kubernetes.io"
# Pods ask for so many seconds. What old clients keep longer serves on for a year, with a warning (KEP-1205).
_OF_A_POD = 3607
_EXTENDED = 365 * 24 * 60 * 60


class Bound(NamedTuple):
    """The object with which a token ends: its claim's name (`pod`), and the name and uid. `node` is the node of a pod."""

    claim: str
    name: str
    uid: str
    node: Object | None = None


def bound_token(
    database: Database, account: Object, audiences: list[str], seconds: int, bound: Bound | None, token_id: str, now: datetime
) -> str:
    """A token for an account that holds so many seconds, and while the object is there that it is bound to."""
    issued = int(now.timestamp())
    private: Object = {"namespace": namespace_of(account), "serviceaccount": _reference(account)}
    lasting = seconds
    if bound is not None:
        private[bound.claim] = {"name": bound.name, "uid": bound.uid}
        if bound.node is not None:
            private["node"] = _reference(bound.node)
        if bound.claim == "pod" and seconds == _OF_A_POD and audiences == [ISSUER]:
            private["warnafter"] = issued + seconds
            lasting = _EXTENDED
    claims = {
        "aud": audiences,
        "exp": issued + lasting,
        "iat": issued,
        "iss": ISSUER,
        "jti": token_id,
        PRIVATE: dict(sorted(private.items())),
        "nbf": issued,
        "sub": subject(account),
    }
    return _signed(database, claims)


def legacy_token(database: Database, account: Object, secret: Object) -> str:
    """The token that a Secret holds: it has no end of its own (Secret type kubernetes.io/service-account-token)."""
    prefix = "kubernetes.io/serviceaccount"
    claims = {
        "iss": LEGACY_ISSUER,
        f"{prefix}/namespace": namespace_of(account),
        f"{prefix}/secret.name": name_of(secret),
        f"{prefix}/service-account.name": name_of(account),
        f"{prefix}/service-account.uid": uid_of(account),
        "sub": subject(account),
    }
    return _signed(database, claims)


def subject(account: Object) -> str:
    """The username of a service account."""
    return f"system:serviceaccount:{namespace_of(account)}:{name_of(account)}"


def _reference(obj: Object) -> Object:
    return {"name": name_of(obj), "uid": uid_of(obj)}


def _signed(database: Database, claims: dict[str, Any]) -> str:
    key = signing_key(database)
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id(key), "typ": ""})
