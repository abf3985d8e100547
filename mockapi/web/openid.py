"""What others need to check tokens of service accounts on their own (KEP-1393): who issues them, and the public key."""

from __future__ import annotations

from typing import Any

import orjson

from mockapi.machinery import errors
from mockapi.storage.database import Database
from mockapi.web.exchange import JSON, Answer, Call, page_not_found

_CACHED = "public, max-age=3600"
_KEYS_PATH = "/openid/v1/jwks"


class OpenID:
    """Answers at /.well-known/openid-configuration and /openid/v1/jwks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(self, call: Call, parts: list[str]) -> Answer:
        """The answer at one of the two paths. StatusError 405."""
        path = f"/{'/'.join(parts)}"
        if path not in {"/.well-known/openid-configuration", _KEYS_PATH}:
            return page_not_found()
        if call.method not in {"GET", "HEAD"}:
            raise errors.method_not_allowed()
        if path == _KEYS_PATH:
            from mockapi.registry.tokens.key import key_set  # noqa: PLC0415 (loaded with the first token)

            return Answer(200, orjson.dumps(key_set(self._database)), "application/jwk-set+json", cache_control=_CACHED)
        return Answer(200, orjson.dumps(_configuration(call)), JSON, cache_control=_CACHED)


def _configuration(call: Call) -> dict[str, Any]:
    from mockapi.registry.tokens.issuing import ISSUER  # noqa: PLC0415 (as above)
    from mockapi.registry.tokens.key import ALGORITHM  # noqa: PLC0415 (as above)

    return {
        "issuer": ISSUER,
        "jwks_uri": f"http://{call.headers.get('Host', '')}{_KEYS_PATH}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }
