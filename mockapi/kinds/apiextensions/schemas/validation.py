"""All errors of the schema of a definition's version."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.apiextensions.schemas.defaults import default_errors
from mockapi.kinds.apiextensions.schemas.openapi import Scope, openapi_errors
from mockapi.kinds.apiextensions.schemas.structure import structural_errors
from mockapi.machinery.fielderrors import FieldError, Path, forbidden, invalid
from mockapi.registry.structural.shape import Schema

# What a schema may say of the whole object where the status is a subresource, in the words of the real server.
_AT_ROOT = {
    "description": "Description", "type": "Type", "format": "Format", "title": "Title", "maximum": "Maximum",
    "exclusiveMaximum": "ExclusiveMaximum", "minimum": "Minimum", "exclusiveMinimum": "ExclusiveMinimum", "maxLength": "MaxLength",
    "minLength": "MinLength", "pattern": "Pattern", "maxItems": "MaxItems", "minItems": "MinItems", "uniqueItems": "UniqueItems",
    "multipleOf": "MultipleOf", "required": "Required", "items": "Items", "properties": "Properties", "externalDocs": "ExternalDocs",
    "example": "Example", "x-kubernetes-preserve-unknown-fields": "XPreserveUnknownFields", "x-kubernetes-validations": "XValidations",
}  # fmt: skip


def schema_errors(schema: Schema, path: Path, *, status: bool) -> Iterator[FieldError]:
    """The errors of a schema that stands at the path; `status` says that its version has the status subresource."""
    if status:
        yield from _root_errors(schema, path)
    if schema.get("nullable"):
        yield forbidden(path.child("nullable"), "nullable cannot be true at the root")
    wrong = structural_errors(schema, path) or list(default_errors(schema, path))
    yield from wrong
    found = openapi_errors(schema, path, Scope(root=True, checked=not wrong))
    yield from [*found.schema, *found.rules]


def _root_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    for field, value in schema.items():
        if field == "type" and value != "object":
            sentence = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
            yield invalid(path.child("type"), value, sentence)
            return
        if value and field not in _AT_ROOT:
            allowed = " ".join(_AT_ROOT.values())
            sentence = f"only [{allowed}] fields are allowed at the root of the schema if the status subresource is enabled"
            yield invalid(path, schema, sentence)
            return
