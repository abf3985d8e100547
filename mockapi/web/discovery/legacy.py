"""Unaggregated discovery: APIVersions, APIGroupList, APIGroup and APIResourceList."""

from __future__ import annotations

import base64
import hashlib

from mockapi.machinery.meta import Object, Objects
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import Subresource
from mockapi.web.discovery.groups import group_document, group_version


def api_versions(address: str) -> Object:
    """The document at /api; `address` is where clients reach the server."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def group_list(groups: dict[str, list[str]]) -> Object:
    """The document at /apis; `groups` as `ordered` returns them."""
    entries = [group_document(group, versions) for group, versions in groups.items() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": entries}


def group(name: str, versions: list[str]) -> Object:
    """The document at /apis/{group}."""
    return {"kind": "APIGroup", "apiVersion": "v1", **group_document(name, versions)}


def resource_list(group: str, version: str, kinds: list[Kind]) -> Object:
    """The document at /api/{version} or /apis/{group}/{version}."""
    head: Object = {"kind": "APIResourceList"}
    if group:
        head["apiVersion"] = "v1"
    entries = [entry for kind in kinds for entry in _entries(kind)]
    return {**head, "groupVersion": group_version(group, version), "resources": sorted(entries, key=lambda entry: str(entry["name"]))}


def _entries(kind: Kind) -> Objects:
    return [_resource(kind), *(_subresource(kind, sub) for sub in kind.subresources)]


def _resource(kind: Kind) -> Object:
    entry: Object = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
        "shortNames": list(kind.short_names),
        "categories": list(kind.categories),
        "storageVersionHash": _storage_version_hash(kind) if _is_stored(kind) else "",
    }
    return {name: value for name, value in entry.items() if value or name in {"namespaced", "singularName"}}


def _subresource(kind: Kind, sub: Subresource) -> Object:
    shown: Object = {"group": sub.group, "version": sub.version}
    return {
        "name": f"{kind.plural}/{sub.name}",
        "singularName": "",
        "namespaced": kind.namespaced,
        **{name: value for name, value in shown.items() if value},
        "kind": sub.kind or kind.kind,
        "verbs": sorted(sub.verbs),
    }


def _is_stored(kind: Kind) -> bool:
    return "update" in kind.verbs and (kind.codec is None or kind.codec.in_storage)


def _storage_version_hash(kind: Kind) -> str:
    """APIResource.storageVersionHash: opaque to clients, the same for the same type on every server."""
    kind = kind.conversion.hub if kind.conversion else kind
    return base64.b64encode(hashlib.sha256(f"{kind.group}/{kind.version}/{kind.kind}".encode()).digest()[:8]).decode()
