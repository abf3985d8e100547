"""From CustomResourceDefinitions to kinds: each established definition becomes one Kind for each version."""

from __future__ import annotations

from typing import NamedTuple

from mockapi.kinds.apiextensions.custom.codec import CustomCodec
from mockapi.kinds.apiextensions.custom.columns import custom_columns
from mockapi.kinds.apiextensions.custom.scale import ScalePaths
from mockapi.kinds.apiextensions.custom.strategy import CustomResourceStrategy, permitted, terminating
from mockapi.kinds.apiextensions.custom.webhook import WebhookConverter
from mockapi.machinery.conditions import is_true
from mockapi.machinery.meta import Key, Object
from mockapi.machinery.versions import version_rank
from mockapi.registry.catalogue import Custom
from mockapi.registry.definitions import ESTABLISHED, RESOURCE, TERMINATING
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.structural.schema import StructuralSchema
from mockapi.registry.subresource import STATUS, Subresource
from mockapi.storage.cache import Cache
from mockapi.storage.records import Record

# In the order of the real server.
_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")


class _Defined(NamedTuple):
    """The kinds of one definition, made from a revision of it."""

    revision: int
    spec: Object
    schemas: dict[str, StructuralSchema]
    served: tuple[Kind, ...]
    stored: tuple[Kind, ...]


class CustomKinds:
    """The kinds that the definitions in a cache define; made anew for those definitions that have changed.

    Any thread may ask: what is made is replaced as a whole, and making it twice does no harm.
    """

    def __init__(self, cache: Cache, definitions: Definitions) -> None:
        self._cache = cache
        self._definitions = definitions
        self._defined: dict[Key, _Defined] = {}
        self._custom = Custom()

    def __call__(self) -> Custom:
        """The kinds as they are now."""
        self._cache.catch_up()
        if self._cache.resource_revision(RESOURCE) != self._custom.revision:
            self._custom = self._make()
        return self._custom

    def _make(self) -> Custom:
        revision = self._cache.resource_revision(RESOURCE)
        known = self._defined
        defined = {record.key: self._of(record, known.get(record.key)) for record in self._cache.list(RESOURCE)}
        self._defined = defined
        served = tuple(kind for each in defined.values() for kind in each.served)
        stored = tuple(kind for each in defined.values() for kind in each.stored)
        return Custom(revision, served, stored)

    def _of(self, record: Record, known: _Defined | None) -> _Defined:
        if known is not None and known.revision == record.revision:
            return known
        definition = record.object
        spec = definition["spec"]
        if known is not None and known.spec == spec:
            schemas = known.schemas  # what was compiled serves on when only the status has changed
        else:
            schemas = {version["name"]: StructuralSchema(_schema(version)) for version in spec["versions"]}
        if not is_true(definition, ESTABLISHED):
            return _Defined(record.revision, spec, schemas, (), ())
        kinds = {version["name"]: self._kind(definition, version, schemas) for version in spec["versions"]}
        served = tuple(kinds[version["name"]] for version in spec["versions"] if version["served"])
        stored = tuple(kinds[version["name"]] for version in spec["versions"] if version["storage"])
        return _Defined(record.revision, spec, schemas, served, stored)

    def _kind(self, definition: Object, version: Object, schemas: dict[str, StructuralSchema]) -> Kind:
        spec, names = definition["spec"], definition["status"]["acceptedNames"]
        subresources = version.get("subresources") or {}
        scale = ScalePaths(subresources["scale"]) if subresources.get("scale") is not None else None
        storage = next(other["name"] for other in spec["versions"] if other["storage"])
        return Kind(
            group=spec["group"],
            version=version["name"],
            kind=names["kind"],
            plural=names["plural"],
            singular_name=names.get("singular"),
            list_name=names.get("listKind", ""),
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            namespaced=spec["scope"] == "Namespaced",
            verbs=_VERBS,
            columns=custom_columns(version.get("additionalPrinterColumns") or []),
            subresources=_subresources(subresources, scale),
            deprecation=_deprecation(spec, version, names["kind"]),
            codec=CustomCodec(spec["group"], version["name"], names["kind"], schemas, storage, self._definitions, self._converter(spec)),
            strategy=CustomResourceStrategy(
                schemas[version["name"]],
                status=subresources.get("status") is not None,
                scale=scale,
                selectable=[field["jsonPath"] for field in version.get("selectableFields") or ()],
                refuse_creation=terminating(names["plural"], spec["group"]) if is_true(definition, TERMINATING) else permitted,
            ),
        )

    def _converter(self, spec: Object) -> WebhookConverter | None:
        conversion = spec["conversion"]
        return WebhookConverter(conversion["webhook"], self._read) if conversion["strategy"] == "Webhook" else None

    def _read(self, resource: str, key: Key) -> Object | None:
        record = self._cache.get(resource, key)
        return record.object if record else None


def _schema(version: Object) -> Object:
    return (version.get("schema") or {}).get("openAPIV3Schema") or {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _subresources(declared: Object, scale: ScalePaths | None) -> tuple[Subresource, ...]:
    status = (STATUS,) if declared.get("status") is not None else ()
    return status if scale is None else (*status, scale.subresource)


def _deprecation(spec: Object, version: Object, kind: str) -> str:
    """The warning of a deprecated version: its own words, or else which version to use instead."""
    if not version.get("deprecated"):
        return ""
    if version.get("deprecationWarning") is not None:
        return str(version["deprecationWarning"])
    group = spec["group"]
    sentence = f"{group}/{version['name']} {kind} is deprecated"
    better = [other["name"] for other in spec["versions"] if other["served"] and not other.get("deprecated")]
    better = [name for name in sorted(better, key=version_rank) if version_rank(name) < version_rank(version["name"])]
    return f"{sentence}; use {group}/{better[0]} {kind}" if better else sentence
