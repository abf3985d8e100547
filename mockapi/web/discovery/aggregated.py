"""Aggregated discovery (KEP-3352): all groups, versions and resources in one document."""

from __future__ import annotations

from mockapi.machinery.meta import Object, Objects
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import Subresource
from mockapi.web.negotiation import Convert

VERSION = "v2"
GROUP_DISCOVERY_LIST = Convert("APIGroupDiscoveryList", "apidiscovery.k8s.io", VERSION)
PARAMETERS = f";g=apidiscovery.k8s.io;v={VERSION};as=APIGroupDiscoveryList"
"""What the content type says of the document, after its media type."""


def group_discovery_list(groups: dict[str, list[str]], catalogue: Catalogue) -> Object:
    """The APIGroupDiscoveryList of these groups; `groups` as `ordered` returns them."""
    items = [_group(group, versions, catalogue) for group, versions in groups.items()]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": f"apidiscovery.k8s.io/{VERSION}", "metadata": {}, "items": items}


def _group(group: str, versions: list[str], catalogue: Catalogue) -> Object:
    entries = [
        {
            "version": version,
            "resources": [_resource(kind) for kind in catalogue.in_group_version(group, version)],
            "freshness": "Current",
        }
        for version in versions
    ]
    return {"metadata": {"name": group} if group else {}, "versions": entries}


def _resource(kind: Kind) -> Object:
    entry: Object = {
        "resource": kind.plural,
        "responseKind": {**_group_version(kind), "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
        "shortNames": list(kind.short_names),
        "categories": list(kind.categories),
        "subresources": _subresources(kind),
    }
    return {name: value for name, value in entry.items() if value}


def _subresources(kind: Kind) -> Objects:
    return [
        {
            "subresource": sub.name,
            "responseKind": _response_kind(kind, sub),
            "verbs": sorted(sub.verbs),
        }
        for sub in sorted(kind.subresources, key=lambda sub: sub.name)
    ]


def _response_kind(kind: Kind, sub: Subresource) -> Object:
    if sub.kind or kind.codec is None:
        return {"group": sub.group, "version": sub.version, "kind": sub.kind or kind.kind}
    return {**_group_version(kind), "kind": kind.kind}


def _group_version(kind: Kind) -> Object:
    """The real server names the group and version of custom resources, and leaves them empty for built-in ones."""
    return {"group": kind.group, "version": kind.version} if kind.codec is not None else {"group": "", "version": ""}
