"""What is to be warned of in a policy: expressions that make no sense for the types that its rules name (status.typeChecking)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockapi.machinery.meta import Object, Objects
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cel.functions.authorization import AUTHORIZER
from mockapi.registry.cel.program import compile_expression
from mockapi.registry.cel.syntax import ExpressionError
from mockapi.registry.cel.types import DYN, Type
from mockapi.registry.dynamic.schematypes import SchemaTypes
from mockapi.registry.dynamic.variables import NAMESPACE, REQUEST, variables_type
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions

_MOST_KINDS = 10


class TypeChecker:
    """Checks policies against the kinds that are served. It changes nothing of what they do."""

    def __init__(self, catalogue: Catalogue, definitions: Definitions) -> None:
        self._catalogue = catalogue
        self._types = SchemaTypes(definitions)

    def warnings(self, policy: Object) -> Objects:
        """The ExpressionWarnings of a policy."""
        spec = policy["spec"]
        scopes = [(kind, self._scope(spec, kind)) for kind in self._kinds(spec)]
        found: Objects = []
        for position, validation in enumerate(spec.get("validations") or ()):
            for field in ("expression", "messageExpression"):
                said = [text for kind, scope in scopes for text in _problems(validation.get(field, ""), kind, scope)]
                if said:
                    found.append({"fieldRef": f"spec.validations[{position}].{field}", "warning": "\n".join(said)})
        return found

    def _kinds(self, spec: Object) -> list[Kind]:
        """The kinds that rules name without wildcards, sorted; not too many of them."""
        found: dict[tuple[str, str, str], Kind] = {}
        for rule in spec["matchConstraints"].get("resourceRules") or ():
            for path in _paths(rule):
                kind = self._catalogue.by_path(*path)
                if kind is not None and len(found) < _MOST_KINDS:
                    found[(kind.group, kind.version, kind.kind)] = kind
        return [found[key] for key in sorted(found)]

    def _scope(self, spec: Object, kind: Kind) -> dict[str, Type]:
        of = self._types.of(kind)
        scope: dict[str, Type] = {"object": of, "oldObject": of, "request": REQUEST, "namespaceObject": NAMESPACE, "authorizer": AUTHORIZER}
        param = spec.get("paramKind")
        if param is not None:
            served = self._catalogue.by_type(param["apiVersion"], param["kind"])
            scope["params"] = DYN if served is None else self._types.of(served)
        types: dict[str, Type] = {}
        for variable in spec.get("variables") or ():
            types[variable["name"]] = _type_of(variable["expression"], {**scope, "variables": variables_type(types)})
        return {**scope, "variables": variables_type(types)} if types else scope


def _paths(rule: Object) -> Iterator[tuple[str, str, str]]:
    """Group, version and plural of what a rule names; nothing where it takes groups or versions as they come."""
    groups, versions = rule.get("apiGroups") or (), rule.get("apiVersions") or ()
    if any("*" in text for text in (*groups, *versions)):
        return
    resources = sorted(text for text in rule.get("resources") or () if "*" not in text and "/" not in text)
    yield from ((group, version, plural) for group in sorted(groups) for version in sorted(versions) for plural in resources)


def _problems(expression: str, kind: Kind, scope: dict[str, Type]) -> Iterable[str]:
    try:
        if expression:
            compile_expression(expression, scope)
    except ExpressionError as failure:
        yield f"{kind.group}/{kind.version}, Kind={kind.kind}: {failure}\n"


def _type_of(expression: str, scope: dict[str, Type]) -> Type:
    try:
        return compile_expression(expression, scope).type
    except ExpressionError:
        return DYN
