"""The OpenAPI v2 document of the whole API, which kubectl up to 1.28 asks for before it applies or explains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions, Schema
from mockapi.web.exchange import JSON, YAML
from mockapi.web.openapi.operations import Operations, roots
from mockapi.web.openapi.schemas import components

_METHODS = ("get", "put", "post", "delete", "patch")


def document(definitions: Definitions, kinds: list[Kind], version: str) -> Schema:
    """The document, derived from what OpenAPI v3 says of the same kinds."""
    operations = Operations(definitions)
    paths = {path: _path_item(item) for kind in kinds for path, item in operations.paths(kind)}
    schemas = components(definitions, kinds, roots(definitions, kinds))
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": version},
        "paths": dict(sorted(paths.items())),
        "definitions": {name: _schema(schema) for name, schema in schemas.items()},
    }


def _path_item(item: Schema) -> Schema:
    operations = {method: _operation(item[method]) for method in _METHODS if method in item}
    return {**operations, "parameters": _parameters(item["parameters"])}


def _operation(operation: Schema) -> Schema:
    kept = {name: value for name, value in operation.items() if name not in {"requestBody", "parameters", "responses"}}
    body = operation.get("requestBody", {})
    content = body.get("content", {})
    parameters = _parameters(operation["parameters"])
    for described in list(content.values())[:1]:
        parameters.insert(
            0, {"name": "body", "in": "body", "required": body.get("required", False), "schema": _schema(described["schema"])}
        )
    responses = {code: _response(response) for code, response in operation["responses"].items()}
    return {**kept, "consumes": list(content) or ["*/*"], "produces": [JSON, YAML], "parameters": parameters, "responses": responses}


def _parameters(parameters: Iterable[Schema]) -> list[Schema]:
    return [{**{name: value for name, value in given.items() if name != "schema"}, **given["schema"]} for given in parameters]


def _response(response: Schema) -> Schema:
    return {"description": response["description"], "schema": _schema(response["content"][JSON]["schema"])}


def _schema(value: Any) -> Any:
    """A schema of v3 in the terms of v2: references stand beside a description, and what may be of two types is a string."""
    if isinstance(value, list):
        return [_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: _schema(inner) for name, inner in value.items() if name not in {"allOf", "oneOf", "$ref", "properties"}}
    if "properties" in value:  # their names are anybody's: a CustomResourceDefinition has some that are called allOf and $ref
        result["properties"] = {name: _schema(inner) for name, inner in value["properties"].items()}
    for alternative in value.get("allOf", [value]):
        if isinstance(alternative.get("$ref"), str):
            result["$ref"] = alternative["$ref"].replace("#/components/schemas/", "#/definitions/")
    if isinstance(value.get("oneOf"), list):
        result["type"] = "string"
    return result
