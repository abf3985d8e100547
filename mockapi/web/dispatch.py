"""The server's paths, and who answers at each."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mockapi.machinery import errors
from mockapi.registry.resources import Resources
from mockapi.web import negotiation
from mockapi.web.discovery.serving import Discovery
from mockapi.web.exchange import JSON, Answer, Call, page_not_found
from mockapi.web.health import Health
from mockapi.web.negotiation import Output
from mockapi.web.openapi.serving import OpenAPI
from mockapi.web.openid import OpenID
from mockapi.web.rendering import document
from mockapi.web.routes import resolve
from mockapi.web.verbs import Verbs
from mockapi.web.version import version_info


class Dispatch:
    """Finds who answers a call, by the first part of its path."""

    def __init__(self, resources: Resources, stopped: Callable[[], bool]) -> None:
        self._resources = resources
        self._verbs = Verbs(resources, stopped)
        self._discovery = Discovery(resources.catalogue)
        health = Health(resources.database, stopped)
        openapi = OpenAPI(resources.catalogue, resources.definitions, resources.cluster.minor)
        openid = OpenID(resources.database)
        self._parts: dict[str, Callable[[Call, list[str]], Answer]] = {
            "api": self._core,
            "apis": self._named_groups,
            "version": self._version,
            "healthz": health.answer,
            "livez": health.answer,
            "readyz": health.answer,
            "openapi": openapi.answer,
            ".well-known": openid.answer,
            "openid": openid.answer,
            "": self._index,
            "index.html": self._index,
        }

    def answer(self, call: Call) -> Answer:
        """The answer to a call. Raises StatusError."""
        parts = call.path.strip("/").split("/")
        handler = self._parts.get(parts[0])
        return page_not_found() if handler is None else handler(call, parts)

    def _core(self, call: Call, parts: list[str]) -> Answer:
        if len(parts) == 1:
            return self._discovery.core(call)
        return self._group_version(call, "", parts[1], parts[2:])

    def _named_groups(self, call: Call, parts: list[str]) -> Answer:
        if len(parts) == 1:
            return self._discovery.named_groups(call)
        if len(parts) == 2 or not self._discovery.serves(parts[1]):
            return self._discovery.group(call, parts[1])
        return self._group_version(call, parts[1], parts[2], parts[3:])

    def _group_version(self, call: Call, group: str, version: str, rest: list[str]) -> Answer:
        if not rest:
            return self._discovery.resources(call, group, version)
        target = resolve(self._resources.catalogue, group, version, rest)
        if target is None:
            return self._unserved(group, version, rest)
        return self._verbs.answer(call, target)

    def _unserved(self, group: str, version: str, rest: list[str]) -> Answer:
        """What is not served: of a built-in group a Status, of custom resources the router's text, unless an object is named."""
        if self._resources.catalogue.is_built_in(group):
            raise errors.unknown_resource()
        target = resolve(self._resources.catalogue, group, version, rest[:-1])
        if target is None or not target.name:
            return page_not_found()
        raise errors.not_found(target.kind.plural, group, target.name)

    def _version(self, call: Call, parts: list[str]) -> Answer:
        if len(parts) > 1:
            return page_not_found()
        if call.method != "GET":
            raise errors.method_not_allowed()
        negotiation.route_accepts(call, (JSON,))
        return document(version_info(self._resources.cluster.minor), Output(pretty=True))

    def _index(self, _call: Call, parts: list[str]) -> Answer:
        if len(parts) > 1:
            return page_not_found()
        return Answer(200, orjson.dumps({"paths": self._paths()}, option=orjson.OPT_INDENT_2))

    def _paths(self) -> list[str]:
        """What there is to look at, sorted."""
        paths = {"/api", "/apis", "/healthz", "/livez", "/readyz", "/openapi/v2", "/openapi/v3", "/version"}
        paths |= {"/.well-known/openid-configuration", "/openid/v1/jwks"}
        paths |= {f"/{probe}/{check}" for probe in ("healthz", "livez", "readyz") for check in ("etcd", "log", "ping")}
        for group, versions in self._discovery.groups.items():
            root = f"/apis/{group}" if group else "/api"
            paths |= {root, *(f"{root}/{version}" for version in versions)}
        return sorted(paths)
