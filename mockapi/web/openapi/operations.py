"""The paths of a kind and what can be done at each."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.registry.body import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH
from mockapi.registry.kind import Kind
from mockapi.registry.options import APPLY_PATCH
from mockapi.registry.schema.definitions import Definitions, Schema
from mockapi.registry.subresource import Subresource
from mockapi.web.exchange import JSON, YAML
from mockapi.web.openapi import parameters
from mockapi.web.openapi.schemas import DELETE_OPTIONS, PATCH, STATUS, name_of, ref

# verb: HTTP method, x-kubernetes-action, first word of the operationId
_VERBS = {
    "list": ("get", "list", "list"),
    "create": ("post", "post", "create"),
    "deletecollection": ("delete", "deletecollection", "deleteCollection"),
    "get": ("get", "get", "read"),
    "update": ("put", "put", "replace"),
    "patch": ("patch", "patch", "patch"),
    "delete": ("delete", "delete", "delete"),
}
# kubectl apply looks here whether it may send a strategic merge patch; custom resources take none.
_PATCH_TYPES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)
_CUSTOM_PATCH_TYPES = (JSON_PATCH, MERGE_PATCH, APPLY_PATCH)


class Operations:
    """Writes the path items of kinds."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def paths(self, kind: Kind) -> Iterator[tuple[str, Schema]]:
        """Every path of a kind with its path item."""
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        scope = f"{root}/namespaces/{{namespace}}" if kind.namespaced else root
        collection, item = f"{scope}/{kind.plural}", f"{scope}/{kind.plural}/{{name}}"
        yield from self._item(collection, kind, [verb for verb in ("list", "create", "deletecollection") if verb in kind.verbs])
        yield from self._item(item, kind, [verb for verb in ("get", "update", "patch", "delete") if verb in kind.verbs])
        if kind.namespaced and "list" in kind.verbs:
            yield from self._item(f"{root}/{kind.plural}", kind, ["list"])
        for sub in kind.subresources:
            yield from self._item(f"{item}/{sub.name}", kind, [verb for verb in _VERBS if verb in sub.verbs], sub)

    def _item(self, path: str, kind: Kind, verbs: list[str], sub: Subresource | None = None) -> Iterator[tuple[str, Schema]]:
        if verbs:
            operations = {_VERBS[verb][0]: self._operation(path, kind, verb, sub) for verb in verbs}
            yield path, {"parameters": parameters.of_path(path), **operations}

    def _operation(self, path: str, kind: Kind, verb: str, sub: Subresource | None) -> Schema:
        _, action, word = _VERBS[verb]
        shown = self._type(kind, sub)
        group_version = _group_version_name(kind)
        operation: Schema = {
            "description": f"{word} {shown['kind']}",
            "operationId": word + group_version + _subject(path, kind, verb, sub),
            "tags": [group_version[0].lower() + group_version[1:]],
            "parameters": parameters.of_verb(verb),
            "responses": self._responses(kind, verb, sub),
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": shown,
        }
        body = self._body(kind, verb, sub)
        if body is not None:
            operation["requestBody"] = body
        return operation

    @staticmethod
    def _type(kind: Kind, sub: Subresource | None) -> dict[str, str]:
        if sub is not None and sub.kind:
            return {"group": sub.group or kind.group, "version": sub.version or kind.version, "kind": sub.kind}
        return {"group": kind.group, "version": kind.version, "kind": kind.kind}

    def _schema(self, kind: Kind, sub: Subresource | None) -> Schema:
        shown = self._type(kind, sub)
        name = self._definitions.name_of(shown["group"], shown["version"], shown["kind"])
        return ref(name or name_of(self._definitions, kind))

    def _body(self, kind: Kind, verb: str, sub: Subresource | None) -> Schema | None:
        match verb:
            case "create" | "update":
                return {"content": {"*/*": {"schema": self._schema(kind, sub)}}, "required": True}
            case "patch":
                accepted = _PATCH_TYPES if kind.codec is None else _CUSTOM_PATCH_TYPES
                return {"content": {media_type: {"schema": ref(PATCH)} for media_type in accepted}, "required": True}
            case "delete" | "deletecollection":
                return {"content": {"*/*": {"schema": ref(DELETE_OPTIONS)}}}
        return None

    def _responses(self, kind: Kind, verb: str, sub: Subresource | None) -> Schema:
        schema = self._schema(kind, sub)
        if verb == "list":
            schema = ref(self._definitions.name_of(kind.group, kind.version, kind.list_kind) or STATUS)
        elif verb == "deletecollection" or (verb == "delete" and not kind.strategy.returns_deleted):
            schema = ref(STATUS)
        answer = {"content": {media_type: {"schema": schema} for media_type in (JSON, YAML)}}
        codes = {"create": {"201": "Created"}, "update": {"200": "OK", "201": "Created"}, "delete": {"200": "OK", "202": "Accepted"}}
        return {code: {"description": text, **answer} for code, text in codes.get(verb, {"200": "OK"}).items()}


def roots(definitions: Definitions, kinds: list[Kind]) -> Iterator[str]:
    """The definitions that the operations of the kinds refer to beside the kinds' own."""
    yield from (DELETE_OPTIONS, STATUS, PATCH)
    for kind in kinds:
        named = [(kind.group, kind.version, kind.list_kind)]
        named += [(sub.group or kind.group, sub.version or kind.version, sub.kind) for sub in kind.subresources if sub.kind]
        yield from (name for name in (definitions.name_of(*entry) for entry in named) if name)


def _subject(path: str, kind: Kind, verb: str, sub: Subresource | None) -> str:
    """The end of an operationId: `NamespacedServiceStatus`, `ServiceForAllNamespaces`."""
    scope = "Namespaced" if "{namespace}" in path else ""
    everywhere = "ForAllNamespaces" if kind.namespaced and not scope else ""
    return f"{scope}{kind.kind}{_capital(sub.name) if sub else ''}{everywhere}"


def _group_version_name(kind: Kind) -> str:
    group = kind.group.removesuffix(".k8s.io") or "core"
    return "".join(map(_capital, group.split("."))) + _capital(kind.version)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
