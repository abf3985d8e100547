"""The OpenAPI definitions of one Kubernetes minor, by definition name such as `io.k8s.api.core.v1.ServicePort`."""

from __future__ import annotations

from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from mockapi.machinery.versions import minor_number

Schema = dict[str, Any]
"""One JSON schema: a definition or one of its properties."""

DEFAULT_MINOR = "1.36"
_PACKAGE = "kubernetes_validate"
_REFERENCE = "#/$defs/"


def minors() -> tuple[str, ...]:
    """The minors whose definitions are installed, oldest first."""
    found = [path.parent.name.removeprefix("v").removesuffix(".0-local") for path in _folder().glob("v*-local/_definitions.json")]
    return tuple(sorted(found, key=minor_number))


class Definitions:
    """All definitions of a minor. Read-only; `for_minor` gives one instance for each minor and process."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self._schemas = schemas

    @staticmethod
    @cache
    def for_minor(minor: str = DEFAULT_MINOR) -> Definitions:
        """The definitions of a minor such as "1.36". LookupError when the package does not carry it."""
        path = _folder() / f"v{minor}.0-local" / "_definitions.json"
        if not path.exists():
            raise LookupError(f"no definitions of Kubernetes {minor}")
        return Definitions(orjson.loads(path.read_bytes())["$defs"])

    def __contains__(self, name: object) -> bool:
        return name in self._schemas

    def __iter__(self) -> Any:
        return iter(self._schemas)

    def __getitem__(self, name: str) -> Schema:
        """The schema of a definition. KeyError when there is none of that name."""
        return self._schemas[name]

    def properties(self, name: str) -> dict[str, Schema]:
        """The fields of a definition; empty for definitions that are not objects with known fields."""
        properties: dict[str, Schema] = self._schemas[name].get("properties", {})
        return properties

    def required(self, name: str) -> frozenset[str]:
        """The fields that the definition requires."""
        return frozenset(self._schemas[name].get("required", ()))

    def name_of(self, group: str, version: str, kind: str) -> str | None:
        """The definition of a kind; None when the minor does not know it. The core group is ""."""
        return self._names.get((group, version, kind))

    @cached_property
    def _names(self) -> dict[tuple[str, str, str], str]:
        return {
            (entry["group"], entry["version"], entry["kind"]): name
            for name, schema in self._schemas.items()
            for entry in schema.get("x-kubernetes-group-version-kind", ())
        }


def reference(schema: Schema) -> str | None:
    """The definition that a schema refers to."""
    target: str | None = schema.get("$ref")
    return target.removeprefix(_REFERENCE) if target else None


def json_type(schema: Schema) -> str:
    """A schema's JSON type, null left aside; "" when it does not say."""
    named = schema.get("type", "")
    if isinstance(named, list):
        named = next(name for name in named if name != "null")
    return str(named)


def struct_name(definition: str) -> str:
    """The definition's Go type without its package: `ServicePort`."""
    return definition.rpartition(".")[2]


def go_type(definition: str) -> str:
    """The definition's Go type with its package: `v1.ServicePort`."""
    package, _, name = definition.rpartition(".")
    return f"{package.rpartition('.')[2]}.{name}"


def _folder() -> Path:
    spec = find_spec(_PACKAGE)  # importing it would load jsonschema
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{_PACKAGE} is not installed")
    return Path(spec.submodule_search_locations[0]) / "kubernetes-json-schema"
