"""OpenAPI documents as answers: made when first asked for, then served from memory."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import orjson

from mockapi import __version__
from mockapi.machinery import errors
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions, Schema
from mockapi.web import negotiation
from mockapi.web.discovery import legacy
from mockapi.web.discovery.groups import ordered
from mockapi.web.exchange import JSON, Answer, Call, page_not_found
from mockapi.web.openapi import gnostic, v2
from mockapi.web.openapi.operations import Operations, roots
from mockapi.web.openapi.schemas import components

_V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
# What is answered differs from what is asked for: "@" may not stand in a media type.
_V2_PROTOBUF_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_V3_PROTOBUF = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf"
_IMMUTABLE = "public, immutable"
# More than there are group versions in a cluster with many custom resources.
_REMEMBERED = 256


class OpenAPI:
    """Answers at /openapi/v2, and at /openapi/v3 and below."""

    def __init__(self, catalogue: Catalogue, definitions: Definitions, minor: str) -> None:
        self._catalogue = catalogue
        self._definitions = definitions
        self._minor = minor
        # By the kinds that they describe: definitions may come, change and go.
        self._document = lru_cache(_REMEMBERED)(self._make_document)
        self._hash = lru_cache(_REMEMBERED)(self._make_hash)
        # By the revision of the kinds: the whole document, and the digest that names it.
        self._v2 = lru_cache(1)(self._make_v2)
        self._v2_protobuf = lru_cache(1)(self._make_v2_protobuf)

    def answer(self, call: Call, parts: list[str]) -> Answer:
        """The answer at /openapi/v2, /openapi/v3 (the index of documents) or below that. StatusError 405 or 406."""
        if call.method not in {"GET", "HEAD"}:
            raise errors.method_not_allowed()
        if parts == ["openapi", "v2"]:
            return self._whole(call)
        if parts[:2] != ["openapi", "v3"]:
            return page_not_found()
        if call.accept.strip() == _V3_PROTOBUF:
            raise negotiation.not_acceptable((JSON,))
        if len(parts) == 2:
            return Answer(200, orjson.dumps({"paths": self._index()}))
        name = "/".join(parts[2:])
        pair = self._named().get(name)
        return page_not_found() if pair is None else self._one(call, name, *pair)

    def _whole(self, call: Call) -> Answer:
        in_protobuf = _V2_PROTOBUF in call.accept
        body, digest = (self._v2_protobuf if in_protobuf else self._v2)(self._catalogue.revision)
        headers = [("Vary", "Accept"), ("Etag", f'"{digest}"')]
        if call.headers.get("If-None-Match", "") == f'"{digest}"':
            return Answer(304, b"", JSON, headers)
        return Answer(200, body, _V2_PROTOBUF_TYPE if in_protobuf else JSON, headers, lasting=True)

    def _make_v2_protobuf(self, _revision: int) -> tuple[bytes, str]:
        return _with_digest(gnostic.encode(self._v2_document()))

    def _make_v2(self, _revision: int) -> tuple[bytes, str]:
        return _with_digest(orjson.dumps(self._v2_document()))

    def _v2_document(self) -> Schema:
        return v2.document(self._definitions, list(self._catalogue.kinds), f"v{self._minor}")

    def _one(self, call: Call, name: str, group: str, version: str) -> Answer:
        kinds = self._kinds(group, version)
        current = self._hash(group, version, kinds)
        asked = call.parameter("hash")
        if asked and asked != current:
            return Answer(301, b"", JSON, [("Location", _url(name, current))])
        headers = [("Vary", "Accept"), ("Etag", f'"{current}"')]
        control = _IMMUTABLE if asked else "no-cache, private"
        if call.headers.get("If-None-Match", "") == f'"{current}"':
            return Answer(304, b"", JSON, headers, control)
        return Answer(200, self._document(kinds), JSON, headers, control, lasting=True)

    def _named(self) -> dict[str, tuple[str, str]]:
        """The group version of each document, by the document's name: `api/v1`, `apis/apps/v1`."""
        groups = ordered(self._catalogue.group_versions())
        pairs = [(group, version) for group, versions in groups.items() for version in versions]
        return {f"apis/{group}/{version}" if group else f"api/{version}": (group, version) for group, version in pairs}

    def _index(self) -> dict[str, Any]:
        return {name: {"serverRelativeURL": _url(name, self._hash(*pair, self._kinds(*pair)))} for name, pair in self._named().items()}

    def _make_hash(self, group: str, version: str, kinds: tuple[Kind, ...]) -> str:
        """Changes whenever the document may: it depends on nothing but the kinds, the definitions and this program."""
        shape = legacy.resource_list(group, version, list(kinds))
        schemas = [kind.codec.schema for kind in kinds if kind.codec is not None]
        return hashlib.sha512(orjson.dumps([__version__, self._minor, shape, schemas])).hexdigest().upper()

    def _make_document(self, kinds: tuple[Kind, ...]) -> bytes:
        operations = Operations(self._definitions)
        document = {
            "openapi": "3.0.0",
            "info": {"title": "Kubernetes", "version": f"v{self._minor}"},
            "paths": dict(sorted(pair for kind in kinds for pair in operations.paths(kind))),
            "components": {"schemas": components(self._definitions, kinds, roots(self._definitions, list(kinds)))},
        }
        return orjson.dumps(document)

    def _kinds(self, group: str, version: str) -> tuple[Kind, ...]:
        return tuple(self._catalogue.in_group_version(group, version))


def _with_digest(document: bytes) -> tuple[bytes, str]:
    """A document and its digest, as in the headers of the real server."""
    return document, hashlib.sha512(document).hexdigest().upper()


def _url(name: str, digest: str) -> str:
    return f"/openapi/v3/{name}?hash={digest}"
