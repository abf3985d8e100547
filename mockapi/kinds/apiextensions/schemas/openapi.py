"""What of OpenAPI schemas is allowed in definitions, and how the extensions of Kubernetes fit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockapi.kinds.apiextensions.schemas.lists import list_type_errors, map_type_errors
from mockapi.kinds.apiextensions.schemas.rules import RuleScope, rule_errors
from mockapi.kinds.apiextensions.schemas.walk import JUNCTORS
from mockapi.machinery.fielderrors import FieldError, Path, forbidden, invalid, not_supported
from mockapi.registry.structural.shape import META_FIELDS, Schema, is_embedded, items, properties, values

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


@dataclass(frozen=True)
class Scope(RuleScope):
    """Where in a definition's schema a schema stands. `no_defaults` says why there may be no default; `in_meta`: within metadata."""

    root: bool = False
    in_meta: bool = False
    no_defaults: str | None = None


class Found:
    """Errors of a schema and of the rules in CEL; rules are told after all else."""

    def __init__(self) -> None:
        self.schema: list[FieldError] = []
        self.rules: list[FieldError] = []

    def merge(self, other: Found) -> None:
        """Takes over what was found further in."""
        self.schema += other.schema
        self.rules += other.rules


def openapi_errors(schema: Schema, path: Path, scope: Scope) -> Found:
    """All errors of a schema and of those within it."""
    found = Found()
    found.schema += _support_errors(schema, path, scope)
    for inner, where, below in _inner(schema, path, scope):
        found.merge(openapi_errors(inner, where, below))
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        found.schema.append(invalid(path.child("x-kubernetes-preserve-unknown-fields"), False, "must be true or undefined"))
    found.schema += [*map_type_errors(schema, path), *list_type_errors(schema, path)]
    if schema.get("x-kubernetes-validations"):
        wrong, uncompiled = rule_errors(schema, path, scope, compiles=not found.schema)
        found.schema += wrong
        found.rules += uncompiled
    return found


def _support_errors(schema: Schema, path: Path, scope: Scope) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    if kind and kind not in _TYPES:
        yield not_supported(path.child("type"), kind, _TYPES)
    if schema.get("default") is not None and scope.no_defaults is not None:
        yield forbidden(path.child("default"), f"must not be set {scope.no_defaults}")
    for field in _UNSUPPORTED:
        if schema.get(field):
            yield forbidden(path.child(field), f"{field} is not supported")
    if kind == "null":
        yield forbidden(path.child("type"), "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(path.child("items"), "items must be a schema object and not an array")
    if scope.in_meta and is_embedded(schema):
        yield forbidden(path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta")
    if schema.get("uniqueItems"):
        yield forbidden(path.child("uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
    rest = schema.get("additionalProperties")
    if properties(schema) and rest is not None and rest is not True:
        yield forbidden(path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive")


def _inner(schema: Schema, path: Path, scope: Scope) -> Iterator[tuple[Schema, Path, Scope]]:
    """The schemas within one, their places and scopes."""
    below = scope.within(root=False)
    inner = values(schema)
    if inner is not None:
        reason = "inside additionalProperties applying to object metadata" if scope.in_meta else scope.no_defaults
        yield inner, path.child("additionalProperties"), below.within(no_defaults=reason).into(inner)
    for name in sorted(properties(schema)):
        yield properties(schema)[name], path.child("properties").key(name), _of_field(schema, name, scope)
    if schema.get("not") is not None:
        yield schema["not"], path.child("not"), below.without_rules()
    for junctor in JUNCTORS:
        for position, judging in enumerate(schema.get(junctor) or ()):
            yield judging, path.child(junctor).item(position), below.without_rules()
    each = items(schema)
    if each is not None:
        correlated = schema.get("x-kubernetes-list-type") == "map"
        yield each, path.child("items"), (below if correlated else below.uncorrelated(path)).into(each)


def _of_field(schema: Schema, name: str, scope: Scope) -> Scope:
    inner = properties(schema)[name]
    below = scope.within(root=False).into(inner)
    if name not in META_FIELDS or not (scope.root or is_embedded(schema)):
        return below
    return below.within(in_meta=True, no_defaults=f"in top-level {name}" if scope.root else below.no_defaults)
