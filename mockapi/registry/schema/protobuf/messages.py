"""The messages: which field has which number and type, by the names of the OpenAPI definitions.

`fields.json` groups them by package. A field is `name: [number, type]`; types are written as in Go: `string`, `[]int32`,
`map[string]bytes`, `ObjectMeta` for a message of the same package, else with its package. A name in parentheses, `(VolumeSource)`, is a
struct that is embedded: its fields stand among those of the message that holds it.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

TABLE = Path(__file__).with_name("fields.json")
SCALARS = ("string", "bytes", "bool", "int32", "int64", "double")
LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"
_PREFIX = "io.k8s."
_META = "apimachinery.pkg.apis.meta"
# The packages of groups that are not called `api.` and the first part of the group's name.
_PACKAGES = {
    "": "api.core",
    "apiextensions.k8s.io": "apiextensions-apiserver.pkg.apis.apiextensions",
    "apiregistration.k8s.io": "kube-aggregator.pkg.apis.apiregistration",
    "flowcontrol.apiserver.k8s.io": "api.flowcontrol",
    "internal.apiserver.k8s.io": "api.apiserverinternal",
    "meta.k8s.io": _META,
    "rbac.authorization.k8s.io": "api.rbac",
}
_GROUP = re.compile(r"([a-z]+)(\.k8s\.io)?")

Table = dict[str, dict[str, dict[str, tuple[int, str]]]]
"""Package (without `io.k8s.`) → message → field → number and type."""


class Shape(Enum):
    """How often a field may occur, and where its value goes."""

    ONE = ""
    LIST = "[]"
    MAP = "map[string]"
    EMBEDDED = "("


class Field(NamedTuple):
    """A field: its name in JSON, its shape, and the type of its value (or of its items): a scalar's or a definition's name."""

    name: str
    shape: Shape
    type: str


@cache
def fields(definition: str) -> dict[int, Field]:
    """The fields of a message by number. KeyError when there is no message of that name."""
    package, _, struct = definition.removeprefix(_PREFIX).rpartition(".")
    return {number: _field(name, text, package) for name, (number, text) in _table()[package][struct].items()}


def known(definition: str) -> bool:
    """Whether there is a message of that name."""
    package, _, struct = definition.removeprefix(_PREFIX).rpartition(".")
    return struct in _table().get(package, ())


@cache
def of_type(api_version: str, kind: str) -> str:
    """The definition of the message for a type; those of metav1, such as Status, go without a group. LookupError when there is none."""
    group, _, version = api_version.rpartition("/")
    packages = [f"{_package(group)}.{version}", *([f"{_META}.v1"] if group in {"", "meta.k8s.io"} else [])]
    for package in packages:
        if kind in _table().get(package, ()):
            return f"{_PREFIX}{package}.{kind}"
    raise LookupError(f"no message for {kind} of {api_version}")


def has_message(api_version: str, kind: str) -> bool:
    """Whether there is a message for a type: custom resources have none."""
    try:
        return bool(of_type(api_version, kind))
    except LookupError:
        return False


def _package(group: str) -> str:
    match = _GROUP.fullmatch(group)
    return _PACKAGES.get(group) or (f"api.{match[1]}" if match else "")


def _field(name: str, text: str, package: str) -> Field:
    shape = next((shape for shape in (Shape.LIST, Shape.MAP, Shape.EMBEDDED) if text.startswith(shape.value)), Shape.ONE)
    named = text.removeprefix(shape.value).rstrip(")")
    if named not in SCALARS:
        named = _PREFIX + (named if "." in named else f"{package}.{named}")
    return Field(name, shape, named)


@cache
def _table() -> Table:
    table: Table = orjson.loads(TABLE.read_bytes())
    return table
