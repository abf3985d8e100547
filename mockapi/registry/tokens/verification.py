"""Whose token is it? (TokenReview; the claims are those of `issuing`.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from mockapi.machinery.gotext import quoted
from mockapi.machinery.meta import Key, Object, namespace_of, uid_of
from mockapi.registry.tokens.issuing import ISSUER, LEGACY_ISSUER, PRIVATE, subject
from mockapi.registry.tokens.key import ALGORITHM, signing_key
from mockapi.storage.database import Database

# Times and audiences are checked against this server's clock and the review.
_UNCHECKED: Options = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
_LEGACY = "kubernetes.io/serviceaccount"
_INVALIDATED = "service account token has been invalidated"
_BOUND_TO = {"pod": "pods", "secret": "secrets", "node": "nodes"}
_EXTRA = "authentication.kubernetes.io"

# The current object of a resource and a key, or None.
Read = Callable[[str, Key], Object | None]


class InvalidTokenError(Exception):
    """Nobody's token; the text says why, as TokenReview.status.error does."""

    def __init__(self, why: str = "") -> None:
        super().__init__(f"[invalid bearer token, {why}]" if why else "invalid bearer token")


@dataclass(frozen=True)
class Holder:
    """Who has a token, and for whom of the audiences that were asked for it is meant."""

    username: str
    uid: str
    groups: list[str]
    audiences: list[str]
    extra: dict[str, list[str]] = field(default_factory=dict)


def verify(database: Database, token: str, audiences: list[str], read: Read, now: datetime) -> Holder:
    """Who may use the token now towards one of the audiences, by default the API server. InvalidTokenError."""
    claims = _claims(database, token)
    wanted = audiences or [ISSUER]
    if claims["iss"] == LEGACY_ISSUER:
        return _legacy_holder(claims, wanted, read)
    return _holder(claims, wanted, read, now)


def _claims(database: Database, token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        if claims.get("iss") not in {ISSUER, LEGACY_ISSUER}:
            raise InvalidTokenError
        jwt.decode(token, signing_key(database).public_key(), [ALGORITHM], options=_UNCHECKED)
    except jwt.InvalidSignatureError as failure:
        raise InvalidTokenError("go-jose/go-jose: error in cryptographic primitive") from failure
    except jwt.InvalidTokenError as failure:
        raise InvalidTokenError from failure
    return claims


def _holder(claims: dict[str, Any], wanted: list[str], read: Read, now: datetime) -> Holder:
    private, seconds = claims[PRIVATE], now.timestamp()
    if seconds >= claims["exp"]:
        raise InvalidTokenError("service account token has expired")
    if seconds < claims["nbf"]:
        raise InvalidTokenError("service account token is not valid yet")
    shared = [audience for audience in wanted if audience in claims["aud"]]
    if not shared:
        raise InvalidTokenError(f"token audiences {_list(claims['aud'])} is invalid for the target audiences {_list(wanted)}")
    account = _account(private["namespace"], private["serviceaccount"]["name"], private["serviceaccount"]["uid"], read)
    extra = {f"{_EXTRA}/credential-id": [f"JTI={claims['jti']}"]}
    for claim in ("pod", "node"):
        if claim in private:
            extra |= {f"{_EXTRA}/{claim}-{part}": [private[claim][part]] for part in ("name", "uid")}
    _check_bound(private, read)
    return _of(account, shared, extra)


def _legacy_holder(claims: dict[str, Any], wanted: list[str], read: Read) -> Holder:
    namespace = claims[f"{_LEGACY}/namespace"]
    account = _account(namespace, claims[f"{_LEGACY}/service-account.name"], claims[f"{_LEGACY}/service-account.uid"], read)
    if ISSUER not in wanted:
        raise InvalidTokenError(f"token audiences {_list([ISSUER])} is invalid for the target audiences {_list(wanted)}")
    if read("secrets", Key(namespace, claims[f"{_LEGACY}/secret.name"])) is None:
        raise InvalidTokenError(_INVALIDATED)
    return _of(account, [ISSUER], {})


def _account(namespace: str, name: str, uid: str, read: Read) -> Object:
    account = read("serviceaccounts", Key(namespace, name))
    if account is None:
        raise InvalidTokenError(f'serviceaccounts "{name}" not found')
    if uid_of(account) != uid:
        raise InvalidTokenError(f"service account UID ({uid_of(account)}) does not match claim ({uid})")
    return account


def _check_bound(private: dict[str, Any], read: Read) -> None:
    """A token ends with the object that it is bound to; the node of a pod is only named."""
    for claim in [claim for claim in _BOUND_TO if claim in private][:1]:
        namespace = "" if claim == "node" else private["namespace"]
        found = read(_BOUND_TO[claim], Key(namespace, private[claim]["name"]))
        if found is None or uid_of(found) != private[claim]["uid"]:
            raise InvalidTokenError(_INVALIDATED)


def _of(account: Object, audiences: list[str], extra: dict[str, list[str]]) -> Holder:
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace_of(account)}", "system:authenticated"]
    return Holder(subject(account), uid_of(account), groups, audiences, extra)


def _list(texts: list[str]) -> str:
    return f"[{' '.join(quoted(text) for text in texts)}]"
