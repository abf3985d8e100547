"""Discovery documents as answers: made once for a set of kinds, then served from memory."""

from __future__ import annotations

import hashlib
from functools import cached_property

import orjson

from mockapi.machinery import errors
from mockapi.machinery.meta import Object
from mockapi.registry.catalogue import Catalogue
from mockapi.web import negotiation
from mockapi.web.discovery import aggregated, legacy
from mockapi.web.discovery.groups import ordered
from mockapi.web.exchange import JSON, Answer, Call, page_not_found
from mockapi.web.negotiation import Offer
from mockapi.web.rendering import document

_ROOTS = Offer(frozenset({aggregated.GROUP_DISCOVERY_LIST}))


class Discovery:
    """Answers at /api, /apis and the groups and versions below them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._made = _Documents(catalogue)

    @property
    def groups(self) -> dict[str, list[str]]:
        """The versions of each served group, in the order of discovery."""
        return self._documents.groups

    def serves(self, group: str) -> bool:
        """Whether there is such a group."""
        return self._catalogue.is_built_in(group) or group in self.groups

    def core(self, call: Call) -> Answer:
        """GET /api."""
        return _root(call, legacy.api_versions(call.headers.get("Host", "")), self._documents.core)

    def named_groups(self, call: Call) -> Answer:
        """GET /apis."""
        return _root(call, legacy.group_list(self.groups), self._documents.named_groups)

    def group(self, call: Call, group: str) -> Answer:
        """GET /apis/{group}."""
        if group not in self.groups:
            return page_not_found()
        return _plain(call, legacy.group(group, self.groups[group]))

    def resources(self, call: Call, group: str, version: str) -> Answer:
        """GET /api/{version} and /apis/{group}/{version}, of a served group. StatusError 404."""
        if version in self.groups.get(group, ()):
            return _plain(call, legacy.resource_list(group, version, self._catalogue.in_group_version(group, version)))
        if self._catalogue.is_built_in(group):
            raise errors.unknown_resource()
        return page_not_found()

    @property
    def _documents(self) -> _Documents:
        """The documents of the kinds that are served now."""
        if self._made.revision != self._catalogue.revision:
            self._made = _Documents(self._catalogue)
        return self._made


class _Documents:
    """The documents of one set of kinds."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.revision = catalogue.revision
        self._catalogue = catalogue

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The versions of each group."""
        return ordered(self._catalogue.group_versions())

    @cached_property
    def core(self) -> bytes:
        """The aggregated document of the core group."""
        return self._aggregated({group: versions for group, versions in self.groups.items() if group == ""})

    @cached_property
    def named_groups(self) -> bytes:
        """The aggregated document of all other groups."""
        return self._aggregated({group: versions for group, versions in self.groups.items() if group != ""})

    def _aggregated(self, groups: dict[str, list[str]]) -> bytes:
        return orjson.dumps(aggregated.group_discovery_list(groups, self._catalogue))


def _root(call: Call, plain: Object, full: bytes) -> Answer:
    _only_get(call)
    output = negotiation.output(call, _ROOTS)
    if output.convert is None:
        return Answer(200, document(plain, output).body, output.media_type, [("Vary", "Accept")])
    etag = f'"{hashlib.sha512(full).hexdigest().upper()}"'
    headers = [("Vary", "Accept"), ("Etag", etag)]
    content_type = output.media_type + aggregated.PARAMETERS
    if call.headers.get("If-None-Match", "") == etag:
        return Answer(304, b"", content_type, headers)
    body = full if output.media_type == JSON else document(orjson.loads(full), output).body
    return Answer(200, body, content_type, headers)


def _plain(call: Call, value: Object) -> Answer:
    _only_get(call)
    negotiation.route_accepts(call)
    return document(value, negotiation.output(call))


def _only_get(call: Call) -> None:
    if call.method != "GET":
        raise errors.method_not_allowed()
