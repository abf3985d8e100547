"""The key that signs tokens: one for each cluster, kept in its database, so that all processes have the same and a restart keeps it."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from mockapi.machinery.meta import Object
from mockapi.registry.keeping import kept
from mockapi.storage.database import Database

ALGORITHM = "RS256"
_FIELD = "privateKey"
_BITS = 2048
_EXPONENT = 65537


def signing_key(database: Database) -> RSAPrivateKey:
    """The cluster's key, made when it is first asked for."""
    return _parsed(kept(database, "service-accounts", _new_key)[_FIELD])


@lru_cache(maxsize=8)
def key_id(key: RSAPrivateKey) -> str:
    """What tokens and the key set call the key (RFC 7515, kid): as kube-apiserver has it, a digest of its public half."""
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    digest = hashlib.sha256(key.public_key().public_bytes(encoding, form)).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def key_set(database: Database) -> dict[str, Any]:
    """The public half as a JSON Web Key Set (RFC 7517)."""
    key = signing_key(database)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"keys": [{"use": "sig", "kty": "RSA", "kid": key_id(key), "alg": ALGORITHM, "n": public["n"], "e": public["e"]}]}


def _new_key() -> Object:
    key = generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return {_FIELD: key.private_bytes(encoding, form, serialization.NoEncryption()).decode()}


@lru_cache(maxsize=8)
def _parsed(text: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(text.encode(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key
